// SPDX-License-Identifier: GPL-2.0
/*
 * Reply + peer -> verdict and reason. Read it from the bottom: pgw_steer() asks
 * whether a route through the door is wanted, and gives it to the reply. All runs
 * under the RCU lock of the netfilter hook. What is inline, or not, is so that
 * nearly all replies find a short way: see Documentation/performance.rst.
 */
#include "steer.h"

#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/ip.h>
#include <net/ip_fib.h>
#include <net/route.h>

#include "egress.h"
#include "event.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* 0/1 and 128/1 together are a default route, too. */
static bool takes_default_route(struct pgw_net *pn, const struct pgw_key *key)
{
	struct flowi4 flow = pgw_flow(key, 0);
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
	if (!door || !pgw_iface_is(door, PPTPGW_ROLE_INTERNET) ||
	    !takes_default_route(pn, key))
		return NULL;
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

/**
 * pgw_door_find - find the door of a client
 * @pn: namespace
 * @key: client and local address
 * @peer: its peer, or NULL
 * @source: how the door is known
 *
 * Context: RCU. Return: the door, or NULL.
 */
struct pgw_iface *pgw_door_find(struct pgw_net *pn, const struct pgw_key *key,
				const struct pgw_peer *peer,
				enum pptpgw_source *source)
{
	struct pgw_iface *door;
	int ifindex;

	*source = PPTPGW_SOURCE_PEER;
	if (peer)
		return rcu_dereference(peer->door);
	*source = PPTPGW_SOURCE_EMBRYO;
	ifindex = pgw_embryo_find(pn, key);
	door = ifindex ? pgw_iface_find(pn, ifindex) : NULL;
	if (door)
		return door;
	door = door_by_address(pn, key);
	*source = door ? PPTPGW_SOURCE_ADDRESS : PPTPGW_SOURCE_NONE;
	return door;
}

/* The door of a client without a peer, which may get one. */
static struct pgw_iface *door_of_stranger(struct pgw_net *pn,
					  const struct pgw_key *key,
					  const struct pgw_packet *pkt)
{
	enum pptpgw_source source;
	struct pgw_iface *door;

	door = pgw_door_find(pn, key, NULL, &source);
	if (source == PPTPGW_SOURCE_ADDRESS) {
		pgw_count(door, PGW_BY_ADDRESS);
	} else if (source == PPTPGW_SOURCE_EMBRYO) {
		pgw_count(door, PGW_BY_EMBRYO);
		if (proves_handshake(pkt))
			pgw_peer_create(pn, key, door);
	}
	return door;
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

/**
 * pgw_judge - what becomes of a reply that does not leave by its door
 * @door: door; an uplink
 * @has_route: a route leads through it
 *
 * Return: the counter, which is the reason, too.
 */
enum pgw_counter pgw_judge(const struct pgw_iface *door, bool has_route)
{
	if (READ_ONCE(door->policy) == PPTPGW_POLICY_OBSERVE)
		return has_route ? PGW_OBSERVED_STEERS : PGW_OBSERVED_DROPS;
	if (has_route)
		return PGW_STEERED;
	return READ_ONCE(door->unroutable) == PPTPGW_UNROUTABLE_PASS ?
	       PGW_UNROUTABLE_PASSES : PGW_UNROUTABLE_DROPS;
}

static noinline bool grow_headroom(struct sk_buff *skb, unsigned int need)
{
	return !pskb_expand_head(skb, HH_DATA_ALIGN(need - skb_headroom(skb)),
				 0, GFP_ATOMIC);
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

/* Return: the reason; PGW_STEERED, if a route through the door is wanted. */
static inline enum pgw_counter decide(const struct sk_buff *skb,
				      const struct pgw_iface *door)
{
	if (!pgw_iface_is(door, PPTPGW_ROLE_INTERNET))
		return PGW_NOT_UPLINK;
	if (skb_dst(skb)->dev->ifindex == READ_ONCE(door->ifindex))
		return PGW_ALREADY_RIGHT;
	return likely(is_steerable(skb)) ? PGW_STEERED : PGW_UNSTEERABLE;
}

/*
 * Consumes the reference @dst. The new device may need more room for its header
 * than the old one.
 */
static inline enum pgw_counter swap_route(struct sk_buff *skb,
					  struct dst_entry *dst)
{
	unsigned int need = LL_RESERVED_SPACE(dst->dev);

	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	if (unlikely(skb_headroom(skb) < need) && !grow_headroom(skb, need))
		return PGW_NO_MEMORY_DROPS;
	return PGW_STEERED;
}

/*
 * Do with a reply and the route through its door, or NULL, what the door's
 * settings say. Consumes the reference @dst. Return: the reason.
 */
static inline enum pgw_counter give_route(struct sk_buff *skb,
					  const struct pgw_iface *door,
					  struct dst_entry *dst)
{
	enum pgw_counter reason = pgw_judge(door, dst);

	if (likely(reason == PGW_STEERED))
		return swap_route(skb, dst);
	dst_release(dst);
	return reason;
}

static void tell_unroutable(struct pgw_net *pn, const struct pgw_key *key,
			    struct pgw_iface *door)
{
	const struct pgw_event event = {
		.type = PPTPGW_EVENT_UNROUTABLE,
		.client = key->client,
		.local = key->local,
		.ifindex = READ_ONCE(door->ifindex),
	};

	if (pgw_event_due(&door->unroutable_event))
		pgw_event_send(pn, &event);
}

/* What the peer remembers of a reply that goes its way. */
static inline void account(struct pgw_peer *peer, const struct sk_buff *skb,
			   enum pgw_counter reason)
{
	pgw_traffic_add(&peer->tx, skb->len);
	if (reason == PGW_STEERED && atomic64_inc_return(&peer->steered) == 1)
		pgw_peer_event(rcu_dereference(peer->door)->pn, peer,
			       PPTPGW_EVENT_FIRST_STEER);
}

static inline void trace(const struct pgw_key *key,
			 const struct pgw_iface *door, enum pgw_counter reason)
{
	if (trace_pptpgw_steer_enabled())
		trace_pptpgw_steer(key->client, key->local,
				   door ? READ_ONCE(door->ifindex) : 0, reason);
}

/*
 * Count, tell and drop. Counted at the door, or if there is none, or it is gone, at
 * the interface that the reply would have left by.
 */
static noinline unsigned int settle(struct pgw_net *pn, struct sk_buff *skb,
				    const struct pgw_key *key,
				    struct pgw_peer *peer,
				    struct pgw_iface *door,
				    enum pgw_counter reason)
{
	if (door && READ_ONCE(door->ifindex))
		pgw_count(door, reason);
	else
		pgw_iface_count(pn, skb_dst(skb)->dev->ifindex, reason);
	if (reason == PGW_UNROUTABLE_DROPS || reason == PGW_UNROUTABLE_PASSES)
		tell_unroutable(pn, key, door);
	if (reason == PGW_UNROUTABLE_DROPS || reason == PGW_NO_MEMORY_DROPS)
		return drop(skb);
	if (peer)
		account(peer, skb, reason);
	return NF_ACCEPT;
}

/**
 * pgw_steer_stranger - decide what becomes of a reply to a client without a peer
 * @pn: namespace
 * @skb: reply; has a route
 * @pkt: what it is
 * @key: names the client
 *
 * Return: NF_ACCEPT, or NF_STOLEN when the reply was dropped.
 */
unsigned int pgw_steer_stranger(struct pgw_net *pn, struct sk_buff *skb,
				const struct pgw_packet *pkt,
				const struct pgw_key *key)
{
	struct pgw_iface *door = door_of_stranger(pn, key, pkt);
	enum pgw_counter reason;
	int oif;

	reason = door ? decide(skb, door) : PGW_NO_DOOR;
	if (reason == PGW_STEERED) {
		oif = READ_ONCE(door->ifindex);
		reason = give_route(skb, door, pgw_route_lookup(pn, key, oif));
	}
	trace(key, door, reason);
	return settle(pn, skb, key, NULL, door, reason);
}

/**
 * pgw_steer - decide what becomes of a reply to a client, and do it
 * @skb: reply; has a route
 * @peer: the client's
 *
 * The route is taken from the packet, not from the hook's state: NAT or mangle
 * may have changed it since.
 *
 * Return: NF_ACCEPT, or NF_STOLEN when the reply was dropped.
 */
unsigned int pgw_steer(struct sk_buff *skb, struct pgw_peer *peer)
{
	struct pgw_iface *door = rcu_dereference(peer->door);
	enum pgw_counter reason;

	reason = decide(skb, door);
	if (reason == PGW_STEERED)
		reason = give_route(skb, door, pgw_route_of_peer(peer, door));
	trace(&peer->node.key, door, reason);
	if (unlikely(reason != PGW_STEERED && reason != PGW_ALREADY_RIGHT))
		return settle(door->pn, skb, &peer->node.key, peer, door,
			      reason);
	pgw_count(door, reason);
	account(peer, skb, reason);
	return NF_ACCEPT;
}
