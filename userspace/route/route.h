/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A route, as the configuration means it and as the kernel has it. There may be
 * a million of them: it is kept small.
 */
#ifndef ROUTE_ROUTE_H
#define ROUTE_ROUTE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct nlmsghdr;

/* Routes with this protocol number are ours, and no others. */
#define ROUTE_PROTOCOL 217

/* rtnexthop.rtnh_hops and route.hops are 8 bits wide. */
#define HOPS_MAX 255

/* The kernel takes no greater MTU (ip_metrics_convert() in net/ipv4/metrics.c). */
#define ROUTE_MTU_MAX (65535 - 15)
#define ROUTE_ADVMSS_MAX (65535 - 40)

/* IPv6 has no metric 0: the kernel makes it this (IP6_RT_PRIO_USER). */
#define ROUTE_METRIC_IPV6 1024

/**
 * struct nexthop - where a route leads to
 * @gateway: address, if @family
 * @ifindex: interface; 0 if the kernel is to find it, or if there is none yet
 * @name: the interface's, see ifnames.h; 0 if none was given
 * @family: of the gateway; 0 if the destination is on link
 * @flags: RTNH_F_ONLINK; from the kernel also RTNH_F_DEAD, RTNH_F_LINKDOWN
 * @weight: less 1
 */
struct nexthop {
	__u8 gateway[16];
	__u32 ifindex;
	__u16 name;
	__u8 family;
	__u8 flags;
	__u8 weight;
};

/* What the kernel has of a route of the configuration. */
enum route_state {
	ROUTE_ABSENT,
	ROUTE_SAME,
	ROUTE_DIFFERENT,
};

/**
 * struct route - a route
 * @dst: destination; what is behind @dst_len is 0
 * @src: preferred source address, if @has_src
 * @raw: the kernel's message, see raw.h; NULL of a route of the configuration
 * @hops: next hops, if @hop_count is over 1; in memory of their own
 * @hop: the only one
 * @table: routing table
 * @metric: priority, as the kernel has it: of IPv6 never 0
 * @mtu: 0 if none is set
 * @advmss: the largest TCP segment to announce; 0 if none is set
 * @line: where it stands in the configuration
 * @column: ditto
 * @file: ditto, see conf.h
 * @family: AF_INET or AF_INET6
 * @dst_len: bits of the prefix
 * @type: RTN_UNICAST, RTN_BLACKHOLE...
 * @tos: of the packets; 0 is any
 * @protocol: owner, from the kernel
 * @hop_count: 0 of a route that leads nowhere (RTN_BLACKHOLE...)
 * @pref: of routers of IPv6: enum of linux/icmpv6.h, 0 is medium
 * @mtu_lock: no path MTU discovery
 * @has_src: see @src
 * @foreign: has what the grammar cannot say
 * @state: enum route_state, of a route of the configuration
 * @held: not to be added or changed now
 * @conflict: another owner has its key
 * @corporate: takes, with those before it, the Internet to the corporate side
 * @twin: the kernel has others with its key, see CHANGE_RESTORE
 */
struct route {
	__u8 dst[16];
	__u8 src[16];
	const struct nlmsghdr *raw;
	struct nexthop *hops;
	struct nexthop hop;
	__u32 table;
	__u32 metric;
	__u32 mtu;
	__u32 advmss;
	__u32 line;
	__u16 column;
	__u16 file;
	__u8 family;
	__u8 dst_len;
	__u8 type;
	__u8 tos;
	__u8 protocol;
	__u8 hop_count;
	__u8 pref : 2;
	bool mtu_lock : 1;
	bool has_src : 1;
	bool foreign : 1;
	bool held : 1;
	bool conflict : 1;
	bool corporate : 1;
	bool twin : 1;
	__u8 state;
};

/* Bytes, bits of an address of the family. */
static inline size_t address_size(__u8 family)
{
	return family == 2 ? 4 : 16;
}

static inline unsigned int address_bits(__u8 family)
{
	return 8 * address_size(family);
}

/* fe80::/10: of one link, so that its interface must be given. */
static inline bool is_link_local(const struct nexthop *hop)
{
	return hop->gateway[0] == 0xfe && (hop->gateway[1] & 0xc0) == 0x80;
}

/* The next hops, however many. */
const struct nexthop *route_hops(const struct route *route);

/* The kernel takes no two routes with equal keys. */
bool route_same_key(const struct route *a, const struct route *b);
__u32 route_hash(const struct route *route);

/* Of 16 bytes, and what else makes two of them different. */
__u32 address_hash(const __u8 *address, __u32 seed);

/* What the kernel @has is what is @wanted; the keys are the same. */
bool route_matches(const struct route *wanted, const struct route *has);

/* They lead to the same next hops, or nowhere in the same way. */
bool route_same_way(const struct route *wanted, const struct route *has);

/*
 * A request to the kernel to delete @named may have it delete @other instead, which has
 * the same key: what it does not say, it does not ask for.
 */
bool route_may_name(const struct route *named, const struct route *other);

/* Some of it goes by that interface (its number, see lib/ifnames.h). */
bool route_leads_by(const struct route *route, __u16 dev);

/* The address, of the same family, is within the destination. */
bool route_covers(const struct route *route, const __u8 *address);

/* Clear what is behind the first @len bits; true if there was something. */
bool prefix_mask(__u8 *address, unsigned int len);

/* A route that everything takes, unless another is more specific: 0/0, or half of it. */
bool route_is_default(const struct route *route);

#endif /* ROUTE_ROUTE_H */
