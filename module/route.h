/* SPDX-License-Identifier: GPL-2.0 */
/* The FIB: the side of a client, and the route through its ingress. */
#ifndef PGW_ROUTE_H
#define PGW_ROUTE_H

#include <net/dst.h>
#include <net/flow.h>
#include <net/route.h>

#include "compat.h"
#include "peer.h"

struct flowi4 pgw_flow(const struct pgw_key *key, int oif);
bool pgw_is_corporate(struct pgw_net *pn, const struct pgw_key *key,
		      int table_oif);
struct dst_entry *pgw_route_lookup(struct pgw_iface *ingress,
				   const struct pgw_key *key);
struct dst_entry *pgw_route_renew(struct pgw_peer *peer,
				  struct pgw_iface *ingress, int genid);
bool pgw_route_in_grace(struct pgw_net *pn, const struct dst_entry *dst);
struct dst_entry *pgw_route_ipsec(struct pgw_net *pn, struct sk_buff *skb,
				  struct dst_entry *dst, const struct sock *sk);

/**
 * pgw_route_is_valid - may a cached route still be used?
 * @pn: namespace
 * @dst: route that pgw_route_lookup() returned
 *
 * What dst_check() says of such a route, without its indirect call, or
 * pgw_route_in_grace().
 */
static inline bool pgw_route_is_valid(struct pgw_net *pn,
				      const struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);

	if (likely(rt->rt_genid == rt_genid_ipv4(pn->net)))
		return READ_ONCE(dst->obsolete) == DST_OBSOLETE_FORCE_CHK;
	return pgw_route_in_grace(pn, dst);
}

/**
 * pgw_route_cached - the route through a peer's ingress, if the peer has it
 * @peer: peer
 * @ingress: its ingress
 *
 * Context: RCU. Return: a reference, or NULL.
 */
static inline struct dst_entry *
pgw_route_cached(struct pgw_peer *peer, const struct pgw_iface *ingress)
{
	struct dst_entry *dst = rcu_dereference(peer->dst);

	if (likely(dst && dst->dev->ifindex == READ_ONCE(ingress->ifindex) &&
		   pgw_route_is_valid(ingress->pn, dst) && dst_hold_safe(dst)))
		return dst;
	return NULL;
}

#endif /* PGW_ROUTE_H */
