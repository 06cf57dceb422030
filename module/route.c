// SPDX-License-Identifier: GPL-2.0
/*
 * The FIB's answers about a client: its side, and its route through an ingress, which the
 * peer caches, and the interface if many have the same. All runs under RCU.
 */
#include "route.h"

#include <net/ip_fib.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "retired.h"

/* How long a grace period lasts; see pgw_route_in_grace(). */
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

static bool is_main_default(const struct fib_result *res)
{
	return !res->prefixlen && res->table->tb_id == RT_TABLE_MAIN;
}

/**
 * pgw_side_of - whose side is a client on?
 * @pn: namespace
 * @key: its address, and the local one, by which rules may choose
 * @table_oif: where the routing table sends the reply; if that interface is in a VRF, its
 *	table is used
 *
 * A client is corporate if the route to it is more specific than a default route (0/1 and
 * 128/1 together are one, too), and leads to no uplink. Where its packets arrive does not
 * matter: addresses can be forged, the FIB cannot.
 */
enum pgw_side pgw_side_of(struct pgw_net *pn, const struct pgw_key *key, int table_oif)
{
	struct flowi4 flow = {
		.flowi4_oif = l3mdev_master_ifindex_by_index(pn->net, table_oif),
		.flowi4_iif = LOOPBACK_IFINDEX,
		.saddr = key->local,
		.daddr = key->client,
	};
	struct fib_result res = {};

	if (fib_lookup(pn->net, &flow, &res, 0))
		return PGW_SIDE_INTERNET;
	if (is_main_default(&res))
		return PGW_SIDE_DEFAULT;
	return res.prefixlen > 1 && res.type == RTN_UNICAST &&
	       !leads_to_uplink(pn, res.fi) ? PGW_SIDE_CORPORATE : PGW_SIDE_INTERNET;
}

/* Does the FIB have a unicast route to a client with output interface @oif? */
static bool fib_has_route(struct pgw_net *pn, const struct pgw_key *key, int oif,
			  struct fib_result *res)
{
	struct flowi4 flow = pgw_flow(key, oif);

	return !fib_lookup(pn->net, &flow, res, 0) && res->type == RTN_UNICAST;
}

/*
 * Do all clients of PGW_SIDE_DEFAULT have this route? Not if one of several gateways is
 * chosen by their addresses, nor if something else is known of the path to some of them (an
 * MTU, a redirect). When that becomes known, the kernel makes the route obsolete, if it is
 * the one that the kernel itself caches.
 */
static bool is_common(const struct fib_result *res, const struct rtable *rt)
{
	struct fib_nh_common *nhc = res->nhc;

	return is_main_default(res) && fib_info_num_path(res->fi) == 1 &&
	       nhc->nhc_pcpu_rth_output &&
	       rcu_access_pointer(*raw_cpu_ptr(nhc->nhc_pcpu_rth_output)) == rt &&
	       !rcu_access_pointer(nhc->nhc_exceptions);
}

/*
 * If the FIB has no route for an oif, the output route lookup invents an on-link route
 * (net/ipv4/route.c), and the host would look for the client by ARP on the ISP's wire. So
 * the FIB is looked up, too, and second: if a route went before, there is no result; if
 * one goes later, that makes the route stale.
 */
static struct dst_entry *lookup(struct pgw_iface *ingress, const struct pgw_key *key,
				bool *common)
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
	*common = is_common(&res, rt);
	if (unlikely(fib_info_num_path(res.fi) > 1 && rt->rt_gw_family == AF_INET))
		rt = pgw_path_choose(&ingress->paths, key, &res, rt, genid);
	return &rt->dst;
}

/**
 * pgw_route_lookup - look up a route that leaves by one interface
 * @ingress: the interface
 * @key: client and local address
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_lookup(struct pgw_iface *ingress,
				   const struct pgw_key *key)
{
	bool common;

	return lookup(ingress, key, &common);
}

/* The route that clients share, if the FIB has not changed since; a reference, or NULL. */
static struct dst_entry *common_route(const struct pgw_iface *ingress, struct dst_entry *dst)
{
	return dst && pgw_route_is_of(dst, rt_genid_ipv4(ingress->pn->net)) ?
	       dst_clone(pgw_route_usable(dst, ingress)) : NULL;
}

/**
 * pgw_route_through - the route of a client through its ingress
 * @ingress: the interface
 * @key: client and local address
 * @side: what pgw_side_of() has just said of them
 *
 * Clients without a better route than the default route share one, until the FIB changes:
 * where main has none that is more specific, it has none that leaves by one interface. Rules
 * may name another table. Once there was one, nothing is shared: the kernel remembers that,
 * and sets it before the rule is in use.
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_through(struct pgw_iface *ingress, const struct pgw_key *key,
				    enum pgw_side side)
{
	struct dst_entry __rcu **there = &raw_cpu_ptr(ingress->cpu)->common;
	struct dst_entry *dst;
	bool common = false;

	if (side != PGW_SIDE_DEFAULT || fib4_has_custom_rules(ingress->pn->net))
		return pgw_route_lookup(ingress, key);
	dst = common_route(ingress, rcu_dereference(*there));
	if (dst)
		return dst;
	dst = lookup(ingress, key, &common);
	if (common)
		pgw_retired_replace(there, dst_clone(dst));
	return dst;
}

/**
 * pgw_route_renew - look up the route of a peer, and cache it
 * @peer: peer of an Internet client
 * @ingress: its ingress
 * @side: the client's
 * @genid: the FIB's generation when that was found; a route of another one is not cached
 *
 * Return: a reference, or NULL.
 */
struct dst_entry *pgw_route_renew(struct pgw_peer *peer, struct pgw_iface *ingress,
				  enum pgw_side side, int genid)
{
	struct dst_entry *dst = pgw_route_through(ingress, &peer->node.key, side);

	pgw_retired_replace(&peer->dst,
			    dst && pgw_route_is_of(dst, genid) ? dst_clone(dst) : NULL);
	return dst;
}

/* If the grace period is over, begin the next, with the FIB's generation of now. */
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
 * pgw_route_in_grace - may a stale cached route be used?
 * @pn: namespace
 * @dst: route that is older than the FIB
 *
 * A change of any route makes all cached routes stale, and a routing daemon may change a
 * thousand routes a second: nearly each reply would need a lookup. So a change takes
 * effect at once if it is the first for a while, and begins a grace period, in which
 * routes that were looked up since then stay in use. Grace periods that follow each other
 * get longer, up to a second.
 *
 * Excluded are the routes of a device that is gone, which point to one without an index,
 * and those that IPsec may concern. All others leave by the ingress: only a change of the
 * gateway behind it, or a route to none, may be late.
 * FIB notifiers could not say which changes matter: they report the first route of each
 * prefix, and the default route by an uplink is usually the second.
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
 * pgw_route_ipsec - apply IPsec policy to the new route of a reply
 * @pn: namespace
 * @skb: reply
 * @dst: the route; the reference is consumed
 * @sk: the socket that sent it, or NULL
 *
 * The old route was subject to policy, and so is the new one, as a policy may name an
 * interface. Return: a reference to @dst, or to a route that encrypts and then leaves
 * there; NULL if policy forbids it, has no keys yet, or cannot be evaluated.
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
