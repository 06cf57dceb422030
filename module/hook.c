// SPDX-License-Identifier: GPL-2.0
/*
 * Netfilter entry points: learn on the way in, steer on the way out. The place
 * to start reading; the three hooks are at the bottom. Their private pointer is
 * the namespace.
 */
#include "hook.h"

#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "follow.h"
#include "packet.h"
#include "peer.h"
#include "steer.h"

/* After the firewall, mangle and NAT; before conntrack confirms. */
#define PGW_PRIORITY (NF_IP_PRI_SELINUX_LAST + 1)

/*
 * What all other traffic pays, so the hooks ask it before they have a stack frame:
 * is this GRE, or TCP from (@source) or to (@dest) the port of PPTP? A TCP header
 * that is not at hand is for classify() to judge.
 */
static __always_inline bool may_be_pptp(const struct sk_buff *skb, bool source,
					bool dest)
{
	u8 protocol = ip_hdr(skb)->protocol;
	const struct tcphdr *tcp;

	if (protocol != IPPROTO_TCP)
		return protocol == IPPROTO_GRE;
	tcp = (const void *)(skb_network_header(skb) + ip_hdrlen(skb));
	return unlikely(skb_headlen(skb) < ip_hdrlen(skb) + PGW_TCP_NEED) ||
	       (source && tcp->source == htons(PGW_CONTROL_PORT)) ||
	       (dest && tcp->dest == htons(PGW_CONTROL_PORT));
}

/*
 * Nearly all packets of a tunnel are this plain: GRE of PPTP, or a segment that
 * only acknowledges, with the header in one piece. Of these nothing is to be known
 * but the addresses, when the client has a peer. The rest is for classify().
 */
static __always_inline bool is_plain(const struct sk_buff *skb)
{
	u32 offset = ip_hdrlen(skb);
	const u8 *p = skb_network_header(skb) + offset;
	const struct tcphdr *tcp = (const void *)p;

	if (ip_hdr(skb)->frag_off & htons(IP_OFFSET))
		return false;
	if (ip_hdr(skb)->protocol == IPPROTO_GRE)
		return skb_headlen(skb) >= offset + PGW_GRE_NEED &&
		       pgw_gre_is_pptp(p);
	return skb_headlen(skb) >= offset + PGW_TCP_NEED &&
	       skb->len == offset + tcp->doff * 4 &&
	       !(tcp_flag_word(tcp) &
		 (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST));
}

/* The transport header, or as much of it as there is. */
static const u8 *transport(const struct sk_buff *skb, u8 *buf, u32 want,
			   u32 *len)
{
	u32 offset = ip_hdrlen(skb);

	*len = skb->len > offset ? min(skb->len - offset, want) : 0;
	return skb_header_pointer(skb, offset, *len, buf);
}

/**
 * classify - what is this packet
 * @skb: an IPv4 packet for which may_be_pptp() holds
 * @pkt: result
 *
 * A fragment without a header counts as GRE when it is one: its two addresses
 * tell whether it belongs to a tunnel. A fragment of a TCP segment does not.
 *
 * Return: true if there is something to learn from, steer or count.
 */
static bool classify(const struct sk_buff *skb, struct pgw_packet *pkt)
{
	const struct iphdr *ip = ip_hdr(skb);
	u8 buf[PGW_TCP_NEED];
	const u8 *p;
	u32 len;

	if (unlikely(ip->frag_off & htons(IP_OFFSET))) {
		*pkt = (struct pgw_packet){ .kind = PGW_GRE_FRAGMENT };
		return ip->protocol == IPPROTO_GRE;
	}
	if (ip->protocol == IPPROTO_GRE) {
		p = transport(skb, buf, PGW_GRE_NEED, &len);
		pgw_packet_gre(p, len, pkt);
	} else {
		p = transport(skb, buf, PGW_TCP_NEED, &len);
		pgw_packet_tcp(p, len, pkt);
		pkt->data = skb->len > ip_hdrlen(skb) + pkt->header;
	}
	return pkt->kind != PGW_FOREIGN;
}

/* Count what is odd. Return: true if @pkt may belong to a tunnel. */
static bool is_tunnel(struct pgw_net *pn, const struct pgw_packet *pkt,
		      int ifindex)
{
	switch (pkt->kind) {
	case PGW_CONTROL:
	case PGW_GRE:
		return true;
	case PGW_GRE_FRAGMENT:
		pgw_iface_count(pn, ifindex, PGW_FRAGMENTS);
		return true;
	case PGW_GRE_NOT_PPTP:
		pgw_iface_count(pn, ifindex, PGW_GRE_OTHER);
		return false;
	default:
		pgw_iface_count(pn, ifindex, PGW_TRUNCATED);
		return false;
	}
}

/* A packet from a known client. */
static void learn_known(struct pgw_net *pn, const struct sk_buff *skb,
			const struct pgw_packet *pkt, struct pgw_peer *peer,
			int ifindex)
{
	pgw_traffic_add(&peer->rx, skb->len);
	if (pkt->kind != PGW_GRE_FRAGMENT)
		pgw_peer_saw(pn, peer, ifindex);
	if (pkt->kind == PGW_CONTROL)
		pgw_follow(pn, skb, peer, pkt);
}

