// SPDX-License-Identifier: GPL-2.0
#include "doctor/packets.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

#define COOKIE 0x1a2b3c4d

/* Enhanced GRE (RFC 2637, 4.1) with key and sequence number; LCP's configure-request follows. */
struct gre {
	__be16 flags, protocol, len, call;
	__be32 number;
};

/* Its flags: a key, version 1, and nothing that PPTP does not have. */
#define GRE_MASK 0xef7f
#define GRE_KEY_1 0x2001
#define GRE_SEQUENCE 0x1000
#define GRE_ACK 0x0080
#define GRE_PPP 0x880b

static const __u8 lcp[10] = { 0xff, 0x03, 0xc0, 0x21, 1, 1, 0, 6, 1, 4 };

static __u32 sum(const void *bytes, size_t len, __u32 total)
{
	const __u8 *b = bytes;
	size_t i;

	for (i = 0; i < len; i++)
		total += i & 1 ? b[i] : b[i] << 8;
	return total;
}

static __be16 fold(__u32 total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons(~total);
}

/* TCP's and UDP's is of addresses, protocol and length, too. */
static __be16 checksum(const struct packet *p, const void *bytes, size_t len)
{
	__be32 addresses[2] = { htonl(p->src), htonl(p->dst) };

	return fold(sum(bytes, len, sum(addresses, sizeof(addresses), p->protocol + len)));
}

static size_t build_tcp(const struct packet *p, void *bytes)
{
	struct tcphdr *tcp = bytes;

	memset(tcp, 0, sizeof(*tcp));
	tcp->th_sport = htons(p->sport);
	tcp->th_dport = htons(p->dport);
	tcp->th_seq = htonl(p->number);
	tcp->th_ack = htonl(p->ack);
	tcp->th_off = sizeof(*tcp) / 4;
	tcp->th_flags = p->flags;
	tcp->th_win = htons(65000);
	if (p->len)
		memcpy(tcp + 1, p->data, p->len);
	tcp->th_sum = checksum(p, tcp, sizeof(*tcp) + p->len);
	return sizeof(*tcp) + p->len;
}

static size_t build_udp(const struct packet *p, void *bytes)
{
	struct {
		struct udphdr head;
		__be32 number;
	} *udp = bytes;

	memset(udp, 0, sizeof(*udp));
	udp->head.uh_sport = htons(p->sport);
	udp->head.uh_dport = htons(p->dport);
	udp->head.uh_ulen = htons(sizeof(*udp));
	udp->number = htonl(p->number);
	udp->head.uh_sum = checksum(p, udp, sizeof(*udp));
	return sizeof(*udp);
}

size_t packet_build_gre(const struct packet *p, void *bytes)
{
	struct gre *gre = bytes;

	gre->flags = htons(GRE_KEY_1 | GRE_SEQUENCE);
	gre->protocol = htons(GRE_PPP);
	gre->len = htons(sizeof(lcp));
	gre->call = htons(p->call);
	gre->number = htonl(p->number);
	memcpy(gre + 1, lcp, sizeof(lcp));
	return sizeof(*gre) + sizeof(lcp);
}

size_t packet_build(const struct packet *p, void *bytes)
{
	struct iphdr *ip = bytes;
	size_t len = sizeof(*ip);

	memset(ip, 0, sizeof(*ip));
	if (p->protocol == IPPROTO_TCP)
		len += build_tcp(p, ip + 1);
	else if (p->protocol == IPPROTO_UDP)
		len += build_udp(p, ip + 1);
	else
		len += packet_build_gre(p, ip + 1);
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(len);
	ip->ttl = 60;
	ip->protocol = p->protocol;
	ip->saddr = htonl(p->src);
	ip->daddr = htonl(p->dst);
	ip->check = fold(sum(ip, sizeof(*ip), 0));
	return len;
}

