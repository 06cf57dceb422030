// SPDX-License-Identifier: GPL-2.0
/*
 * Reply + peer -> verdict. Read it from the bottom: pgw_steer() is the fast path, of
 * replies that have a peer with a cached route; pgw_steer_again() is that of further
 * replies to a client without a peer; pgw_steer_slow() is for all others, and finds what
 * these know already. All runs under the RCU lock of the netfilter hook.
 * What is inline, or not, keeps the fast path short: see Documentation/performance.rst.
 */
#include "steer.h"

#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/ip.h>
#include <net/route.h>

#include "route.h"
#include "event.h"
#include "halfopen.h"
#include "ingress.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

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
 * pgw_verdict_at - the verdict on a reply that does not leave by its ingress
 * @ingress: its client's ingress; an uplink
 * @has_route: a route leads through it
 *
 * Return: the verdict, as the settings of the ingress have it.
 */
enum pgw_verdict pgw_verdict_at(const struct pgw_iface *ingress, bool has_route)
{
	if (READ_ONCE(ingress->policy) == PPTPGW_POLICY_OBSERVE)
		return has_route ? PGW_KEEP_OBSERVED : PGW_KEEP_OBSERVED_DROP;
	if (has_route)
		return PGW_STEER;
	return READ_ONCE(ingress->unroutable) == PPTPGW_UNROUTABLE_PASS ?
	       PGW_KEEP_UNROUTABLE : PGW_DROP_UNROUTABLE;
}

/* The one place where a verdict becomes a counter. */
static __always_inline enum pptpgw_counter counter_of(enum pgw_verdict verdict)
{
	static const u8 counters[] = {
		[PGW_STEER] = PPTPGW_COUNTER_STEERED,
		[PGW_KEEP_RIGHT] = PPTPGW_COUNTER_ALREADY_RIGHT,
		[PGW_KEEP_CORPORATE] = PPTPGW_COUNTER_NOT_UPLINK,
		[PGW_KEEP_UNKNOWN] = PPTPGW_COUNTER_NO_INGRESS,
		[PGW_KEEP_UNSTEERABLE] = PPTPGW_COUNTER_UNSTEERABLE,
		[PGW_KEEP_OBSERVED] = PPTPGW_COUNTER_OBSERVED_STEERS,
		[PGW_KEEP_OBSERVED_DROP] = PPTPGW_COUNTER_OBSERVED_DROPS,
		[PGW_KEEP_UNROUTABLE] = PPTPGW_COUNTER_UNROUTABLE_PASSES,
		[PGW_DROP_UNROUTABLE] = PPTPGW_COUNTER_UNROUTABLE_DROPS,
		[PGW_DROP_NO_MEMORY] = PPTPGW_COUNTER_NO_MEMORY_DROPS,
	};

	return counters[verdict];
}

static bool is_drop(enum pgw_verdict verdict)
{
	return verdict >= PGW_DROP_UNROUTABLE;
}

static noinline bool grow_headroom(struct sk_buff *skb, unsigned int need)
{
	return !pskb_expand_head(skb, HH_DATA_ALIGN(need - skb_headroom(skb)),
				 0, GFP_ATOMIC);
}

/*
 * Only a plain unicast route is replaced. That excludes local delivery, broadcast, source
 * routes, and IPsec: packets that it will encrypt, or discard because it cannot.
 */
static bool is_steerable(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);
	const struct dst_entry *dst = &rt->dst;

	return rt->rt_type == RTN_UNICAST && !dst_xfrm(dst) &&
	       dst->output != dst_discard_out && !IPCB(skb)->opt.srr;
}

/* A new device may need more room for its header than the old one. */
static inline enum pgw_verdict make_room(struct sk_buff *skb, const struct net_device *dev)
{
	unsigned int need = LL_RESERVED_SPACE(dev);

	if (unlikely(skb_headroom(skb) < need) && !grow_headroom(skb, need))
		return PGW_DROP_NO_MEMORY;
	return PGW_STEER;
}

