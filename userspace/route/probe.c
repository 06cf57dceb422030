// SPDX-License-Identifier: GPL-2.0
#include "route/probe.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "route/rtnl.h"

/* Of the route to fe80::/64 that each interface with IPv6 has (IP6_RT_PRIO_ADDRCONF). */
#define METRIC_OF_LINK_LOCAL 256

/*
 * IPv4 checks the next hop, then looks for the key, then for NLM_F_CREATE. IPv6 looks for
 * the key last, and complains in the kernel's log where it finds none to replace: so it is
 * asked for one that is there, which NLM_F_EXCL keeps as it is.
 */
static __u16 prepare(struct route *probe, const struct route *route, const struct nexthop *hop)
{
	static const __u8 link_local[16] = { 0xfe, 0x80 };

	*probe = (struct route){
		.family = route->family,
		.table = route->table,
		.type = RTN_UNICAST,
		.hop = *hop,
		.hop_count = 1,
		.metric = route->metric,
		.dst_len = route->dst_len,
	};
	memcpy(probe->dst, route->dst, sizeof(probe->dst));
	if (route->family == AF_INET)
		return NLM_F_EXCL;
	if (route->table == RT_TABLE_MAIN) {
		memcpy(probe->dst, link_local, sizeof(probe->dst));
		probe->dst_len = 64;
		probe->metric = METRIC_OF_LINK_LOCAL;
	}
	return NLM_F_EXCL | NLM_F_REPLACE;
}

static int ask(struct nl *nl, const struct route *route, const struct nexthop *hop)
{
	struct nlmsghdr *nlh = &nl->tx.head;
	struct route probe;
	__u16 flags;

	flags = prepare(&probe, route, hop);
	route_request(nlh, RTM_NEWROUTE, NLM_F_ACK | flags, &probe);
	nlh->nlmsg_seq = ++nl->seq;
	if (!nl_request(nl, NULL, NULL) || errno == ENOENT || errno == EEXIST || errno == EPERM)
		return 0;
	return errno;
}

/* IPv6 takes what the main table reaches for other tables, too. */
int probe_hop(struct nl *nl, const struct route *route, const struct nexthop *hop)
{
	struct route of_main = *route;

	of_main.table = RT_TABLE_MAIN;
	if (route->family == AF_INET6 && route->table != RT_TABLE_MAIN && !ask(nl, &of_main, hop))
		return 0;
	return ask(nl, route, hop);
}

struct answer {
	struct route route;
	struct nexthop hops[HOPS_MAX];
};

static int keep_answer(const struct nlmsghdr *nlh, void *data)
{
	struct answer *a = data;

	route_read(nlh, &a->route, a->hops);
	return MNL_CB_OK;
}

/* RTM_F_FIB_MATCH: the route, not what a lookup with an interface makes of none. */
__u32 probe_dev(struct nl *nl, const struct nexthop *hop)
{
	struct answer a = { };
	struct rtmsg *rtm;

	rtm = nl_begin(nl, RTM_GETROUTE, 0);
	rtm->rtm_family = hop->family;
	rtm->rtm_dst_len = address_bits(hop->family);
	rtm->rtm_flags = RTM_F_FIB_MATCH;
	mnl_attr_put(&nl->tx.head, RTA_DST, address_size(hop->family), hop->gateway);
	if (nl_request(nl, keep_answer, &a) < 0 || a.route.type != RTN_UNICAST)
		return 0;
	return route_hops(&a.route)->ifindex;
}
