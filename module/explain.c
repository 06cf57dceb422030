// SPDX-License-Identifier: GPL-2.0
/*
 * Where would a reply leave, and why. Asks what pgw_steer() asks, of the same
 * functions, but counts and changes nothing.
 */
#include "explain.h"

#include <linux/inetdevice.h>
#include <net/route.h>

#include "egress.h"

/* Consumes the reference @dst, which may be NULL. */
static struct pgw_way way_of(struct dst_entry *dst)
{
	const struct rtable *rt = (struct rtable *)dst;
	struct pgw_way way = {};

	if (!dst)
		return way;
	way.ifindex = dst->dev->ifindex;
	if (rt->rt_gw_family == AF_INET)
		way.gateway = rt->rt_gw4;
	dst_release(dst);
	return way;
}

static struct pgw_way way_by_table(struct pgw_net *pn,
				   const struct pgw_key *key)
{
	struct flowi4 flow = {
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.saddr = key->local,
		.daddr = key->client,
	};
	struct rtable *rt = ip_route_output_key(pn->net, &flow);

	return way_of(IS_ERR(rt) ? NULL : &rt->dst);
}

/* Fill in @e->reason; and @e->way, if the reply is to be steered. */
static void reason_at_door(struct pgw_net *pn, const struct pgw_iface *door,
			   struct pgw_explanation *e)
{
	static const u8 reasons[PGW_COUNTERS] = {
		[PGW_STEERED] = PPTPGW_REASON_STEERED,
		[PGW_OBSERVED_STEERS] = PPTPGW_REASON_OBSERVED_STEERS,
		[PGW_OBSERVED_DROPS] = PPTPGW_REASON_OBSERVED_DROPS,
		[PGW_UNROUTABLE_DROPS] = PPTPGW_REASON_UNROUTABLE_DROPS,
		[PGW_UNROUTABLE_PASSES] = PPTPGW_REASON_UNROUTABLE_PASSES,
	};
	struct pgw_way way;

	e->reason = PPTPGW_REASON_NOT_UPLINK;
	if (!pgw_iface_is(door, PPTPGW_ROLE_INTERNET))
		return;
	e->reason = PPTPGW_REASON_ALREADY_RIGHT;
	if (e->door && e->table.ifindex == e->door)
		return;
	way = way_of(pgw_route_lookup(pn, &e->key, e->door));
	e->reason = reasons[pgw_judge(door, way.ifindex)];
	if (e->reason == PPTPGW_REASON_STEERED) {
		e->verdict = PPTPGW_VERDICT_STEER;
		e->way = way;
	} else if (e->reason == PPTPGW_REASON_UNROUTABLE_DROPS) {
		e->verdict = PPTPGW_VERDICT_DROP;
		e->way = way;
	}
}

/* The local address of a peer of the client, or 0. */
static __be32 local_of_peer(struct pgw_net *pn, __be32 client)
{
	struct pgw_place place = {};
	struct pgw_peer *peer;

	for (; (peer = pgw_peer_next(pn, &place)); pgw_place_pass(&place))
		if (peer->node.key.client == client)
			return peer->node.key.local;
	return 0;
}

/* The first address of an uplink, or 0. */
static __be32 local_of_uplink(struct pgw_net *pn, __be32 client)
{
	struct pgw_iface *iface;
	struct net_device *dev;
	unsigned long ifindex;
	__be32 local = 0;

	xa_for_each(&pn->ifaces, ifindex, iface) {
		dev = dev_get_by_index_rcu(pn->net, ifindex);
		if (dev && pgw_iface_is(iface, PPTPGW_ROLE_INTERNET))
			local = inet_select_addr(dev, client,
						 RT_SCOPE_UNIVERSE);
		if (local)
			break;
	}
	return local;
}

/* What this host would call itself to the client, or 0. */
static __be32 local_of_route(struct pgw_net *pn, __be32 client)
{
	struct flowi4 flow = { .daddr = client };
	struct rtable *rt = ip_route_output_key(pn->net, &flow);

	if (IS_ERR(rt))
		return 0;
	ip_rt_put(rt);
	return flow.saddr;
}

/**
 * pgw_explain_local - find the local address that a client most likely uses
 * @pn: namespace
 * @client: client
 *
 * Context: RCU. Return: address, or 0 if there is none.
 */
__be32 pgw_explain_local(struct pgw_net *pn, __be32 client)
{
	return local_of_peer(pn, client) ?: local_of_uplink(pn, client) ?:
	       local_of_route(pn, client);
}

/**
 * pgw_explain - where would a reply leave, and why
 * @pn: namespace
 * @key: client and local address
 * @e: result
 *
 * Context: RCU and RTNL, which keeps the tables.
 */
void pgw_explain(struct pgw_net *pn, const struct pgw_key *key,
		 struct pgw_explanation *e)
{
	struct pgw_iface *door;
	struct pgw_peer *peer;

	*e = (struct pgw_explanation){
		.key = *key,
		.verdict = PPTPGW_VERDICT_KEEP,
		.reason = PPTPGW_REASON_INACTIVE,
		.table = way_by_table(pn, key),
	};
	e->way = e->table;
	if (!pn->active)
		return;

	peer = pgw_peer_find(pn, key);
	e->has_peer = peer;
	if (peer)
		e->idle = (u32)jiffies - READ_ONCE(peer->seen);
	e->reason = PPTPGW_REASON_NO_DOOR;
	door = pgw_door_find(pn, key, peer, &e->source);
	if (!door)
		return;
	e->door = READ_ONCE(door->ifindex);
	reason_at_door(pn, door, e);
}