/* Consumes the reference @dst. */
static enum pgw_verdict swap_route(struct sk_buff *skb, struct dst_entry *dst)
{
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return make_room(skb, dst->dev);
}

/*
 * Where bottom halves are off, the reply borrows a cached route, which stays for an RCU grace
 * period (retired.c): until the driver or a queue has the reply, and a queue that keeps it
 * takes a reference (skb_dst_force()). Elsewhere RCU's protection ends with the hook, and
 * the reply takes a reference itself.
 */
static inline void lend_route(struct sk_buff *skb, struct dst_entry *dst)
{
	skb_dst_drop(skb);
	if (likely(softirq_count()))
		skb_dst_set_noref(skb, dst);
	else
		skb_dst_set(skb, dst_clone(dst));
}

/*
 * No peer caches a route where there is IPsec, so the fast path need not check policy: a new
 * policy makes cached routes stale (rt_genid_bump_ipv4() in net/xfrm/).
 */
static struct dst_entry *find_route(const struct pgw_reply *r, struct pgw_iface *ingress,
				    enum pgw_side side, int genid)
{
	if (r->peer && rcu_access_pointer(r->peer->ingress) == ingress &&
	    !pgw_has_ipsec(r->pn->net))
		return dst_clone(pgw_route_cached(r->peer, ingress)) ?:
		       pgw_route_renew(r->peer, ingress, side, genid);
	return pgw_route_through(ingress, &r->key, side);
}

/* Treat a reply as the ingress's settings require. */
static enum pgw_verdict give_route(const struct pgw_reply *r, struct pgw_iface *ingress,
				   enum pgw_side side, int genid)
{
	struct dst_entry *dst = find_route(r, ingress, side, genid);
	enum pgw_verdict verdict = pgw_verdict_at(ingress, dst);

	if (verdict != PGW_STEER) {
		dst_release(dst);
		return verdict;
	}
	if (pgw_has_ipsec(r->pn->net)) {
		dst = pgw_route_ipsec(r->pn, r->skb, dst, r->sk);
		if (!dst)
			return pgw_verdict_at(ingress, false);
	}
	return swap_route(r->skb, dst);
}

static void notify_unroutable(const struct pgw_reply *r, struct pgw_iface *ingress)
{
	const struct pgw_event event = {
		.type = PPTPGW_EVENT_UNROUTABLE,
		.client = r->key.client,
		.local = r->key.local,
		.ingress = READ_ONCE(ingress->ifindex),
	};

	if (pgw_event_due(&ingress->unroutable_event))
		pgw_event_send(r->pn, &event);
}

static inline void trace(const struct pgw_key *key,
			 const struct pgw_iface *ingress,
			 enum pgw_verdict verdict)
{
	if (trace_pptpgw_steer_enabled())
		trace_pptpgw_steer(key->client, key->local,
				   ingress ? READ_ONCE(ingress->ifindex) : 0,
				   counter_of(verdict));
}

/* The end of both paths, for a client that has a peer. */
static inline unsigned int finish(struct sk_buff *skb, struct pgw_peer *peer,
				  enum pgw_verdict verdict)
{
	if (unlikely(is_drop(verdict)))
		return drop(skb);
	pgw_peer_replied(peer, skb->len, verdict == PGW_STEER);
	return NF_ACCEPT;
}

/* Return: the verdict; PGW_STEER, if the settings and routes of @ingress permit. */
static enum pgw_verdict decide(const struct pgw_reply *r,
			       struct pgw_iface **ingress,
			       enum pptpgw_source *source, enum pgw_side *side)
{
	int oif = skb_dst(r->skb)->dev->ifindex;

	*side = pgw_side_of(r->pn, &r->key, oif);
	if (*side == PGW_SIDE_CORPORATE)
		return PGW_KEEP_CORPORATE;
	*ingress = pgw_ingress_find(r->pn, &r->key, r->peer, r->pkt, oif,
				    source);
	if (!*ingress)
		return PGW_KEEP_UNKNOWN;
	if (oif && oif == READ_ONCE((*ingress)->ifindex))
		return PGW_KEEP_RIGHT;
	return is_steerable(r->skb) ? PGW_STEER : PGW_KEEP_UNSTEERABLE;
}

