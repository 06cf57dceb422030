// SPDX-License-Identifier: GPL-2.0
#include "mutate.h"

#include <linux/types.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <stdbool.h>
#include <string.h>

#include "checksum.h"
#include "pptp.h"
#include "random.h"

#define IP_HLEN		sizeof(struct iphdr)
#define VLAN_HLEN	4

/* The IP packet that is being made, and its length. The Ethernet header is before it. */
static unsigned char *ip;
static size_t len;

/* -- bytes ------------------------------------------------------------------- */

static void put8(unsigned int value)
{
	if (len < MAX_FRAME - ETH_HLEN - VLAN_HLEN)
		ip[len++] = value;
}

static void put16(unsigned int value)
{
	put8(value >> 8);
	put8(value);
}

static void put32(unsigned int value)
{
	put16(value >> 16);
	put16(value);
}

static void put_random(size_t n)
{
	while (n--)
		put8(rnd(256));
}

/* A number that some check may be off by one at. */
static unsigned int edge(void)
{
	static const unsigned int edges[] = { 0, 1, 7, 8, 11, 12, 15, 16, 20, 0x7f, 0x80,
					      0xff, 0x7fff, 0x8000, 0xffff };

	return edges[rnd(15)];
}

/* What is true, or something near it, or far from it. */
static unsigned int nearly(unsigned int value)
{
	if (!one_in(4))
		return value;
	return one_in(2) ? edge() : value + rnd(9) - 4;
}

static void set16(unsigned char *p, unsigned int value)
{
	p[0] = value >> 8;
	p[1] = value;
}

/* -- a grammar --------------------------------------------------------------- */

/* RFC 2637, section 4.1. */
static void put_gre(void)
{
	static const unsigned int flags[] = { 0x2001, 0x3001, 0x2081, 0x3081, 0, 1, 0x2000 };
	size_t payload = rnd(one_in(8) ? 1400 : 64);
	unsigned int flag = one_in(4) ? rnd(65536) : flags[rnd(7)];

	put16(flag);
	put16(one_in(8) ? rnd(65536) : 0x880b);
	put16(nearly(payload));
	put16(one_in(2) ? edge() : rnd(65536));
	if (flag & 0x1000)
		put32(one_in(4) ? 0xffffffff : rnd(65536));
	if (flag & 0x80)
		put32(rnd(65536));
	put_random(payload);
}

/* RFC 2637, section 1.4. */
static void put_control(void)
{
	unsigned int type = rnd(PPTP_TYPES), body = pptp_lengths[type] - 12;

	put16(nearly(pptp_lengths[type]));
	put16(nearly(1));
	put32(one_in(8) ? PPTP_MAGIC ^ 1U << rnd(32) : PPTP_MAGIC);
	put16(nearly(type));
	put16(0);
	if (one_in(8))
		body = rnd(body + 40);
	put_random(body);
}

static void put_tcp(void)
{
	static const unsigned char flags[] = { 0x02, 0x12, 0x10, 0x18, 0x11, 0x14, 0x04, 0 };
	unsigned int options = one_in(4) ? rnd(11) : 0, other = 0xc000 + rnd(256);
	bool from_server = one_in(2);

	put16(from_server ? PPTP_PORT : other);
	put16(from_server ? other : PPTP_PORT);
	put32(rnd(65536));
	put32(rnd(65536));
	put16((nearly(5 + options) & 15) << 12 |
	      (one_in(8) ? rnd(64) : flags[rnd(8)]));
	put16(rnd(65536));
	put32(0);
	put_random(4 * options);
	while (!one_in(3))
		put_control();
	if (one_in(4) && len > IP_HLEN + 20)
		len -= rnd(len - IP_HLEN - 20);
}

/* Addresses are there already. */
static void put_packet(void)
{
	static const unsigned char protocols[] = { IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ESP,
						   IPPROTO_IPIP, 255 };

	len = IP_HLEN;
	ip[0] = 0x45;
	ip[1] = one_in(4) ? rnd(256) : 0;
	set16(ip + 4, rnd(65536));
	set16(ip + 6, 0);
	ip[8] = one_in(16) ? rnd(256) : 64;
	switch (rnd(16)) {
	case 0:
		ip[9] = protocols[rnd(5)];
		put_random(rnd(100));
		break;
	case 1 ... 8:
		ip[9] = IPPROTO_GRE;
		put_gre();
		break;
	default:
		ip[9] = IPPROTO_TCP;
		put_tcp();
	}
	set16(ip + 2, len);
}

