// SPDX-License-Identifier: GPL-2.0
/*
 * Netfilter entry points: learn on the way in, steer on the way out. The place to start
 * reading; the three hooks are at the bottom, and their private pointer is the
 * namespace. Each has a fast path, for the packets that pgw_classify_fast() knows of
 * clients that have a peer, above a slow path, for all others.
 */
#include "hook.h"

#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "classify.h"
#include "distrust.h"
#include "halfopen.h"
#include "packet.h"
#include "peer.h"
#include "proof.h"
#include "route.h"
#include "steer.h"

/* After the firewall, mangle and NAT; before conntrack confirms. */
#define PGW_PRIORITY (NF_IP_PRI_SELINUX_LAST + 1)

/*
 * All other traffic pays for this test, so the hooks make it before they have a stack
 * frame: is this GRE, or TCP from (@source) or to (@dest) the port of PPTP? Or where
 * packets leave (@source), ICMP, which may be about such a packet? A TCP header that is
 * not in the linear part is for pgw_classify().
 */
static __always_inline bool may_be_pptp(const struct sk_buff *skb, bool source,
					bool dest)
{
	u8 protocol = ip_hdr(skb)->protocol;
	const struct tcphdr *tcp;

	if (protocol != IPPROTO_TCP)
		return protocol == IPPROTO_GRE ||
		       (source && protocol == IPPROTO_ICMP);
	tcp = (const void *)(skb_network_header(skb) + ip_hdrlen(skb));
	return unlikely(skb_headlen(skb) < ip_hdrlen(skb) + PGW_TCP_NEED) ||
	       (source && tcp->source == htons(PGW_CONTROL_PORT)) ||
	       (dest && tcp->dest == htons(PGW_CONTROL_PORT));
}

/* Count what belongs to none. Return: true if @pkt may belong to a tunnel. */
static bool is_tunnel(struct pgw_net *pn, const struct pgw_packet *pkt,
		      int ifindex)
{
	switch (pkt->kind) {
	case PGW_CONTROL:
	case PGW_GRE:
	case PGW_ICMP_ERROR:
		return true;
	case PGW_GRE_FRAGMENT:
		pgw_iface_count(pn, ifindex, PPTPGW_COUNTER_FRAGMENTS);
		return true;
	case PGW_GRE_NOT_PPTP:
		pgw_iface_count(pn, ifindex, PPTPGW_COUNTER_GRE_OTHER);
		return false;
	default:
		pgw_iface_count(pn, ifindex, PPTPGW_COUNTER_TRUNCATED);
		return false;
	}
}

/* The name of the peer whose client sent @skb. */
static struct pgw_key key_inbound(const struct sk_buff *skb)
{
	return (struct pgw_key){ .client = ip_hdr(skb)->saddr,
				 .local = ip_hdr(skb)->daddr };
}

/* The name of the peer whose client @skb goes to. */
static struct pgw_key key_reply(const struct sk_buff *skb)
{
	return (struct pgw_key){ .client = ip_hdr(skb)->daddr,
				 .local = ip_hdr(skb)->saddr };
}

/* An ICMP error's: what it is about may name the server by the address before DNAT. */
static struct pgw_key key_icmp(const struct sk_buff *skb,
			       const struct pgw_packet *pkt)
{
	struct pgw_key key = { .client = pkt->client, .local = pkt->local };
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (ct && ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple.src.u3.ip == key.client)
		key.local = ct->tuplehash[IP_CT_DIR_REPLY].tuple.src.u3.ip;
#endif
	return key;
}

/* A client has no address of "this network" (RFC 1122, section 3.2.1.3), and so on. */
static bool is_client(__be32 addr)
{
	return !ipv4_is_multicast(addr) && !ipv4_is_lbcast(addr) &&
	       !ipv4_is_loopback(addr) && addr & htonl(IN_CLASSA_NET);
}

static void follow_calls(struct pgw_peer *peer, const struct sk_buff *skb,
			 const struct pgw_packet *pkt)
{
	pgw_calls_follow(&peer->calls, &peer->node.key,
			 rcu_dereference(peer->ingress), skb, pkt);
}

/* A segment to a server: does it prove its client, and does it end calls? */
static void learn_control(struct pgw_net *pn, const struct sk_buff *skb,
			  const struct pgw_packet *pkt, struct pgw_peer *peer,
			  int ifindex, bool proven)
{
	struct pgw_iface *iface = pgw_iface_find(pn, ifindex);
	const struct pgw_key key = key_inbound(skb);

	if (!iface)
		return;
	if (proven && peer) {
		pgw_peer_proved(pn, peer, ifindex);
		follow_calls(peer, skb, pkt);
	} else if (proven && !pkt->rst && !pkt->fin) {
		pgw_peer_create(pn, &key, iface);
	}
	if (proven)
		return;
	if (peer)
		pgw_peer_saw(pn, peer, ifindex);
	else
		pgw_count(iface, PPTPGW_COUNTER_HALF_OPEN);
	if (pgw_iface_is(iface, PPTPGW_ROLE_INTERNET))
		pgw_half_open_note(pn, &key, pkt->ports[0], ifindex);
}

