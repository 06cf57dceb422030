/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of PPTP that the kernel drops in this network namespace, and why: its
 * tracepoint skb:kfree_skb, read by a program of BPF.
 */
#ifndef DOCTOR_DROPS_H
#define DOCTOR_DROPS_H

#include <linux/types.h>
#include <stdbool.h>

#include "doctor/packets.h"

/**
 * struct drop - where a packet ended
 * @location: in the kernel's code; 0 if there was no drop
 * @reason: enum skb_drop_reason; 0 before Linux 5.17, where there is none
 * @dev: index of the interface by which it came, or would have left
 */
struct drop {
	__u64 location;
	__u32 reason;
	__u32 dev;
};

/* Begin to note them; false after a report. */
bool drops_open(void);

/* Give each to @cb that was there at the last call: who taps has seen the packet by now. */
void drops_read(void (*cb)(const struct drop *drop, const struct packet *p));

/* "NETFILTER_DROP", or "in nf_hook_slow" where the kernel gives no reason; until the next call. */
const char *drop_text(const struct drop *drop);

#endif /* DOCTOR_DROPS_H */
