/* SPDX-License-Identifier: GPL-2.0 */
/* Reply + peer -> verdict. */
#ifndef PGW_STEER_H
#define PGW_STEER_H

#include <linux/skbuff.h>

#include "packet.h"
#include "peer.h"

/**
 * enum pgw_verdict - what becomes of a reply, and why
 * @PGW_STEER: it gets the route through its ingress
 * @PGW_KEEP_RIGHT: it keeps its route, which leads through the ingress
 * @PGW_KEEP_CORPORATE: likewise, as its client is corporate
 * @PGW_KEEP_UNKNOWN: likewise, as nothing tells by which uplink its client comes
 * @PGW_KEEP_UNSTEERABLE: likewise, as it must not get another route
 * @PGW_KEEP_OBSERVED: likewise, though policy enforce would steer it
 * @PGW_KEEP_OBSERVED_DROP: likewise, though policy enforce would drop it
 * @PGW_KEEP_UNROUTABLE: likewise, as no route leads through the ingress
 * @PGW_DROP_UNROUTABLE: it is dropped, for the same reason
 * @PGW_DROP_NO_MEMORY: it is dropped, as there is no memory for a longer header
 */
enum pgw_verdict {
	PGW_STEER,
	PGW_KEEP_RIGHT,
	PGW_KEEP_CORPORATE,
	PGW_KEEP_UNKNOWN,
	PGW_KEEP_UNSTEERABLE,
	PGW_KEEP_OBSERVED,
	PGW_KEEP_OBSERVED_DROP,
	PGW_KEEP_UNROUTABLE,
	PGW_DROP_UNROUTABLE,
	PGW_DROP_NO_MEMORY,
};

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

enum pgw_verdict pgw_verdict_at(const struct pgw_iface *ingress, bool has_route);

unsigned int pgw_steer(struct sk_buff *skb, struct pgw_peer *peer,
		       const struct sock *sk);
int pgw_steer_again(struct pgw_net *pn, struct sk_buff *skb,
		    const struct pgw_key *key, u32 port);
unsigned int pgw_steer_slow(const struct pgw_reply *reply);

#endif /* PGW_STEER_H */