/* GRE of a client. */
static void learn_gre(struct pgw_net *pn, const struct pgw_packet *pkt,
		      struct pgw_peer *peer, int ifindex)
{
	if (!peer)
		pgw_iface_count(pn, ifindex, PPTPGW_COUNTER_GRE_UNKNOWN);
	else if (pkt->kind != PGW_GRE_FRAGMENT)
		pgw_peer_saw(pn, peer, ifindex);
}

/* Under a VRF, the real device and not its master. */
static int ingress(struct sk_buff *skb, const struct nf_hook_state *state)
{
	return inet_sdif(skb) ?: state->in->ifindex;
}

/* From a client to a server on this host. */
static noinline unsigned int local_in_slow(struct pgw_net *pn,
					   struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	const struct pgw_key key = key_inbound(skb);
	int ifindex = ingress(skb, state);
	struct pgw_packet pkt;
	struct pgw_peer *peer;

	if (!pgw_classify(skb, &pkt) || !is_tunnel(pn, &pkt, ifindex) ||
	    (pkt.kind == PGW_CONTROL && !pkt.to_server) ||
	    state->in->flags & IFF_LOOPBACK || !is_client(key.client))
		return NF_ACCEPT;

	peer = pgw_peer_find(pn, &key);
	if (peer)
		pgw_peer_received(peer, skb->len);
	if (pkt.kind == PGW_CONTROL)
		learn_control(pn, skb, &pkt, peer, ifindex,
			      pgw_proves_local(pn, skb, &pkt));
	else
		learn_gre(pn, &pkt, peer, ifindex);
	return NF_ACCEPT;
}

static noinline unsigned int local_in_fast(struct pgw_net *pn,
					   struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	const struct pgw_key key = key_inbound(skb);
	struct pgw_peer *peer;

	peer = pgw_classify_fast(skb) ? pgw_peer_find(pn, &key) : NULL;
	if (!peer || !pgw_peer_is_at(peer, ingress(skb, state)))
		return local_in_slow(pn, skb, state);
	pgw_peer_received(peer, skb->len);
	return NF_ACCEPT;
}

static unsigned int hook_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	if (likely(!may_be_pptp(skb, false, true)))
		return NF_ACCEPT;
	return local_in_fast(priv, skb, state);
}

/*
 * Steer a reply. @own: it is a server's own: packets of a raw socket are steered, but open
 * and close no calls.
 */
static unsigned int steer(struct pgw_net *pn, struct sk_buff *skb,
			  const struct nf_hook_state *state,
			  const struct pgw_packet *pkt, bool own)
{
	struct pgw_reply reply = {
		.pn = pn,
		.skb = skb,
		.sk = state->sk,
		.pkt = pkt,
		.key = pkt->kind == PGW_ICMP_ERROR ? key_icmp(skb, pkt) :
						     key_reply(skb),
	};

	reply.peer = pgw_peer_find(pn, &reply.key);
	/* Without its header, GRE of an unknown client is nobody's. */
	if (!reply.peer && pkt->kind == PGW_GRE_FRAGMENT)
		return NF_ACCEPT;
	if (reply.peer && pkt->kind == PGW_CONTROL && own)
		follow_calls(reply.peer, skb, pkt);
	if (!reply.peer || pkt->syn)
		return pgw_steer_slow(&reply);
	return pgw_steer(skb, reply.peer, state->sk);
}

static bool is_for_this_host(const struct sk_buff *skb)
{
	return skb_rtable(skb)->rt_flags & RTCF_LOCAL;
}

/*
 * From a server on this host to a client. Under a VRF a packet passes twice,
 * first with the VRF's device: wait for the real one.
 */
static noinline unsigned int local_out_slow(struct pgw_net *pn,
					    struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	struct pgw_packet pkt;

	if (is_for_this_host(skb) || !pgw_classify(skb, &pkt))
		return NF_ACCEPT;
	if (!is_tunnel(pn, &pkt, state->out->ifindex) ||
	    (pkt.kind == PGW_CONTROL && !pkt.from_server))
		return NF_ACCEPT;
	return steer(pn, skb, state, &pkt, pgw_is_from_server(state->sk));
}

/* To a client without a peer, or nothing that the fast path knows. */
static noinline unsigned int local_out_unknown(struct pgw_net *pn,
					       struct sk_buff *skb,
					       const struct nf_hook_state *state)
{
	const struct pgw_key key = key_reply(skb);
	int port = pgw_classify_reply(skb);
	int result = -1;

	if (port >= 0 && !pgw_peer_find(pn, &key))
		result = pgw_steer_again(pn, skb, &key, port);
	return result >= 0 ? result : local_out_slow(pn, skb, state);
}

