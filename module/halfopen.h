/* SPDX-License-Identifier: GPL-2.0 */
/* What is remembered of a connection before its handshake is proven. */
#ifndef PGW_HALFOPEN_H
#define PGW_HALFOPEN_H

#include <net/dst.h>

#include "packet.h"
#include "pernet.h"

/* A fresh note: the time of two SYNs, or of a client's first data. */
#define PGW_HALF_OPEN_FRESH	(3 * HZ)

/**
 * struct pgw_note - what is known of a connection
 * @ifindex: uplink by which its segments came in, or 0
 * @dst: the route that a reply left by, or NULL; RCU, no reference
 * @steers: others may leave by it, too, not only those whose sender chose it
 */
struct pgw_note {
	int ifindex;
	struct dst_entry *dst;
	bool steers;
};

void pgw_half_open_note(struct pgw_net *pn, const struct pgw_key *key,
			u16 port, int ifindex);
struct pgw_note pgw_half_open_find(struct pgw_net *pn, const struct pgw_key *key,
				   u32 port);
void pgw_half_open_keep(struct pgw_net *pn, const struct pgw_key *key, u32 port,
			struct dst_entry *dst, bool steers);
bool pgw_half_open_answered(struct pgw_net *pn, const struct pgw_key *key,
			    const struct pgw_packet *pkt, u32 len);
bool pgw_half_open_proves(struct pgw_net *pn, const struct pgw_key *key,
			  u16 port, u32 ack);

int pgw_half_open_start(struct pgw_net *pn);
void pgw_half_open_stop(struct pgw_net *pn);

#endif /* PGW_HALFOPEN_H */
