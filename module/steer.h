/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reply + peer -> verdict and reason.
 */
#ifndef PGW_STEER_H
#define PGW_STEER_H

#include <linux/skbuff.h>

#include "packet.h"
#include "peer.h"

unsigned int pgw_steer(struct pgw_net *pn, struct sk_buff *skb,
		       const struct pgw_packet *pkt, const struct pgw_key *key,
		       struct pgw_peer *peer);

#endif /* PGW_STEER_H */
