// SPDX-License-Identifier: GPL-2.0
/*
 * The route through a door: looked up, and kept by the peer. All runs under RCU.
 */
#include "egress.h"

#include <net/ip_fib.h>
#include <net/route.h>

/* How long cached routes may be older than the FIB; see pgw_route_holds(). */
#define HOLD_MIN	max(HZ / 100, 1)
#define HOLD_MAX	HZ

/* A flow that may leave by @oif only; 0 leaves it to the routing table. */
struct flowi4 pgw_flow(const struct pgw_key *key, int oif)
{
	return (struct flowi4){
		.flowi4_oif = oif,
		.flowi4_iif = LOOPBACK_IFINDEX,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.saddr = key->local,
		.daddr = key->client,
	};
}

/* The FIB has a route to the client by @oif; none is invented. */
static bool fib_has_route(struct pgw_net *pn, const struct pgw_key *key, int oif)
{
	struct flowi4 flow = pgw_flow(key, oif);
	struct fib_result res = {};

	return !fib_lookup(pn->net, &flow, &res, 0) && res.type == RTN_UNICAST;
}

/**
 * pgw_route_lookup - look up a route that leaves by one interface
 * @pn: namespace
 * @key: client and local address
 * @oif: the interface
 *
 * When the FIB has no answer for an oif, the output route lookup invents an on-link
 * route (net/ipv4/route.c), and the client would be sought by ARP on the ISP's wire.
 * None that it invents has a gateway; of one without, the FIB is asked, too. It is
 * asked second: if a route went before, it says no; if one goes later, that makes the
 * result stale.
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_lookup(struct pgw_net *pn,
				   const struct pgw_key *key, int oif)
{
	struct flowi4 flow = pgw_flow(key, oif);
	struct rtable *rt;

	if (!oif)
		return NULL;
	rt = ip_route_output_key(pn->net, &flow);
	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type == RTN_UNICAST && rt->dst.dev->ifindex == oif &&
	    (rt->rt_gw_family || fib_has_route(pn, key, oif)))
		return &rt->dst;
	dst_release(&rt->dst);
	return NULL;
}

/**
 * pgw_route_renew - look up the route of a peer, and keep it
 * @peer: peer
 * @door: its door
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_renew(struct pgw_peer *peer,
				  const struct pgw_iface *door)
{
	struct dst_entry *dst, *old;

	dst = pgw_route_lookup(door->pn, &peer->node.key,
			       READ_ONCE(door->ifindex));
	if (dst)
		dst_hold(dst);
	old = xchg((__force struct dst_entry **)&peer->dst, dst);
	dst_release(old);
	return dst;
}

/* A hold has ended, if it has: the next begins, with what the FIB says now. */
static void hold_next(struct pgw_net *pn)
{
	struct pgw_hold *hold = &pn->hold;
	unsigned long since = READ_ONCE(hold->since);
	unsigned long length = READ_ONCE(hold->length);
	unsigned long now = jiffies;

	if (now - since < length || cmpxchg(&hold->since, since, now) != since)
		return;
	WRITE_ONCE(hold->genid, rt_genid_ipv4(pn->net));
	WRITE_ONCE(hold->length, now - since < 2 * length ?
		   min_t(unsigned long, 2 * length, HOLD_MAX) : HOLD_MIN);
}

/**
 * pgw_route_holds - may a cached route be used that is older than the FIB?
 * @pn: namespace
 * @dst: route that dst_check() refuses
 *
 * Each change of any route makes all routes stale that were looked up before, and a
 * routing daemon may make a thousand a second. That would be a lookup for nearly each
 * reply. So a change takes effect at once if it is the first for a while; then there
 * is a hold, in which routes are used that were looked up since it began. Holds that
 * follow each other get longer, up to a second.
 *
 * All leave by the door. What may be late is another gateway behind it, or a refusal.
 * FIB notifiers could not tell which changes matter: they are told of the first route
 * of each prefix, and the default route by an uplink is usually the second.
 */
bool pgw_route_holds(struct pgw_net *pn, const struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);

	if (dst->obsolete != DST_OBSOLETE_FORCE_CHK)
		return false;
	hold_next(pn);
	return rt->rt_genid - READ_ONCE(pn->hold.genid) >= 0;
}