/* A segment to a server from a client without a peer. */
static void learn_embryo(struct pgw_net *pn, const struct pgw_key *key,
			 int ifindex)
{
	pgw_embryo_note(pn, key, ifindex);
	pgw_iface_count(pn, ifindex, PGW_EMBRYOS);
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

static unsigned int steer(struct pgw_net *pn, struct sk_buff *skb,
			  const struct pgw_packet *pkt)
{
	const struct pgw_key key = key_reply(skb);
	struct pgw_peer *peer = pgw_peer_find(pn, &key);

	if (!peer) {
		/* Without its header, GRE of a stranger is nobody's. */
		return pkt->kind == PGW_GRE_FRAGMENT ? NF_ACCEPT :
		       pgw_steer_stranger(pn, skb, pkt, &key);
	}
	if (pkt->kind == PGW_CONTROL)
		pgw_follow(pn, skb, peer, pkt);
	return pgw_steer(skb, peer);
}

/* Under a VRF, the real device and not its master. */
static int ingress(struct sk_buff *skb, const struct nf_hook_state *state)
{
	return inet_sdif(skb) ?: state->in->ifindex;
}

/* From a client to a server on this host. */
static noinline unsigned int local_in_odd(struct pgw_net *pn,
					  struct sk_buff *skb,
					  const struct nf_hook_state *state)
{
	struct pgw_packet pkt;
	struct pgw_peer *peer;
	struct pgw_key key;
	int ifindex;

	if (!classify(skb, &pkt))
		return NF_ACCEPT;
	ifindex = ingress(skb, state);
	if (!is_tunnel(pn, &pkt, ifindex) ||
	    (pkt.kind == PGW_CONTROL && !pkt.to_server))
		return NF_ACCEPT;

	key = key_inbound(skb);
	peer = pgw_peer_find(pn, &key);
	if (peer)
		learn_known(pn, skb, &pkt, peer, ifindex);
	else if (pkt.kind == PGW_CONTROL)
		learn_embryo(pn, &key, ifindex);
	else
		pgw_iface_count(pn, ifindex, PGW_GRE_UNKNOWN);
	return NF_ACCEPT;
}

static noinline unsigned int local_in(struct pgw_net *pn, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	const struct pgw_key key = key_inbound(skb);
	struct pgw_peer *peer;

	peer = is_plain(skb) ? pgw_peer_find(pn, &key) : NULL;
	if (!peer)
		return local_in_odd(pn, skb, state);
	pgw_traffic_add(&peer->rx, skb->len);
	pgw_peer_saw(pn, peer, ingress(skb, state));
	return NF_ACCEPT;
}

static unsigned int hook_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	if (likely(!may_be_pptp(skb, false, true)))
		return NF_ACCEPT;
	return local_in(priv, skb, state);
}

/*
 * From a server on this host to a client. Under a VRF a packet passes twice,
 * first with the VRF's device: wait for the real one.
 */
static noinline unsigned int local_out_odd(struct pgw_net *pn,
					   struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	struct pgw_packet pkt;

	if (!classify(skb, &pkt))
		return NF_ACCEPT;
	if (!is_tunnel(pn, &pkt, state->out->ifindex) ||
	    (pkt.kind == PGW_CONTROL && !pkt.from_server))
		return NF_ACCEPT;
	return steer(pn, skb, &pkt);
}

static noinline unsigned int local_out(struct pgw_net *pn, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	const struct pgw_key key = key_reply(skb);
	struct pgw_peer *peer;

	if (netif_is_l3_master(state->out))
		return NF_ACCEPT;
	peer = is_plain(skb) ? pgw_peer_find(pn, &key) : NULL;
	return likely(peer) ? pgw_steer(skb, peer) :
			      local_out_odd(pn, skb, state);
}

static unsigned int hook_local_out(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	if (likely(!may_be_pptp(skb, true, false)))
		return NF_ACCEPT;
	return local_out(priv, skb, state);
}

/*
 * Learn from a forwarded packet; only an uplink is a door to a server inside.
 * Return: true if it came from a known client.
 */
static bool learn_forwarded(struct pgw_net *pn, const struct sk_buff *skb,
			    const struct pgw_packet *pkt, int ifindex)
{
	const struct pgw_key key = key_inbound(skb);
	struct pgw_iface *iface;
	struct pgw_peer *peer;

	peer = pgw_peer_find(pn, &key);
	if (peer) {
		learn_known(pn, skb, pkt, peer, ifindex);
		return true;
	}
	iface = pgw_iface_find(pn, ifindex);
	if (pkt->kind == PGW_CONTROL && iface &&
	    pgw_iface_is(iface, PPTPGW_ROLE_INTERNET))
		learn_embryo(pn, &key, ifindex);
	return false;
}

/* A bridged packet passes here with br_netfilter: it has no route of its own. */
static bool is_routed(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);

	return rt && rt->rt_type == RTN_UNICAST;
}

/*
 * Between a client and a server on the corporate side. The port tells the
 * direction of a segment; GRE that no known client sent may be a reply.
 */
static noinline unsigned int forward(struct pgw_net *pn, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	struct pgw_packet pkt;
	bool known = false;
	int ifindex;

	if (!is_routed(skb) || !classify(skb, &pkt))
		return NF_ACCEPT;
	ifindex = ingress(skb, state);
	if (!is_tunnel(pn, &pkt, ifindex))
		return NF_ACCEPT;
	if (pkt.kind != PGW_CONTROL || pkt.to_server)
		known = learn_forwarded(pn, skb, &pkt, ifindex);
	if (pkt.kind == PGW_CONTROL ? !pkt.from_server : known)
		return NF_ACCEPT;
	return steer(pn, skb, &pkt);
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