/* -- mutations --------------------------------------------------------------- */

static void flip(void)
{
	ip[rnd(len)] ^= 1 << rnd(8);
}

static void put_edge(void)
{
	if (len >= 2)
		set16(ip + rnd(len - 1), edge());
}

static void cut(void)
{
	len -= rnd(len > 8 && one_in(2) ? 8 : len);
}

static void cut_and_admit(void)
{
	cut();
	if (len >= 4)
		set16(ip + 2, len);
}

static void grow(void)
{
	put_random(rnd(one_in(8) ? 8900 : 40));
	if (len >= 4 && one_in(2))
		set16(ip + 2, len);
}

static void lie_about_length(void)
{
	if (len >= IP_HLEN)
		set16(ip + 2, nearly(nearly(len)));
}

/* As many as a header holds, which are all wrong. */
static void insert_options(void)
{
	size_t more = 4 * (1 + rnd(10));

	if (len < IP_HLEN || len + more > MAX_FRAME - ETH_HLEN - VLAN_HLEN || ip[0] != 0x45)
		return;
	memmove(ip + IP_HLEN + more, ip + IP_HLEN, len - IP_HLEN);
	memset(ip + IP_HLEN, one_in(2) ? 1 : rnd(256), more);
	len += more;
	ip[0] += more / 4;
	set16(ip + 2, len);
}

static void lie_about_header(void)
{
	ip[0] = (ip[0] & 0xf0) | rnd(16);
}

static void make_fragment(void)
{
	if (len >= IP_HLEN)
		set16(ip + 6, (one_in(2) ? 0x2000 : 0) | (one_in(4) ? edge() & 0x1fff : rnd(8)));
}

static void swap_addresses(void)
{
	__u32 address;

	if (len < IP_HLEN)
		return;
	memcpy(&address, ip + 12, 4);
	memmove(ip + 12, ip + 16, 4);
	memcpy(ip + 16, &address, 4);
}

static void move_address(void)
{
	if (len >= IP_HLEN)
		ip[one_in(2) ? 15 : 19] = rnd(256);
}

static void change_protocol(void)
{
	static const unsigned char protocols[] = { IPPROTO_TCP, IPPROTO_GRE, IPPROTO_ICMP, 4 };

	if (len >= IP_HLEN)
		ip[9] = protocols[rnd(4)];
}

static void mutate(void)
{
	static void (*const mutations[])(void) = {
		flip, put_edge, cut, cut_and_admit, grow, lie_about_length, insert_options,
		lie_about_header, make_fragment, swap_addresses, move_address,
		change_protocol,
	};

	while (len && !one_in(3))
		mutations[rnd(sizeof(mutations) / sizeof(*mutations))]();
}

/* Most get past the checks before ours. */
static void fix_checksums(void)
{
	size_t header = 4 * (ip[0] & 15);

	if (len < header || header < IP_HLEN || one_in(16))
		return;
	set16(ip + 10, 0);
	set16(ip + 10, fold(sum16(ip, header)));
	if (ip[9] != IPPROTO_TCP || len < header + 20 || one_in(4))
		return;
	set16(ip + header + 16, 0);
	set16(ip + header + 16, fold(sum16(ip + header, len - header) +
				     sum16(ip + 12, 8) + IPPROTO_TCP + len - header));
}

static void tag(unsigned char *buf)
{
	memmove(buf + 12 + VLAN_HLEN, buf + 12, 2 + len);
	set16(buf + 12, ETHERTYPE_VLAN);
	set16(buf + 14, one_in(8) ? rnd(65536) : VLAN_ID);
}

size_t next_frame(unsigned char *buf, const struct frame *frames, size_t n)
{
	const struct frame *frame = &frames[rnd(n)];

	ip = buf + ETH_HLEN;
	memcpy(buf, frame->data, frame->len);
	len = frame->len - ETH_HLEN;
	if (one_in(2))
		put_packet();
	mutate();
	if (len)
		fix_checksums();
	if (!one_in(16))
		return ETH_HLEN + len;
	tag(buf);
	return ETH_HLEN + VLAN_HLEN + len;
}