static noinline unsigned int local_out_fast(struct pgw_net *pn,
					    struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	const struct pgw_key key = key_reply(skb);
	struct pgw_peer *peer;

	if (netif_is_l3_master(state->out))
		return NF_ACCEPT;
	peer = pgw_classify_fast(skb) ? pgw_peer_find(pn, &key) : NULL;
	return likely(peer) ? pgw_steer(skb, peer, state->sk) :
			      local_out_unknown(pn, skb, state);
}

static unsigned int hook_local_out(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	if (likely(!may_be_pptp(skb, true, false)))
		return NF_ACCEPT;
	return local_out_fast(priv, skb, state);
}

/*
 * From a server's port, by an uplink: it may come back from inside, unless it leaves by an
 * uplink, too. To corporate clients nothing is believed, see is_own().
 */
static void forward_foreign(struct pgw_net *pn, const struct sk_buff *skb,
			    const struct nf_hook_state *state,
			    const struct pgw_packet *pkt)
{
	const struct pgw_key key = key_reply(skb);
	int oif = state->out->ifindex;

	if (!pgw_iface_uplink(pn, oif) &&
	    pgw_side_of(pn, &key, oif) != PGW_SIDE_CORPORATE)
		pgw_distrust(pn, key.client, pkt->ports[1]);
}

/* From a client to a server inside. */
static unsigned int forward_in(struct pgw_net *pn, struct sk_buff *skb,
			       const struct pgw_packet *pkt, int ifindex)
{
	const struct pgw_key key = key_inbound(skb);
	struct pgw_peer *peer;

	if (pkt->kind == PGW_CONTROL && !pkt->to_server)
		return NF_ACCEPT;
	if (pkt->kind == PGW_ICMP_ERROR || !is_client(key.client))
		return NF_ACCEPT;
	peer = pgw_peer_find(pn, &key);
	if (peer)
		pgw_peer_received(peer, skb->len);
	if (pkt->kind == PGW_CONTROL)
		learn_control(pn, skb, pkt, peer, ifindex,
			      pgw_proves_forwarded(pn, pkt, &key));
	else
		learn_gre(pn, pkt, peer, ifindex);
	return NF_ACCEPT;
}

/*
 * Return: true if the segment advances the connection, and is the server's own. Corporate
 * clients need no peer: their replies are not steered.
 */
static bool is_own(struct pgw_net *pn, const struct sk_buff *skb,
		   const struct nf_hook_state *state,
		   const struct pgw_packet *pkt)
{
	const struct pgw_key key = key_reply(skb);

	if (!pkt->syn && !pkt->data && !pkt->fin && !pkt->rst)
		return false;
	if (pgw_is_distrusted(pn, key.client, pkt->ports[1]) ||
	    pgw_side_of(pn, &key, state->out->ifindex) == PGW_SIDE_CORPORATE)
		return false;
	return pgw_half_open_answered(pn, &key, pkt, skb->len -
				      ip_hdrlen(skb) - pkt->header);
}

/* From a server inside to a client. */
static unsigned int forward_out(struct pgw_net *pn, struct sk_buff *skb,
				const struct nf_hook_state *state,
				const struct pgw_packet *pkt)
{
	bool own = false;

	if (pkt->kind == PGW_CONTROL) {
		if (!pkt->from_server)
			return NF_ACCEPT;
		own = is_own(pn, skb, state, pkt);
	}
	return steer(pn, skb, state, pkt, own);
}

/* A bridged packet passes here with br_netfilter: it has no route of its own. */
static bool is_routed(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);

	return rt && rt->rt_type == RTN_UNICAST;
}

/*
 * Between a client and a server on the corporate side. A packet that comes in by an uplink
 * is not a reply; one that comes in by another interface is not from an Internet client.
 */
static noinline unsigned int forward(struct pgw_net *pn, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	struct pgw_packet pkt;
	bool from_outside;
	int ifindex;

	if (!is_routed(skb) || !pgw_classify(skb, &pkt))
		return NF_ACCEPT;
	ifindex = ingress(skb, state);
	from_outside = pgw_iface_uplink(pn, ifindex);
	if (from_outside && pkt.from_server)
		forward_foreign(pn, skb, state, &pkt);
	if (!is_tunnel(pn, &pkt, ifindex))
		return NF_ACCEPT;
	if (from_outside)
		return forward_in(pn, skb, &pkt, ifindex);
	return forward_out(pn, skb, state, &pkt);
}

static unsigned int hook_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	if (likely(!may_be_pptp(skb, true, true)))
		return NF_ACCEPT;
	return forward(priv, skb, state);
}

const struct nf_hook_ops pgw_hooks[PGW_HOOKS] = {
	{
		.hook = hook_local_in,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = PGW_PRIORITY,
	},
	{
		.hook = hook_local_out,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PGW_PRIORITY,
	},
	{
		.hook = hook_forward,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_FORWARD,
		.priority = PGW_PRIORITY,
	},
};
