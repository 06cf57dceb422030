// SPDX-License-Identifier: GPL-2.0
/* Made-up packets. */
#include "packet.h"

#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/sock.h>

#define ROOM	256		/* bytes, before a packet and for it */
#define COOKIE	0x1a2b3c4d	/* RFC 2637, section 1.4 */

struct packet tcp(u16 from, u16 to, __be32 flags)
{
	struct packet p = { .protocol = IPPROTO_TCP, .length = 20 };
	struct tcphdr *th = (struct tcphdr *)p.data;

	th->source = htons(from);
	th->dest = htons(to);
	th->seq = htonl(1);
	th->window = htons(0xffff);
	th->doff = 5;
	tcp_flag_word(th) |= flags;
	return p;
}

struct packet udp(void)
{
	struct packet p = { .protocol = IPPROTO_UDP, .length = 24 };
	struct udphdr *uh = (struct udphdr *)p.data;

	uh->source = htons(5000);
	uh->dest = htons(5001);
	uh->len = htons(p.length);
	return p;
}

/* RFC 2637, section 4.1: key, sequence number, and four bytes of PPP. */
struct packet gre(u16 call)
{
	return (struct packet){
		.protocol = IPPROTO_GRE,
		.data = { 0x30, 0x01, 0x88, 0x0b, 0, 4, call >> 8, call },
		.length = 16,
	};
}

/* A control message (RFC 2637, section 2): two words of it, the rest is zero. */
struct packet control(u16 from, u16 to, u8 length, u16 type, u32 first, u32 second)
{
	struct packet p = tcp(from, to, TCP_FLAG_ACK | TCP_FLAG_PSH);
	__be32 *word = (__be32 *)(p.data + p.length);

	word[0] = htonl(length << 16 | 1);
	word[1] = htonl(COOKIE);
	word[2] = htonl(type << 16);
	word[3] = htonl(first);
	word[4] = htonl(second);
	p.length += length;
	return p;
}

struct packet between(u32 from, u32 to, struct packet p)
{
	p.from = from;
	p.to = to;
	return p;
}

struct packet inbound(u32 n, struct packet p)
{
	return between(CLIENTS + n, SERVER, p);
}

struct packet reply(u32 n, struct packet p)
{
	return between(SERVER, CLIENTS + n, p);
}

struct sk_buff *packet_skb(const struct packet *p)
{
	struct sk_buff *skb = alloc_skb(2 * ROOM, GFP_KERNEL | __GFP_NOFAIL);
	struct iphdr *ip;

	skb_reserve(skb, ROOM);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, sizeof(*ip));
	skb_set_transport_header(skb, sizeof(*ip));
	memcpy(skb_put_zero(skb, p->length), p->data,
	       min_t(size_t, p->length, sizeof(p->data)));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(skb->len);
	ip->ttl = 64;
	ip->protocol = p->protocol;
	ip->saddr = htonl(p->from);
	ip->daddr = htonl(p->to);
	ip_send_check(ip);
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (p->sk) {
		sock_hold(p->sk);
		skb->sk = p->sk;
		skb->destructor = sock_efree;
	}
	return skb;
}
