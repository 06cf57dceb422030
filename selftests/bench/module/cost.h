/* SPDX-License-Identifier: GPL-2.0 */
/* What a packet costs. */
#ifndef BENCH_COST_H
#define BENCH_COST_H

#include <linux/types.h>

#include "packet.h"

#define BATCH	100	/* packets; results have two decimals for it */

/**
 * struct measurement - packets of one kind
 * @name: of the kind
 * @packet: makes the packet of a tunnel
 * @answer: makes what answers it in an exchange, which then counts as one packet
 * @way: which it goes
 * @unknown: of tunnels that nobody has heard of before
 */
struct measurement {
	const char *name;
	struct packet (*packet)(u32 n);
	struct packet (*answer)(u32 n);
	void (*way)(struct sk_buff *skb);
	bool unknown;
};

u64 bench_clock(void);
u64 one_batch(const struct measurement *m, u32 number, u32 first, u32 tunnels);
const struct measurement *measurement(const char *name);
void measure(const struct measurement *m, u32 tunnels, char *result, size_t size);

#endif /* BENCH_COST_H */