static bool parse_tcp(const void *bytes, size_t len, struct packet *p)
{
	const struct tcphdr *tcp = bytes;

	if (len < sizeof(*tcp) || len < tcp->th_off * 4U)
		return false;
	p->sport = ntohs(tcp->th_sport);
	p->dport = ntohs(tcp->th_dport);
	p->number = ntohl(tcp->th_seq);
	p->ack = ntohl(tcp->th_ack);
	p->flags = tcp->th_flags;
	p->data = (const char *)bytes + tcp->th_off * 4;
	p->len = len - tcp->th_off * 4;
	return true;
}

static bool parse_udp(const void *bytes, size_t len, struct packet *p)
{
	const struct udphdr *udp = bytes;
	__be32 number;

	if (len < sizeof(*udp) + sizeof(number))
		return false;
	memcpy(&number, udp + 1, sizeof(number));
	p->sport = ntohs(udp->uh_sport);
	p->dport = ntohs(udp->uh_dport);
	p->number = ntohl(number);
	return true;
}

/* Without a number, or an acknowledgment, what follows it moves up. */
static bool parse_gre(const void *bytes, size_t len, struct packet *p)
{
	const struct gre *gre = bytes;
	size_t size = sizeof(*gre);

	if (len < size || (gre->flags & htons(GRE_MASK)) != htons(GRE_KEY_1) ||
	    gre->protocol != htons(GRE_PPP))
		return false;
	p->call = ntohs(gre->call);
	if (gre->flags & htons(GRE_SEQUENCE))
		p->number = ntohl(gre->number);
	if (gre->flags & htons(GRE_ACK))
		p->flags = ACK;
	if (gre->flags & htons(GRE_SEQUENCE) && gre->flags & htons(GRE_ACK))
		size += sizeof(gre->number);
	p->data = (const char *)bytes + size;
	p->len = len > size ? len - size : 0;
	return true;
}

bool packet_parse(const void *bytes, size_t len, struct packet *p)
{
	const struct iphdr *ip = bytes;
	const char *next;

	*p = (struct packet){ };
	if (len < sizeof(*ip) || ip->version != 4 || ip->ihl < 5 || len < ip->ihl * 4U ||
	    ntohs(ip->tot_len) < ip->ihl * 4U)
		return false;
	if (len > ntohs(ip->tot_len))
		len = ntohs(ip->tot_len);
	next = (const char *)bytes + ip->ihl * 4;
	len -= ip->ihl * 4;
	p->src = ntohl(ip->saddr);
	p->dst = ntohl(ip->daddr);
	p->protocol = ip->protocol;
	switch (ip->protocol) {
	case IPPROTO_TCP:
		return parse_tcp(next, len, p);
	case IPPROTO_UDP:
		return parse_udp(next, len, p);
	case IPPROTO_GRE:
		return parse_gre(next, len, p);
	}
	return false;
}

struct packet packet_answer(const struct packet *p)
{
	struct packet answer = *p;

	answer.src = p->dst;
	answer.dst = p->src;
	answer.sport = p->dport;
	answer.dport = p->sport;
	answer.flags = SYN | ACK;
	answer.number = p->number ^ 0x55555555;
	answer.ack = p->number + 1;
	answer.data = NULL;
	answer.len = 0;
	return answer;
}

/* Outgoing calls; what a stand-in need not say is 0. */
size_t control_message(void *bytes, unsigned int type, __u16 call, __u16 peer_call)
{
	size_t len = type == CALL_REPLY ? 32 : type == CALL_REQUEST ? 168 : 156;
	__be16 *words = bytes;
	__be32 cookie = htonl(COOKIE);

	memset(bytes, 0, len);
	words[0] = htons(len);
	words[1] = htons(1);
	memcpy(words + 2, &cookie, sizeof(cookie));
	words[4] = htons(type);
	if (type == START_REQUEST || type == START_REPLY) {
		words[6] = htons(0x100);
		words[7] = type == START_REPLY ? htons(0x100) : 0;
	} else {
		words[6] = htons(call);
		words[7] = htons(peer_call);
	}
	if (type == CALL_REPLY)
		words[8] = htons(0x100);
	return len;
}
