/* SPDX-License-Identifier: GPL-2.0 */
/* What control segments say about the calls of a peer. */
#ifndef PGW_FOLLOW_H
#define PGW_FOLLOW_H

#include <linux/skbuff.h>

#include "packet.h"
#include "peer.h"

void pgw_follow(struct pgw_net *pn, const struct sk_buff *skb,
		struct pgw_peer *peer, const struct pgw_packet *pkt);

#endif /* PGW_FOLLOW_H */
