// SPDX-License-Identifier: GPL-2.0
#include "route/route.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/ifnames.h"
#include "lib/tables.h"

const struct nexthop *route_hops(const struct route *route)
{
	return route->hop_count > 1 ? route->hops : &route->hop;
}

bool route_same_key(const struct route *a, const struct route *b)
{
	return a->metric == b->metric && a->table == b->table &&
	       a->family == b->family && a->dst_len == b->dst_len &&
	       a->tos == b->tos && !memcmp(a->dst, b->dst, sizeof(a->dst));
}

/* FNV-1a, by words. */
static __u32 mix(__u32 hash, __u32 value)
{
	hash = (hash ^ value) * 16777619;
	return hash ^ hash >> 15;
}

__u32 route_hash(const struct route *route)
{
	__u32 words[4], hash;
	int i;

	memcpy(words, route->dst, sizeof(words));
	hash = mix(2166136261, route->family << 8 | route->dst_len);
	for (i = 0; i < 4; i++)
		hash = mix(hash, words[i]);
	return mix(mix(hash, route->metric), route->table);
}

static bool hop_matches(const struct nexthop *wanted, const struct nexthop *has)
{
	return wanted->family == has->family &&
	       !memcmp(wanted->gateway, has->gateway, sizeof(has->gateway)) &&
	       (!wanted->name || wanted->ifindex == has->ifindex) &&
	       wanted->weight == has->weight &&
	       !((wanted->flags ^ has->flags) & RTNH_F_ONLINK);
}

/* In any order: IPv6 lists the next hops in the order in which they came up. */
static bool hops_match(const struct route *wanted, const struct route *has)
{
	const struct nexthop *w = route_hops(wanted), *h = route_hops(has);
	bool taken[HOPS_MAX] = { };
	int i, j;

	for (i = 0; i < wanted->hop_count; i++) {
		for (j = 0; j < has->hop_count; j++)
			if (!taken[j] && hop_matches(&w[i], &h[j]))
				break;
		if (j == has->hop_count)
			return false;
		taken[j] = true;
	}
	return true;
}

bool route_matches(const struct route *wanted, const struct route *has)
{
	if (wanted->type != has->type || wanted->mtu != has->mtu ||
	    wanted->hop_count != has->hop_count || has->foreign ||
	    wanted->has_src != has->has_src ||
	    memcmp(wanted->src, has->src, sizeof(has->src)))
		return false;
	return wanted->hop_count == 1 ? hop_matches(&wanted->hop, &has->hop)
				      : hops_match(wanted, has);
}

bool route_is_default(const struct route *route)
{
	return route->dst_len <= 1 && route->type == RTN_UNICAST;
}

#define ADD_LIKE_PRINTF format(printf, 2, 3)

/* Text that grows at the end of a buffer. */
struct text {
	char *buf;
	size_t size, len;
};

static void __attribute__((ADD_LIKE_PRINTF))
add(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(t->buf + t->len, t->size - t->len, format, args);
	va_end(args);
	if (len > 0 && t->len + len < t->size)
		t->len += len;
}

static const char *address(__u8 family, const __u8 *bytes)
{
	static char buf[INET6_ADDRSTRLEN];

	return inet_ntop(family, bytes, buf, sizeof(buf));
}

static void add_hop(struct text *t, const struct route *r,
		    const struct nexthop *hop)
{
	if (hop->family)
		add(t, " via %s%s", hop->family == r->family ? "" : "inet6 ",
		    address(hop->family, hop->gateway));
	if (hop->name)
		add(t, " dev %s", ifname(hop->name));
	if (r->hop_count > 1 && hop->weight)
		add(t, " weight %u", hop->weight + 1);
	if (hop->flags & RTNH_F_ONLINK)
		add(t, " onlink");
}

/* "default" is IPv4's unless the rest of the route says otherwise. */
static bool is_plain_default(const struct route *r)
{
	return !r->dst_len &&
	       (r->family == AF_INET || route_hops(r)->family == AF_INET6);
}

const char *route_dst_text(const struct route *route, char *buf, size_t size)
{
	const char *dst = address(route->family, route->dst);

	if (is_plain_default(route))
		snprintf(buf, size, "default");
	else if (route->dst_len == address_bits(route->family))
		snprintf(buf, size, "%s", dst);
	else
		snprintf(buf, size, "%s/%u", dst, route->dst_len);
	return buf;
}

const char *route_text(const struct route *route, char *buf, size_t size)
{
	const struct nexthop *hops = route_hops(route);
	struct text t = { buf, size, 0 };
	char dst[64];
	int i;

	if (route->type != RTN_UNICAST)
		add(&t, "%s ", route_type_name(route->type));
	add(&t, "%s", route_dst_text(route, dst, sizeof(dst)));
	if (route->hop_count == 1)
		add_hop(&t, route, hops);
	if (route->table != RT_TABLE_MAIN)
		add(&t, " table %s", table_name(route->table));
	if (route->has_src)
		add(&t, " src %s", address(route->family, route->src));
	if (route->metric)
		add(&t, " metric %u", route->metric);
	if (route->mtu)
		add(&t, " mtu %u", route->mtu);
	for (i = 0; route->hop_count > 1 && i < route->hop_count; i++) {
		add(&t, " nexthop");
		add_hop(&t, route, &hops[i]);
	}
	return buf;
}
