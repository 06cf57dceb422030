// SPDX-License-Identifier: GPL-2.0
/*
 * The command of the family that explains: where would a reply leave, and why. It calls
 * the functions that pgw_steer_slow() calls, but counts and changes nothing.
 */
#include "netlink_explain.h"

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "ingress.h"
#include "netlink_msg.h"
#include "route.h"
#include "steer.h"

const struct nla_policy pgw_explain_policy[PPTPGW_A_EXPLAIN_MAX + 1] = {
	[PPTPGW_A_EXPLAIN_CLIENT] = NLA_POLICY_MIN(NLA_U32, 1),
	[PPTPGW_A_EXPLAIN_LOCAL] = NLA_POLICY_MIN(NLA_U32, 1),
};

/**
 * struct way - where a packet leaves
 * @ifindex: interface; 0 for nowhere
 * @gateway: next hop; 0 if the client is on link
 */
struct way {
	int ifindex;
	__be32 gateway;
};

/**
 * struct explanation - where a reply leaves, and why
 * @key: names the peer
 * @verdict: what becomes of the reply
 * @reason: why
 * @source: how the ingress is known
 * @has_peer: there is a peer; @idle is its
 * @ingress: the ingress's index, or 0
 * @idle: jiffies since the client's last packet
 * @way: where the reply leaves
 * @table: where the routing table alone would send it
 */
struct explanation {
	struct pgw_key key;
	enum pptpgw_verdict verdict;
	enum pptpgw_reason reason;
	enum pptpgw_source source;
	bool has_peer;
	int ingress;
	u32 idle;
	struct way way;
	struct way table;
};

/* Consumes the reference @dst, which may be NULL. */
static struct way way_of(struct dst_entry *dst)
{
	const struct rtable *rt = (struct rtable *)dst;
	struct way way = {};

	if (!dst)
		return way;
	way.ifindex = dst->dev->ifindex;
	if (rt->rt_gw_family == AF_INET)
		way.gateway = rt->rt_gw4;
	dst_release(dst);
	return way;
}

/* The VRF of a local address, or 0: its server's replies are routed there. Context: RCU. */
static int vrf_of(struct net *net, __be32 local)
{
	struct net_device *dev = __ip_dev_find(net, local, false);

	return dev ? l3mdev_master_ifindex_rcu(dev) : 0;
}

static struct way way_by_table(struct pgw_net *pn, const struct pgw_key *key)
{
	struct flowi4 flow = {
		.flowi4_oif = vrf_of(pn->net, key->local),
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.saddr = key->local,
		.daddr = key->client,
	};
	struct rtable *rt = ip_route_output_key(pn->net, &flow);

	return way_of(IS_ERR(rt) ? NULL : &rt->dst);
}

/* Fill in @e->verdict, @e->reason and @e->way of a reply that is not right already. */
static void explain_verdict(struct explanation *e, enum pgw_verdict verdict,
			    const struct way *way)
{
	switch (verdict) {
	case PGW_STEER:
		e->verdict = PPTPGW_VERDICT_STEER;
		e->reason = PPTPGW_REASON_STEERED;
		e->way = *way;
		break;
	case PGW_DROP_UNROUTABLE:
		e->verdict = PPTPGW_VERDICT_DROP;
		e->reason = PPTPGW_REASON_UNROUTABLE_DROPS;
		e->way = *way;
		break;
	case PGW_KEEP_UNROUTABLE:
		e->reason = PPTPGW_REASON_UNROUTABLE_PASSES;
		break;
	case PGW_KEEP_OBSERVED:
		e->reason = PPTPGW_REASON_OBSERVED_STEERS;
		break;
	default:
		e->reason = PPTPGW_REASON_OBSERVED_DROPS;
	}
}

static void explain_at(struct pgw_iface *ingress, struct explanation *e)
{
	struct way way;

	e->reason = PPTPGW_REASON_ALREADY_RIGHT;
	if (e->ingress && e->table.ifindex == e->ingress)
		return;
	way = way_of(pgw_route_lookup(ingress, &e->key));
	explain_verdict(e, pgw_verdict_at(ingress, way.ifindex), &way);
}

/* Examine some peers. Return: the local address of one of the client's, or 0. */
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

/*
 * The local address that a client most likely uses. Context: may sleep. Return: address,
 * or 0 if there is none.
 */
static __be32 likely_local(struct pgw_net *pn, __be32 client)
{
	return local_of_peer(pn, client) ?: local_of_uplink(pn, client) ?:
	       local_of_route(pn, client);
}

