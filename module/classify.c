// SPDX-License-Identifier: GPL-2.0
/*
 * A packet in the stack -> what PPTP packet is this: finds the bytes, of whatever
 * pieces it is made, for packet.c to classify.
 */
#include "classify.h"

#include <linux/ip.h>
#include <net/ip.h>

/* The transport header, or as much of it as there is. */
static const u8 *transport(const struct sk_buff *skb, u8 *buf, u32 want,
			   u32 *len)
{
	u32 offset = ip_hdrlen(skb);

	*len = skb->len > offset ? min(skb->len - offset, want) : 0;
	return skb_header_pointer(skb, offset, *len, buf);
}

static void classify_tcp(const struct sk_buff *skb, struct pgw_packet *pkt)
{
	u8 buf[PGW_TCP_NEED];
	const u8 *p;
	u32 len;

	p = transport(skb, buf, PGW_TCP_NEED, &len);
	pgw_packet_tcp(p, len, pkt);
	pkt->data = skb->len > ip_hdrlen(skb) + pkt->header;
}

static void classify_gre(const struct sk_buff *skb, struct pgw_packet *pkt)
{
	u8 buf[PGW_GRE_NEED];
	const u8 *p;
	u32 len;

	p = transport(skb, buf, PGW_GRE_NEED, &len);
	pgw_packet_gre(p, len, pkt);
}

/* An error goes to the sender of the packet that it quotes. */
static void classify_icmp(const struct sk_buff *skb, struct pgw_packet *pkt)
{
	u8 buf[PGW_ICMP_NEED];
	const u8 *p;
	u32 len;

	p = transport(skb, buf, PGW_ICMP_NEED, &len);
	pgw_packet_icmp(p, len, pkt);
	if (pkt->client != ip_hdr(skb)->daddr)
		pkt->kind = PGW_FOREIGN;
}

/**
 * pgw_classify - what is this packet
 * @skb: an IPv4 packet: GRE, TCP or ICMP
 * @pkt: result
 *
 * A fragment without a header counts as GRE when it is one: its two addresses
 * tell whether it belongs to a tunnel. A fragment of a TCP segment does not.
 *
 * Return: true if there is something to learn from, steer or count.
 */
bool pgw_classify(const struct sk_buff *skb, struct pgw_packet *pkt)
{
	const struct iphdr *ip = ip_hdr(skb);

	if (unlikely(ip->frag_off & htons(IP_OFFSET))) {
		*pkt = (struct pgw_packet){ .kind = PGW_GRE_FRAGMENT };
		return ip->protocol == IPPROTO_GRE;
	}
	if (ip->protocol == IPPROTO_GRE)
		classify_gre(skb, pkt);
	else if (ip->protocol == IPPROTO_TCP)
		classify_tcp(skb, pkt);
	else
		classify_icmp(skb, pkt);
	return pkt->kind != PGW_FOREIGN;
}
