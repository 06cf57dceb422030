// SPDX-License-Identifier: GPL-2.0
/*
 * Reply + peer -> verdict and reason. Read it from the bottom: pgw_steer()
 * asks for the door, then for a route through it, then gives the reply that
 * route. Everything runs under the RCU lock of the netfilter hook.
 */
#include "steer.h"

#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/ip.h>
#include <net/ip_fib.h>
#include <net/route.h>

/* A flow that may leave by @oif only; 0 leaves it to the routing table. */
static struct flowi4 flow_by(const struct pgw_key *key, int oif)
{
	return (struct flowi4){
		.flowi4_oif = oif,
		.flowi4_iif = LOOPBACK_IFINDEX,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.saddr = key->local,
		.daddr = key->client,
	};
}

/* 0/1 and 128/1 together are a default route, too. */
static bool takes_default_route(struct pgw_net *pn, const struct pgw_key *key)
{
	struct flowi4 flow = flow_by(key, 0);
	struct fib_result res = {};

	return !fib_lookup(pn->net, &flow, &res, 0) && res.prefixlen <= 1;
}

/*
 * Nothing is known of the client. If an uplink owns the source address, and the
 * routing table sees the client behind a default route, it is an Internet
 * client of that uplink; a more specific route means a corporate client.
 */
static struct pgw_iface *door_by_address(struct pgw_net *pn,
					 const struct pgw_key *key)
{
	struct pgw_iface *door;
	struct net_device *dev;

	dev = __ip_dev_find(pn->net, key->local, false);
	if (!dev)
		return NULL;
	door = pgw_iface_find(pn, dev->ifindex);
	if (!door || !pgw_iface_is(door, PGW_ROLE_INTERNET) ||
	    !takes_default_route(pn, key))
		return NULL;
	pgw_count(door, PGW_BY_ADDRESS);
	return door;
}

/*
 * A server sends data only when the client has shaken hands. A bare ACK proves
 * nothing: the stack sends one for a half-open connection, too, in answer to a
 * segment outside the window (tcp_check_req() in net/ipv4/tcp_minisocks.c).
 */
static bool proves_handshake(const struct pgw_packet *pkt)
{
	return pkt->kind == PGW_CONTROL && !pkt->syn && !pkt->rst && pkt->data;
}

static struct pgw_iface *door_without_peer(struct pgw_net *pn,
					   const struct pgw_key *key,
					   const struct pgw_packet *pkt)
{
	struct pgw_iface *door;
	int ifindex;

	ifindex = pgw_embryo_find(pn, key);
	door = ifindex ? pgw_iface_find(pn, ifindex) : NULL;
	if (!door)
		return door_by_address(pn, key);
	pgw_count(door, PGW_BY_EMBRYO);
	if (proves_handshake(pkt))
		pgw_peer_create(pn, key, door);
	return door;
}

/**
 * route_lookup - look up a route that leaves by one interface
 * @pn: namespace
 * @key: client and local address
 * @oif: the interface
 *
 * The FIB is asked, too: when it has no answer for an oif, the output route
 * lookup invents an on-link route (net/ipv4/route.c), and the client would be
 * sought by ARP on the ISP's wire. It is asked second: if a route went before,
 * it says no; if one goes later, that makes the result stale.
 *
 * Return: a reference, or NULL.
 */
static struct dst_entry *route_lookup(struct pgw_net *pn,
				      const struct pgw_key *key, int oif)
{
	struct flowi4 flow = flow_by(key, oif);
	struct fib_result res = {};
	struct rtable *rt;

	if (!oif)
		return NULL;
	rt = ip_route_output_key(pn->net, &flow);
	if (IS_ERR(rt))
		return NULL;
	flow = flow_by(key, oif);
	if (!fib_lookup(pn->net, &flow, &res, 0) && res.type == RTN_UNICAST &&
	    rt->rt_type == RTN_UNICAST && rt->dst.dev->ifindex == oif)
		return &rt->dst;
	dst_release(&rt->dst);
	return NULL;
}

/**
 * route_of_peer - the route through a peer's door, cached in the peer
 * @pn: namespace
 * @peer: peer
 * @oif: its door
 *
 * Return: a reference, or NULL.
 */
static struct dst_entry *route_of_peer(struct pgw_net *pn,
				       struct pgw_peer *peer, int oif)
{
	struct dst_entry *dst = rcu_dereference(peer->dst);
	struct dst_entry *old;

	if (likely(dst && dst->dev->ifindex == oif && dst_check(dst, 0) &&
		   dst_hold_safe(dst)))
		return dst;