/* Where a corporate client's packets come in is reported, but decides nothing. */
static void explain_corporate(const struct pgw_peer *peer,
			      struct explanation *e)
{
	if (!peer)
		return;
	e->source = PPTPGW_SOURCE_PEER;
	e->ingress = READ_ONCE(rcu_dereference(peer->ingress)->ifindex);
}

/*
 * A connection that is not proven has a port, and may be answered elsewhere. Context:
 * RCU and RTNL, which keeps the tables.
 */
static void explain(struct pgw_net *pn, const struct pgw_key *key,
		    struct explanation *e)
{
	struct pgw_iface *ingress;
	struct pgw_peer *peer;

	*e = (struct explanation){
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
	if (pgw_side_of(pn, key, e->table.ifindex) == PGW_SIDE_CORPORATE) {
		explain_corporate(peer, e);
		return;
	}
	e->reason = PPTPGW_REASON_NO_INGRESS;
	ingress = pgw_ingress_find(pn, key, peer, NULL, e->table.ifindex,
				   &e->source);
	if (!ingress)
		return;
	e->ingress = READ_ONCE(ingress->ifindex);
	explain_at(ingress, e);
}

static int put_way(struct sk_buff *skb, struct net *net, int dev_attr,
		   int gateway_attr, const struct way *way)
{
	struct net_device *dev = dev_get_by_index_rcu(net, way->ifindex);

	if (dev && nla_put_string(skb, dev_attr, dev->name))
		return -EMSGSIZE;
	if (!way->gateway)
		return 0;
	return nla_put_in_addr(skb, gateway_attr, way->gateway);
}

static int put_explanation(struct sk_buff *skb, struct net *net,
			   const struct explanation *e)
{
	struct net_device *ingress = dev_get_by_index_rcu(net, e->ingress);

	if (nla_put_in_addr(skb, PPTPGW_A_EXPLAIN_CLIENT, e->key.client) ||
	    nla_put_in_addr(skb, PPTPGW_A_EXPLAIN_LOCAL, e->key.local) ||
	    nla_put_u32(skb, PPTPGW_A_EXPLAIN_VERDICT, e->verdict) ||
	    nla_put_u32(skb, PPTPGW_A_EXPLAIN_REASON, e->reason) ||
	    nla_put_u32(skb, PPTPGW_A_EXPLAIN_SOURCE, e->source))
		return -EMSGSIZE;
	if (ingress && nla_put_string(skb, PPTPGW_A_EXPLAIN_INGRESS, ingress->name))
		return -EMSGSIZE;
	if (e->has_peer &&
	    nla_put_u64_64bit(skb, PPTPGW_A_EXPLAIN_IDLE,
			      jiffies_to_msecs(e->idle),
			      PPTPGW_A_EXPLAIN_PAD))
		return -EMSGSIZE;
	return put_way(skb, net, PPTPGW_A_EXPLAIN_DEV,
		       PPTPGW_A_EXPLAIN_GATEWAY, &e->way) ?:
	       put_way(skb, net, PPTPGW_A_EXPLAIN_TABLE_DEV,
		       PPTPGW_A_EXPLAIN_TABLE_GATEWAY, &e->table);
}

/* Context: may sleep. */
static int explain_request(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *client = info->attrs[PPTPGW_A_EXPLAIN_CLIENT];
	struct nlattr *local = info->attrs[PPTPGW_A_EXPLAIN_LOCAL];
	struct pgw_net *pn = pgw_net(genl_info_net(info));
	struct explanation e;
	struct pgw_key key;
	int err;

	key.client = nla_get_in_addr(client);
	key.local = local ? nla_get_in_addr(local) :
			    likely_local(pn, key.client);
	if (!key.local) {
		NL_SET_ERR_MSG(info->extack,
			       "no route to the client: name the local address");
		return -EHOSTUNREACH;
	}
	rtnl_lock();
	rcu_read_lock();
	explain(pn, &key, &e);
	err = put_explanation(skb, pn->net, &e);
	rcu_read_unlock();
	rtnl_unlock();
	return err;
}

int pgw_nl_explain(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb;
	void *header;
	int err;

	if (!info->attrs[PPTPGW_A_EXPLAIN_CLIENT]) {
		NL_SET_ERR_MSG(info->extack, "name a client");
		return -EINVAL;
	}
	skb = pgw_nl_reply_new(info, &header);
	if (!skb)
		return -ENOMEM;
	err = explain_request(skb, info);
	return pgw_nl_reply(skb, info, header, err);
}
