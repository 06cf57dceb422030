/* SPDX-License-Identifier: GPL-2.0 */
/* A packet in the stack -> what PPTP packet is this. */
#ifndef PGW_CLASSIFY_H
#define PGW_CLASSIFY_H

#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "packet.h"

bool pgw_classify(const struct sk_buff *skb, struct pgw_packet *pkt);

/**
 * pgw_classify_fast - is this GRE of PPTP, or a segment that only acknowledges?
 * @skb: an IPv4 packet
 *
 * The short form of pgw_classify(), inline: nearly all packets of a tunnel are these two,
 * with the header in one piece, and of them only the addresses matter if the client has
 * a peer. Return: false if pgw_classify() is to say.
 */
static __always_inline bool pgw_classify_fast(const struct sk_buff *skb)
{
	u32 offset = ip_hdrlen(skb);
	const u8 *p = skb_network_header(skb) + offset;
	const struct tcphdr *tcp = (const void *)p;

	if (ip_hdr(skb)->frag_off & htons(IP_OFFSET))
		return false;
	if (ip_hdr(skb)->protocol == IPPROTO_GRE)
		return skb_headlen(skb) >= offset + PGW_GRE_NEED &&
		       pgw_gre_is_pptp(p);
	if (unlikely(ip_hdr(skb)->protocol != IPPROTO_TCP))
		return false;
	return skb_headlen(skb) >= offset + PGW_TCP_NEED &&
	       skb->len == offset + tcp->doff * 4 &&
	       !(tcp_flag_word(tcp) &
		 (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST));
}

/**
 * pgw_classify_reply - the client's port of a reply that needs no more than that
 * @skb: an IPv4 packet: GRE, TCP from the port of PPTP, or ICMP
 *
 * The short form of pgw_classify() for replies to a client without a peer.
 * Return: the port; PGW_NO_PORT if it is GRE of PPTP; -1 if pgw_classify() is to say.
 */
static inline int pgw_classify_reply(const struct sk_buff *skb)
{
	u32 offset = ip_hdrlen(skb);
	const u8 *p = skb_network_header(skb) + offset;
	const struct tcphdr *tcp = (const void *)p;

	if (ip_hdr(skb)->frag_off & htons(IP_OFFSET))
		return -1;
	if (ip_hdr(skb)->protocol == IPPROTO_GRE)
		return skb_headlen(skb) >= offset + PGW_GRE_NEED &&
		       pgw_gre_is_pptp(p) ? PGW_NO_PORT : -1;
	if (ip_hdr(skb)->protocol != IPPROTO_TCP ||
	    skb_headlen(skb) < offset + PGW_TCP_NEED ||
	    tcp->doff * 4 < PGW_TCP_NEED)
		return -1;
	return ntohs(tcp->dest);
}

#endif /* PGW_CLASSIFY_H */