	dst = route_lookup(pn, &peer->key, oif);
	if (dst)
		dst_hold(dst);
	old = xchg((__force struct dst_entry **)&peer->dst, dst);
	dst_release(old);
	return dst;
}

/*
 * The reply is lost, as if on the wire. Not NF_DROP: the sender would get EPERM,
 * on which pptpd ends a call that could outlive a short break of the uplink.
 */
static unsigned int drop(struct sk_buff *skb)
{
	kfree_skb(skb);
	return NF_STOLEN;
}

/*
 * No route leads through the door. Counted there, or if the door itself is gone
 * at the interface that the reply would have left by.
 */
static unsigned int unroutable(struct pgw_net *pn, struct sk_buff *skb,
			       struct pgw_iface *door, int out)
{
	struct pgw_iface *at = NULL;

	if (!READ_ONCE(door->ifindex))
		at = pgw_iface_find(pn, out);
	if (!at)
		at = door;
	if (READ_ONCE(door->policy) == PGW_POLICY_OBSERVE) {
		pgw_count(at, PGW_OBSERVED_DROPS);
		return NF_ACCEPT;
	}
	if (READ_ONCE(door->unroutable) == PGW_UNROUTABLE_PASS) {
		pgw_count(at, PGW_UNROUTABLE_PASSES);
		return NF_ACCEPT;
	}
	pgw_count(at, PGW_UNROUTABLE_DROPS);
	return drop(skb);
}

/* The new device may need more room for its header than the old one. */
static bool has_headroom(struct sk_buff *skb, const struct net_device *dev)
{
	unsigned int need = LL_RESERVED_SPACE(dev);

	if (likely(skb_headroom(skb) >= need))
		return true;
	return !pskb_expand_head(skb, HH_DATA_ALIGN(need - skb_headroom(skb)),
				 0, GFP_ATOMIC);
}

/* Consumes the reference @dst. */
static unsigned int swap_route(struct sk_buff *skb, struct dst_entry *dst,
			       struct pgw_iface *door)
{
	if (READ_ONCE(door->policy) == PGW_POLICY_OBSERVE) {
		pgw_count(door, PGW_OBSERVED_STEERS);
		dst_release(dst);
		return NF_ACCEPT;
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	if (unlikely(!has_headroom(skb, dst->dev))) {
		pgw_count(door, PGW_NO_MEMORY_DROPS);
		return drop(skb);
	}
	pgw_count(door, PGW_STEERED);
	return NF_ACCEPT;
}

/*
 * Only a plain unicast route is replaced. That excludes local delivery,
 * broadcast, what the sender routes itself, and IPsec: both what it will encrypt
 * and what it discards because it cannot.
 */
static bool is_steerable(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);
	const struct dst_entry *dst = &rt->dst;

	return rt->rt_type == RTN_UNICAST && !dst_xfrm(dst) &&
	       dst->output != dst_discard_out && !IPCB(skb)->opt.srr;
}

/**
 * pgw_steer - decide what becomes of a reply, and do it
 * @pn: namespace
 * @skb: reply; has a route
 * @pkt: what it is
 * @key: names its peer
 * @peer: its peer, or NULL
 *
 * The route is taken from the packet, not from the hook's state: NAT or mangle
 * may have changed it since.
 *
 * Return: NF_ACCEPT, or NF_STOLEN when the reply was dropped.
 */
unsigned int pgw_steer(struct pgw_net *pn, struct sk_buff *skb,
		       const struct pgw_packet *pkt, const struct pgw_key *key,
		       struct pgw_peer *peer)
{
	const struct net_device *out = skb_dst(skb)->dev;
	struct pgw_iface *door;
	struct dst_entry *dst;
	int ifindex;

	door = peer ? rcu_dereference(peer->door)
		    : door_without_peer(pn, key, pkt);
	if (!door) {
		pgw_iface_count(pn, out->ifindex, PGW_NO_DOOR);
		return NF_ACCEPT;
	}
	if (!pgw_iface_is(door, PGW_ROLE_INTERNET)) {
		pgw_count(door, PGW_NOT_UPLINK);
		return NF_ACCEPT;
	}
	ifindex = READ_ONCE(door->ifindex);
	if (out->ifindex == ifindex) {
		pgw_count(door, PGW_ALREADY_RIGHT);
		return NF_ACCEPT;
	}
	if (unlikely(!is_steerable(skb))) {
		pgw_count(door, PGW_UNSTEERABLE);
		return NF_ACCEPT;
	}
	dst = peer ? route_of_peer(pn, peer, ifindex)
		   : route_lookup(pn, key, ifindex);
	if (unlikely(!dst))
		return unroutable(pn, skb, door, out->ifindex);
	return swap_route(skb, dst, door);
}
