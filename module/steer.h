/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reply + peer -> verdict and reason.
 */
#ifndef PGW_STEER_H
#define PGW_STEER_H

#include <linux/skbuff.h>

#include "packet.h"
#include "peer.h"

/**
 * struct pgw_reply - a reply whose way out is to be found
 * @pn: namespace
 * @skb: the packet; has a route
 * @sk: the socket that sent it, or NULL
 * @pkt: what it is; NULL for GRE and plain segments of a peer
 * @key: client and local address
 * @peer: of these, or NULL
 */
struct pgw_reply {
	struct pgw_net *pn;
	struct sk_buff *skb;
	const struct sock *sk;
	const struct pgw_packet *pkt;
	struct pgw_key key;
	struct pgw_peer *peer;
};

struct pgw_iface *pgw_ingress_find(struct pgw_net *pn, const struct pgw_key *key,
				   const struct pgw_peer *peer,
				   const struct pgw_packet *pkt, int table_oif,
				   enum pptpgw_source *source);
enum pptpgw_counter pgw_judge(const struct pgw_iface *ingress, bool has_route);

unsigned int pgw_steer(struct sk_buff *skb, struct pgw_peer *peer,
		       const struct sock *sk);
unsigned int pgw_steer_slow(const struct pgw_reply *reply);

#endif /* PGW_STEER_H */
