// SPDX-License-Identifier: GPL-2.0
#include "route/text.h"

#include <arpa/inet.h>
#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "lib/ifnames.h"
#include "lib/tables.h"
#include "lib/text.h"
#include "route/raw.h"

/* By the number that the kernel gives them. */
const char *const pref_words[] = {
	[ICMPV6_ROUTER_PREF_MEDIUM]	= "medium",
	[ICMPV6_ROUTER_PREF_HIGH]	= "high",
	[ICMPV6_ROUTER_PREF_INVALID]	= "invalid",
	[ICMPV6_ROUTER_PREF_LOW]	= "low",
	NULL
};

const char *const unsupported_words[] = {
	"nhid", "encap", "scope", "realm", "realms", "window", "rtt", "rttvar", "cwnd", "ssthresh",
	"reordering", "hoplimit", "initcwnd", "initrwnd", "rto_min", "features", "quickack",
	"congctl", "fastopen_no_cookie", "ttl-propagate", "expires", "from", "vrf", NULL
};

static const char *address_text(__u8 family, const __u8 *bytes)
{
	static char buf[INET6_ADDRSTRLEN];

	return inet_ntop(family, bytes, buf, sizeof(buf));
}

static void add_hop(struct text *t, const struct route *r, const struct nexthop *hop)
{
	if (hop->family)
		text_add(t, " via %s%s", hop->family == r->family ? "" : "inet6 ",
			 address_text(hop->family, hop->gateway));
	if (hop->name)
		text_add(t, " dev %s", ifname(hop->name));
	if (r->hop_count > 1 && hop->weight)
		text_add(t, " weight %u", hop->weight + 1);
	if (hop->flags & RTNH_F_ONLINK)
		text_add(t, " onlink");
}

/* "default" is IPv4's unless the rest of the route says otherwise. */
static bool is_plain_default(const struct route *r)
{
	return !r->dst_len && (r->family == AF_INET || route_hops(r)->family == AF_INET6);
}

const char *route_dst_text(const struct route *route, char *buf, size_t size)
{
	const char *dst = address_text(route->family, route->dst);

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
		text_add(&t, "%s ", route_type_name(route->type));
	text_add(&t, "%s", route_dst_text(route, dst, sizeof(dst)));
	if (route->tos)
		text_add(&t, " tos 0x%02x", route->tos);
	if (route->hop_count == 1)
		add_hop(&t, route, hops);
	if (route->table != RT_TABLE_MAIN)
		text_add(&t, " table %s", table_name(route->table));
	if (route->has_src)
		text_add(&t, " src %s", address_text(route->family, route->src));
	if (route->metric)
		text_add(&t, " metric %u", route->metric);
	if (route->mtu)
		text_add(&t, " mtu %s%u", route->mtu_lock ? "lock " : "", route->mtu);
	if (route->advmss)
		text_add(&t, " advmss %u", route->advmss);
	if (route->pref)
		text_add(&t, " pref %s", pref_words[route->pref]);
	if (route->foreign && route->raw)
		raw_text(route->raw, &t);
	for (i = 0; route->hop_count > 1 && i < route->hop_count; i++) {
		text_add(&t, " nexthop");
		add_hop(&t, route, &hops[i]);
	}
	return buf;
}
