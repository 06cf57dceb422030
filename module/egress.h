/* SPDX-License-Identifier: GPL-2.0 */
/* The route through a door: looked up, and kept by the peer. */
#ifndef PGW_EGRESS_H
#define PGW_EGRESS_H

#include <net/dst.h>
#include <net/flow.h>

#include "peer.h"

struct flowi4 pgw_flow(const struct pgw_key *key, int oif);
struct dst_entry *pgw_route_lookup(struct pgw_net *pn,
				   const struct pgw_key *key, int oif);
struct dst_entry *pgw_route_renew(struct pgw_peer *peer,
				  const struct pgw_iface *door);
bool pgw_route_holds(struct pgw_net *pn, const struct dst_entry *dst);

/**
 * pgw_route_of_peer - the route through a peer's door, cached in the peer
 * @peer: peer
 * @door: its door
 *
 * Context: RCU. Return: a reference, or NULL.
 */
static inline struct dst_entry *pgw_route_of_peer(struct pgw_peer *peer,
						  const struct pgw_iface *door)
{
	struct dst_entry *dst = rcu_dereference(peer->dst);

	if (likely(dst && dst->dev->ifindex == READ_ONCE(door->ifindex) &&
		   (dst_check(dst, 0) || pgw_route_holds(door->pn, dst)) &&
		   dst_hold_safe(dst)))
		return dst;
	return pgw_route_renew(peer, door);
}

#endif /* PGW_EGRESS_H */
