/* SPDX-License-Identifier: GPL-2.0 */
/* The FIB: the side of a client, and the route through its ingress. */
#ifndef PGW_ROUTE_H
#define PGW_ROUTE_H

#include <net/dst.h>
#include <net/flow.h>
#include <net/route.h>

#include "compat.h"
#include "peer.h"

/**
 * enum pgw_side - whose side a client is on
 * @PGW_SIDE_INTERNET: the Internet's
 * @PGW_SIDE_DEFAULT: the Internet's, as the best route to it is 0/0 in the table main
 * @PGW_SIDE_CORPORATE: the corporate network's
 */
enum pgw_side {
	PGW_SIDE_INTERNET,
	PGW_SIDE_DEFAULT,
	PGW_SIDE_CORPORATE,
};

struct flowi4 pgw_flow(const struct pgw_key *key, int oif);
enum pgw_side pgw_side_of(struct pgw_net *pn, const struct pgw_key *key, int table_oif);
struct dst_entry *pgw_route_lookup(struct pgw_iface *ingress,
				   const struct pgw_key *key);
struct dst_entry *pgw_route_through(struct pgw_iface *ingress, const struct pgw_key *key,
				    enum pgw_side side);
struct dst_entry *pgw_route_renew(struct pgw_peer *peer, struct pgw_iface *ingress,
				  enum pgw_side side, int genid);
bool pgw_route_in_grace(struct pgw_net *pn, const struct dst_entry *dst);
struct dst_entry *pgw_route_ipsec(struct pgw_net *pn, struct sk_buff *skb,
				  struct dst_entry *dst, const struct sock *sk);

/* Was it looked up in the FIB of @genid? */
static inline bool pgw_route_is_of(const struct dst_entry *dst, int genid)
{
	return container_of(dst, struct rtable, dst)->rt_genid == genid;
}

/**
 * pgw_route_is_valid - may a cached route still be used?
 * @pn: namespace
 * @dst: route that pgw_route_lookup() or pgw_route_through() returned
 *
 * What dst_check() says of such a route, without its indirect call, or
 * pgw_route_in_grace().
 */
static inline bool pgw_route_is_valid(struct pgw_net *pn,
				      const struct dst_entry *dst)
{
	if (likely(pgw_route_is_of(dst, rt_genid_ipv4(pn->net))))
		return READ_ONCE(dst->obsolete) == DST_OBSOLETE_FORCE_CHK;
	return pgw_route_in_grace(pn, dst);
}

/**
 * pgw_route_usable - a cached route, if it may be used
 * @dst: route, or NULL
 * @ingress: the interface that it has to leave by
 *
 * Context: RCU. Return: the route, without a reference, or NULL.
 */
static inline struct dst_entry *
pgw_route_usable(struct dst_entry *dst, const struct pgw_iface *ingress)
{
	return likely(dst && dst->dev->ifindex == READ_ONCE(ingress->ifindex) &&
		      pgw_route_is_valid(ingress->pn, dst)) ? dst : NULL;
}

/* The route through a peer's ingress, if the peer has it: see pgw_route_usable(). */
static inline struct dst_entry *
pgw_route_cached(struct pgw_peer *peer, const struct pgw_iface *ingress)
{
	return pgw_route_usable(rcu_dereference(peer->dst), ingress);
}

#endif /* PGW_ROUTE_H */