/* Counted beside the verdict: how the ingress is known, if not by the peer. */
static void count_source(const struct pgw_reply *r, int oif, struct pgw_iface *at,
			 bool found, enum pptpgw_source source)
{
	if (source == PPTPGW_SOURCE_NONE && found)
		pgw_iface_count(r->pn, oif, PPTPGW_COUNTER_NO_INGRESS);
	else if (source == PPTPGW_SOURCE_ADDRESS && at)
		pgw_count(at, PPTPGW_COUNTER_BY_ADDRESS);
	else if (source == PPTPGW_SOURCE_HALF_OPEN && at)
		pgw_count(at, PPTPGW_COUNTER_BY_HALF_OPEN);
}

/*
 * Keep the route that a reply without a peer leaves by, for pgw_steer_again(): if not only
 * this reply may leave by that uplink, and the FIB has been that of @genid all the time.
 */
static void keep_route(const struct pgw_reply *r, enum pgw_verdict verdict,
		       enum pptpgw_source source, int genid)
{
	const struct pgw_packet *pkt = r->pkt;
	bool steers = verdict == PGW_STEER;

	if ((!steers && verdict != PGW_KEEP_RIGHT) ||
	    (source != PPTPGW_SOURCE_HALF_OPEN && source != PPTPGW_SOURCE_ADDRESS) ||
	    !pgw_route_is_of(skb_dst(r->skb), genid) || !is_steerable(r->skb) ||
	    pgw_has_ipsec(r->pn->net))
		return;
	if (pkt->kind == PGW_CONTROL)
		pgw_half_open_keep(r->pn, &r->key, pkt->ports[1], skb_dst(r->skb), steers);
	else if (pkt->kind == PGW_GRE)
		pgw_half_open_keep(r->pn, &r->key, PGW_NO_PORT, skb_dst(r->skb), steers);
}

/**
 * pgw_steer_slow - decide what becomes of a reply, and do it
 * @r: reply
 *
 * The route is taken from the packet, not from the hook's state: NAT or mangle
 * may have changed it since. Counters belong to the ingress or, if there is none or it is
 * gone, to the interface that the routing table takes.
 *
 * A route is kept only if nothing of the FIB has changed since it was asked on whose side
 * the client is: it is not asked again while the route is valid. Of a forwarded reply
 * without a peer none is kept, as pgw_steer_again() is for this host's own.
 *
 * Return: NF_ACCEPT, or NF_STOLEN when the reply was dropped.
 */
unsigned int pgw_steer_slow(const struct pgw_reply *r)
{
	enum pptpgw_source source = PPTPGW_SOURCE_PEER;
	bool own = !rt_is_input_route(skb_rtable(r->skb));
	int oif = skb_dst(r->skb)->dev->ifindex;
	int genid = rt_genid_ipv4(r->pn->net);
	struct pgw_iface *at, *ingress = NULL;
	enum pgw_verdict verdict;
	enum pgw_side side;

	verdict = decide(r, &ingress, &source, &side);
	at = ingress && READ_ONCE(ingress->ifindex) ?
	     ingress : pgw_iface_find(r->pn, oif);
	count_source(r, oif, at, ingress, source);
	if (verdict == PGW_STEER)
		verdict = give_route(r, ingress, side, genid);
	if (verdict == PGW_DROP_UNROUTABLE || verdict == PGW_KEEP_UNROUTABLE)
		notify_unroutable(r, ingress);
	trace(&r->key, ingress, verdict);
	if (at)
		pgw_count(at, counter_of(verdict));
	if (r->peer)
		return finish(r->skb, r->peer, verdict);
	if (is_drop(verdict))
		return drop(r->skb);
	if (own)
		keep_route(r, verdict, source, genid);
	return NF_ACCEPT;
}

