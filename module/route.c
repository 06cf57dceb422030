// SPDX-License-Identifier: GPL-2.0
/*
 * What the FIB says of a client: its side, and its route through an ingress, which the
 * peer keeps. All runs under RCU.
 */
#include "route.h"

#include <net/ip_fib.h>
#include <net/route.h>
#include <net/xfrm.h>

/* How long cached routes may be older than the FIB; see pgw_route_in_grace(). */
#define GRACE_MIN	max(HZ / 100, 1)
#define GRACE_MAX	HZ

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

/* Context: RCU. */
static bool leads_to_uplink(struct pgw_net *pn, struct fib_info *fi)
{
	const struct fib_nh_common *nhc;
	struct pgw_iface *iface;
	unsigned int i;

	for (i = 0; i < fib_info_num_path(fi); i++) {
		nhc = fib_info_nhc(fi, i);
		if (!nhc || !nhc->nhc_dev)
			continue;
		iface = pgw_iface_find(pn, nhc->nhc_dev->ifindex);
		if (iface && pgw_iface_is(iface, PPTPGW_ROLE_INTERNET))
			return true;
	}
	return false;
}

/**
 * pgw_is_corporate - whose side is a client on?
 * @pn: namespace
 * @key: its address, and the local one, by which rules may choose
 * @table_oif: where the routing table sends the reply; a VRF's table is asked if that
 *	interface is in one
 *
 * Corporate is who is reached by a route that is more specific than a default route
 * (0/1 and 128/1 together are one, too), and leads to no uplink. What arrives where has
 * no say in this: addresses can be forged, the FIB cannot.
 */
bool pgw_is_corporate(struct pgw_net *pn, const struct pgw_key *key,
		      int table_oif)
{
	struct flowi4 flow = {
		.flowi4_oif = l3mdev_master_ifindex_by_index(pn->net, table_oif),
		.flowi4_iif = LOOPBACK_IFINDEX,
		.saddr = key->local,
		.daddr = key->client,
	};
	struct fib_result res = {};

	return !fib_lookup(pn->net, &flow, &res, 0) && res.prefixlen > 1 &&
	       res.type == RTN_UNICAST && !leads_to_uplink(pn, res.fi);
}

/* What the FIB says of a client that may be reached by @oif only; nothing is invented. */
static bool fib_has_route(struct pgw_net *pn, const struct pgw_key *key, int oif,
			  struct fib_result *res)
{
	struct flowi4 flow = pgw_flow(key, oif);

	return !fib_lookup(pn->net, &flow, res, 0) && res->type == RTN_UNICAST;
}

/**
 * pgw_route_lookup - look up a route that leaves by one interface
 * @ingress: the interface
 * @key: client and local address
 *
 * When the FIB has no answer for an oif, the output route lookup invents an on-link
 * route (net/ipv4/route.c), and the client would be sought by ARP on the ISP's wire. So
 * the FIB is asked, too. It is asked second: if a route went before, it says no; if one
 * goes later, that makes the result stale.
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_lookup(struct pgw_iface *ingress,
				   const struct pgw_key *key)
{
	int genid = rt_genid_ipv4(ingress->pn->net);
	int oif = READ_ONCE(ingress->ifindex);
	struct flowi4 flow = pgw_flow(key, oif);
	struct fib_result res = {};
	struct rtable *rt;

	if (!oif)
		return NULL;
	rt = ip_route_output_key(ingress->pn->net, &flow);
	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type != RTN_UNICAST || rt->dst.dev->ifindex != oif ||
	    !fib_has_route(ingress->pn, key, oif, &res)) {
		ip_rt_put(rt);
		return NULL;
	}
	if (unlikely(fib_info_num_path(res.fi) > 1 && rt->rt_gw_family == AF_INET))
		rt = pgw_path_choose(&ingress->paths, key, &res, rt, genid);
	return &rt->dst;
}

/**
 * pgw_route_renew - look up the route of a peer, and keep it
 * @peer: peer of an Internet client
 * @ingress: its ingress
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_renew(struct pgw_peer *peer,
				  struct pgw_iface *ingress)
{
	struct dst_entry *dst, *old;

	dst = pgw_route_lookup(ingress, &peer->node.key);
	if (dst)
		dst_hold(dst);
	old = xchg((__force struct dst_entry **)&peer->dst, dst);
	dst_release(old);
	return dst;
}

/* A hold has ended, if it has: the next begins, with what the FIB says now. */
static void grace_renew(struct pgw_net *pn)
{
	struct pgw_grace *grace = &pn->grace;
	unsigned long since = READ_ONCE(grace->since);
	unsigned long length = READ_ONCE(grace->length);
	unsigned long now = jiffies;

	if (now - since < length || cmpxchg(&grace->since, since, now) != since)
		return;
	WRITE_ONCE(grace->genid, rt_genid_ipv4(pn->net));
	WRITE_ONCE(grace->length, now - since < 2 * length ?
		   min_t(unsigned long, 2 * length, GRACE_MAX) : GRACE_MIN);
}

/**
 * pgw_route_in_grace - may a cached route be used that is older than the FIB?
 * @pn: namespace
 * @dst: route that dst_check() refuses
 *
 * Each change of any route makes all routes stale that were looked up before, and a
 * routing daemon may make a thousand a second. That would be a lookup for nearly each
 * reply. So a change takes effect at once if it is the first for a while; then there
 * is a hold, in which routes are used that were looked up since it began. Holds that
 * follow each other get longer, up to a second.
 *
 * Not the routes of a device that is gone, which are on another that has no index, nor
 * those that IPsec may concern. All leave by the ingress. What may be late is another
 * gateway behind it, or a refusal.
 * FIB notifiers could not tell which changes matter: they are told of the first route
 * of each prefix, and the default route by an uplink is usually the second.
 */
bool pgw_route_in_grace(struct pgw_net *pn, const struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);

	if (dst->obsolete != DST_OBSOLETE_FORCE_CHK || !dst->dev->ifindex ||
	    pgw_has_ipsec(pn->net))
		return false;
	grace_renew(pn);
	return rt->rt_genid - READ_ONCE(pn->grace.genid) >= 0;
}

/**
 * pgw_route_ipsec - what IPsec makes of a new route of a reply
 * @pn: namespace
 * @skb: reply
 * @dst: the route; the reference is consumed
 * @sk: the socket that sent it, or NULL
 *
 * The old route was subject to policy, and so is the new one: policies may be for an
 * interface, or an interface free of them. Where policy forbids, or has no keys yet,
 * no way leads through the interface. Return: a reference to @dst or to what encrypts
 * and then goes there; NULL if that cannot be decided, or must not be sent.
 */
struct dst_entry *pgw_route_ipsec(struct pgw_net *pn, struct sk_buff *skb,
				  struct dst_entry *dst, const struct sock *sk)
{
	struct flowi4 flow = {};
	struct dst_entry *result;

	if (pgw_decode_session(pn->net, skb, &flow)) {
		dst_release(dst);
		return NULL;
	}
	flow.flowi4_oif = dst->dev->ifindex;
	result = xfrm_lookup(pn->net, dst, flowi4_to_flowi(&flow), sk, 0);
	return IS_ERR(result) ? NULL : result;
}
