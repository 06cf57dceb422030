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
static void reason_at_ingress(struct pgw_net *pn,
			      struct pgw_iface *ingress,
			      struct pgw_explanation *e)
{
	static const u8 reasons[PGW_COUNTERS] = {
		[PPTPGW_COUNTER_STEERED] = PPTPGW_REASON_STEERED,
		[PPTPGW_COUNTER_OBSERVED_STEERS] = PPTPGW_REASON_OBSERVED_STEERS,
		[PPTPGW_COUNTER_OBSERVED_DROPS] = PPTPGW_REASON_OBSERVED_DROPS,
		[PPTPGW_COUNTER_UNROUTABLE_DROPS] = PPTPGW_REASON_UNROUTABLE_DROPS,
		[PPTPGW_COUNTER_UNROUTABLE_PASSES] = PPTPGW_REASON_UNROUTABLE_PASSES,
	};
	struct pgw_way way;

	e->reason = PPTPGW_REASON_ALREADY_RIGHT;
	if (e->ingress && e->table.ifindex == e->ingress)
		return;
	way = way_of(pgw_route_lookup(ingress, &e->key));
	e->reason = reasons[pgw_judge(ingress, way.ifindex)];
	if (e->reason == PPTPGW_REASON_STEERED) {
		e->verdict = PPTPGW_VERDICT_STEER;
		e->way = way;
	} else if (e->reason == PPTPGW_REASON_UNROUTABLE_DROPS) {
		e->verdict = PPTPGW_VERDICT_DROP;
		e->way = way;
	}
}

/* Look at some peers. Return: the local address of one of the client's, or 0. */
static __be32 local_in_batch(struct pgw_net *pn, __be32 client,
			     struct pgw_place *place)
{
	struct pgw_peer *peer;
	__be32 local = 0;

	rcu_read_lock();
	place->left = PGW_BATCH;
	while (!local && (peer = pgw_peer_next(pn, place)))
		if (peer->node.key.client == client)
			local = peer->node.key.local;
	rcu_read_unlock();
	return local;
}

/* The local address of a peer of the client, or 0. */
static __be32 local_of_peer(struct pgw_net *pn, __be32 client)
{
	struct pgw_place place = {};
	__be32 local = 0;

	while (!local && !place.end) {
		local = local_in_batch(pn, client, &place);
		cond_resched();
	}
	return local;
}

/* The first address of an uplink, or 0. */
static __be32 local_of_uplink(struct pgw_net *pn, __be32 client)
{
	struct pgw_iface *iface;
	struct net_device *dev;
	unsigned long ifindex;
	__be32 local = 0;

	rcu_read_lock();
	xa_for_each(&pn->ifaces, ifindex, iface) {
		dev = dev_get_by_index_rcu(pn->net, ifindex);
		if (dev && pgw_iface_is(iface, PPTPGW_ROLE_INTERNET))
			local = inet_select_addr(dev, client,
						 RT_SCOPE_UNIVERSE);
		if (local)
			break;
	}
	rcu_read_unlock();
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
 * Context: may sleep. Return: address, or 0 if there is none.
 */
__be32 pgw_explain_local(struct pgw_net *pn, __be32 client)
{
	return local_of_peer(pn, client) ?: local_of_uplink(pn, client) ?:
	       local_of_route(pn, client);
}

/* Where a corporate client's packets come in is told, but decides nothing. */
static void explain_corporate(const struct pgw_peer *peer,
			      struct pgw_explanation *e)
{
	if (!peer)
		return;
	e->source = PPTPGW_SOURCE_PEER;
	e->ingress = READ_ONCE(rcu_dereference(peer->ingress)->ifindex);
}

/**
 * pgw_explain - where would a reply leave, and why
 * @pn: namespace
 * @key: client and local address
 * @e: result
 *
 * A connection that is not proven has a port, and may be answered elsewhere. Context:
 * RCU and RTNL, which keeps the tables.
 */
void pgw_explain(struct pgw_net *pn, const struct pgw_key *key,
		 struct pgw_explanation *e)
{
	struct pgw_iface *ingress;
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
	e->reason = PPTPGW_REASON_NOT_UPLINK;
	if (pgw_is_corporate(pn, key, e->table.ifindex)) {
		explain_corporate(peer, e);
		return;
	}
	e->reason = PPTPGW_REASON_NO_INGRESS;
	ingress = pgw_ingress_find(pn, key, peer, NULL, e->table.ifindex,
				   &e->source);
	if (!ingress)
		return;
	e->ingress = READ_ONCE(ingress->ifindex);
	reason_at_ingress(pn, ingress, e);
}