/**
 * pgw_steer_again - steer a reply to a client without a peer, as an earlier one was
 * @pn: namespace
 * @skb: reply; has a route
 * @key: client and local address
 * @port: the client's, or PGW_NO_PORT
 *
 * While the FIB and the roles are what they were, but for a grace period, the client is
 * still on the Internet side, and the route that the earlier reply left by still leads
 * through its uplink.
 *
 * Return: NF_ACCEPT, NF_STOLEN when the reply was dropped, or -1 if pgw_steer_slow() is to
 * decide.
 */
int pgw_steer_again(struct pgw_net *pn, struct sk_buff *skb,
		    const struct pgw_key *key, u32 port)
{
	struct pgw_note note = pgw_half_open_find(pn, key, port);
	enum pgw_verdict verdict = PGW_KEEP_RIGHT;
	struct pgw_iface *ingress;
	int oif;

	if (!note.dst || !pgw_route_is_valid(pn, note.dst))
		return -1;
	oif = note.dst->dev->ifindex;
	ingress = pgw_iface_uplink(pn, oif);
	if (!ingress || (note.ifindex && note.ifindex != oif))
		return -1;
	if (skb_dst(skb)->dev->ifindex != oif) {
		if (!note.steers || !is_steerable(skb) ||
		    READ_ONCE(ingress->policy))
			return -1;
		lend_route(skb, note.dst);
		verdict = make_room(skb, note.dst->dev);
	}
	pgw_count(ingress, note.ifindex ? PPTPGW_COUNTER_BY_HALF_OPEN :
					  PPTPGW_COUNTER_BY_ADDRESS);
	trace(key, ingress, verdict);
	pgw_count(ingress, counter_of(verdict));
	return is_drop(verdict) ? drop(skb) : NF_ACCEPT;
}

static noinline unsigned int steer_peer_slow(struct sk_buff *skb,
					     struct pgw_peer *peer,
					     const struct sock *sk)
{
	const struct pgw_reply reply = {
		.pn = rcu_dereference(peer->ingress)->pn,
		.skb = skb,
		.sk = sk,
		.key = peer->node.key,
		.peer = peer,
	};

	return pgw_steer_slow(&reply);
}

static __always_inline unsigned int finish_fast(struct sk_buff *skb,
						struct pgw_peer *peer,
						struct pgw_iface *ingress,
						enum pgw_verdict verdict)
{
	trace(&peer->node.key, ingress, verdict);
	pgw_count(ingress, counter_of(verdict));
	return finish(skb, peer, verdict);
}

/**
 * pgw_steer - steer a reply to a client that has a peer
 * @skb: reply; has a route
 * @peer: the client's
 * @sk: the socket that sent it, or NULL
 *
 * The short form of pgw_steer_slow(): the peer has a cached route through an uplink that
 * exists, and its policy is to enforce, or no route is needed.
 *
 * Return: NF_ACCEPT, or NF_STOLEN when the reply was dropped.
 */
unsigned int pgw_steer(struct sk_buff *skb, struct pgw_peer *peer,
		       const struct sock *sk)
{
	struct pgw_iface *ingress = rcu_dereference(peer->ingress);
	int oif = READ_ONCE(ingress->ifindex);
	struct dst_entry *dst;

	if (unlikely(!oif || !pgw_iface_is(ingress, PPTPGW_ROLE_INTERNET)))
		return steer_peer_slow(skb, peer, sk);
	if (skb_dst(skb)->dev->ifindex == oif)
		return finish_fast(skb, peer, ingress, PGW_KEEP_RIGHT);
	if (unlikely(!is_steerable(skb) || READ_ONCE(ingress->policy)))
		return steer_peer_slow(skb, peer, sk);
	dst = pgw_route_cached(peer, ingress);
	if (unlikely(!dst))
		return steer_peer_slow(skb, peer, sk);
	lend_route(skb, dst);
	return finish_fast(skb, peer, ingress, make_room(skb, dst->dev));
}
