/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reply + peer -> verdict and reason.
 */
#ifndef PGW_STEER_H
#define PGW_STEER_H

#include <linux/skbuff.h>

#include "packet.h"
#include "peer.h"

struct pgw_iface *pgw_door_find(struct pgw_net *pn, const struct pgw_key *key,
				const struct pgw_peer *peer,
				enum pptpgw_source *source);
enum pgw_counter pgw_judge(const struct pgw_iface *door, bool has_route);

unsigned int pgw_steer(struct sk_buff *skb, struct pgw_peer *peer);
unsigned int pgw_steer_stranger(struct pgw_net *pn, struct sk_buff *skb,
				const struct pgw_packet *pkt,
				const struct pgw_key *key);

#endif /* PGW_STEER_H */
