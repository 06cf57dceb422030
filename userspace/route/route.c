// SPDX-License-Identifier: GPL-2.0
#include "route/route.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

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

__u32 address_hash(const __u8 *address, __u32 seed)
{
	__u32 words[4], hash = mix(2166136261, seed);
	int i;

	memcpy(words, address, sizeof(words));
	for (i = 0; i < 4; i++)
		hash = mix(hash, words[i]);
	return hash;
}

__u32 route_hash(const struct route *route)
{
	__u32 hash = address_hash(route->dst, route->family << 8 | route->dst_len);

	return mix(mix(hash, route->metric), route->table);
}

static bool hop_matches(const struct nexthop *wanted, const struct nexthop *has)
{
	return wanted->family == has->family &&
	       !memcmp(wanted->gateway, has->gateway, sizeof(has->gateway)) &&
	       (!wanted->name || wanted->ifindex == has->ifindex) &&
	       wanted->weight == has->weight && !((wanted->flags ^ has->flags) & RTNH_F_ONLINK);
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

bool route_same_way(const struct route *wanted, const struct route *has)
{
	if (wanted->type != has->type || wanted->hop_count != has->hop_count)
		return false;
	return wanted->hop_count == 1 ? hop_matches(&wanted->hop, &has->hop)
				      : hops_match(wanted, has);
}

bool route_matches(const struct route *wanted, const struct route *has)
{
	return wanted->mtu == has->mtu && wanted->mtu_lock == has->mtu_lock &&
	       wanted->advmss == has->advmss && wanted->pref == has->pref && !has->foreign &&
	       wanted->has_src == has->has_src &&
	       !memcmp(wanted->src, has->src, sizeof(has->src)) && route_same_way(wanted, has);
}

/* The kernel compares a single next hop with the first of several; IPv6 with any of them. */
static bool hop_may_name(const struct nexthop *named, const struct route *other)
{
	int i, count = other->family == AF_INET6 ? other->hop_count : 1;
	const struct nexthop *hop = route_hops(other);

	for (i = 0; i < count; i++, hop++) {
		if (hop->name && hop->ifindex != named->ifindex)
			continue;
		if (!named->family)
			return true;
		if (named->family == hop->family &&
		    !memcmp(named->gateway, hop->gateway, sizeof(hop->gateway)))
			return true;
	}
	return false;
}

bool route_may_name(const struct route *named, const struct route *other)
{
	if (named->family == AF_INET &&
	    (named->type != other->type || (named->mtu && named->mtu != other->mtu) ||
	     (named->has_src && memcmp(named->src, other->src, sizeof(other->src)))))
		return false;
	return named->hop_count != 1 || hop_may_name(&named->hop, other);
}

bool route_is_default(const struct route *route)
{
	return route->dst_len <= 1 && route->type == RTN_UNICAST;
}

bool route_leads_by(const struct route *route, __u16 dev)
{
	int i;

	for (i = 0; i < route->hop_count; i++)
		if (route_hops(route)[i].name == dev)
			return true;
	return false;
}

bool route_covers(const struct route *route, const __u8 *address)
{
	unsigned int bytes = route->dst_len / 8, bits = route->dst_len % 8;

	return !memcmp(route->dst, address, bytes) &&
	       (!bits || !((route->dst[bytes] ^ address[bytes]) >> (8 - bits)));
}

bool prefix_mask(__u8 *address, unsigned int len)
{
	__u8 behind = 0xff >> len % 8, *last = address + len / 8;
	static const __u8 zero[16];
	size_t rest;
	bool dirty;

	if (len >= 8 * sizeof(zero))
		return false;
	rest = sizeof(zero) - 1 - len / 8;
	dirty = *last & behind || memcmp(last + 1, zero, rest);
	*last &= ~behind;
	memset(last + 1, 0, rest);
	return dirty;
}
