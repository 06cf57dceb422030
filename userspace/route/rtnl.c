// SPDX-License-Identifier: GPL-2.0
#include "route/rtnl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/ifnames.h"
#include "route/raw.h"

/*
 * The first datagram of a dump is of one page, and a route that does not fit is
 * left out in silence, unless the kernel has seen how much is received at a time: here
 * with the route to no address, which is the loopback interface's without a lookup.
 */
static int receive_once(struct nl *nl)
{
	struct rtmsg *rtm = nl_begin(nl, RTM_GETROUTE, 0);

	rtm->rtm_family = AF_INET;
	return nl_request(nl, NULL, NULL);
}

int rtnl_open(struct nl *nl)
{
	if (!nl_open(nl, NETLINK_ROUTE, sizeof(struct rtmsg)) && !receive_once(nl))
		return EXIT_SUCCESS;
	diag("no netlink socket: %s", strerror(errno));
	nl_close(nl);
	return EXIT_KERNEL;
}

/* RTA_GATEWAY is of the route's family; RTA_VIA says which family it is of. */
static void put_gateway(struct nlmsghdr *nlh, const struct route *r, const struct nexthop *hop)
{
	size_t size = address_size(hop->family);
	struct {
		__u16 family;
		__u8 address[16];
	} via = { .family = hop->family };

	if (hop->family == r->family) {
		mnl_attr_put(nlh, RTA_GATEWAY, size, hop->gateway);
	} else if (hop->family) {
		memcpy(via.address, hop->gateway, size);
		mnl_attr_put(nlh, RTA_VIA, sizeof(via.family) + size, &via);
	}
}

static void put_hops(struct nlmsghdr *nlh, const struct route *r)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, RTA_MULTIPATH);
	const struct nexthop *hop = r->hops, *end = hop + r->hop_count;
	struct rtnexthop *rtnh;

	for (; hop < end; hop++) {
		rtnh = mnl_nlmsg_get_payload_tail(nlh);
		memset(rtnh, 0, sizeof(*rtnh));
		nlh->nlmsg_len += sizeof(*rtnh);
		rtnh->rtnh_flags = hop->flags & RTNH_F_ONLINK;
		rtnh->rtnh_hops = hop->weight;
		rtnh->rtnh_ifindex = hop->ifindex;
		put_gateway(nlh, r, hop);
		rtnh->rtnh_len = (char *)mnl_nlmsg_get_payload_tail(nlh) - (char *)rtnh;
	}
	mnl_attr_nest_end(nlh, nest);
}

static void put_metrics(struct nlmsghdr *nlh, const struct route *r)
{
	struct nlattr *nest;

	if (!r->mtu && !r->advmss)
		return;
	nest = mnl_attr_nest_start(nlh, RTA_METRICS);
	if (r->mtu)
		mnl_attr_put_u32(nlh, RTAX_MTU, r->mtu);
	if (r->mtu_lock)
		mnl_attr_put_u32(nlh, RTAX_LOCK, 1 << RTAX_MTU);
	if (r->advmss)
		mnl_attr_put_u32(nlh, RTAX_ADVMSS, r->advmss);
	mnl_attr_nest_end(nlh, nest);
}

/* As iproute2 does: what has no gateway is of the link. */
static __u8 scope_of(const struct route *r)
{
	if (r->hop_count == 1 && !r->hop.family && r->family == AF_INET)
		return RT_SCOPE_LINK;
	return RT_SCOPE_UNIVERSE;
}

static void put_next_hops(struct nlmsghdr *nlh, const struct route *r)
{
	if (r->hop_count > 1)
		put_hops(nlh, r);
	if (r->hop_count == 1)
		put_gateway(nlh, r, &r->hop);
	if (r->hop_count == 1 && r->hop.ifindex)
		mnl_attr_put_u32(nlh, RTA_OIF, r->hop.ifindex);
}

/* One of the kernel's is named by all that it has. */
struct nlmsghdr *route_request(void *at, __u16 type, __u16 flags, const struct route *r)
{
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;

	if (r->raw)
		return raw_request(at, type, flags, r->raw);
	nlh = mnl_nlmsg_put_header(at);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	rtm->rtm_family = r->family;
	rtm->rtm_dst_len = r->dst_len;
	rtm->rtm_tos = r->tos;
	rtm->rtm_protocol = ROUTE_PROTOCOL;
	rtm->rtm_type = r->type;
	rtm->rtm_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : scope_of(r);
	rtm->rtm_flags = r->hop_count == 1 ? r->hop.flags & RTNH_F_ONLINK : 0;
	mnl_attr_put(nlh, RTA_DST, address_size(r->family), r->dst);
	if (r->table < 256)
		rtm->rtm_table = r->table;
	else
		mnl_attr_put_u32(nlh, RTA_TABLE, r->table);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, r->metric);
	if (r->has_src)
		mnl_attr_put(nlh, RTA_PREFSRC, address_size(r->family), r->src);
	if (r->pref)
		mnl_attr_put_u8(nlh, RTA_PREF, r->pref);
	put_metrics(nlh, r);
	put_next_hops(nlh, r);
	return nlh;
}

static bool is_ip(__u8 family)
{
	return family == AF_INET || family == AF_INET6;
}

/* The address in an attribute of the family; what is too long is cut, the rest 0. */
static void read_address(const struct nlattr *attr, __u8 family, __u8 *address)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len > address_size(family))
		len = address_size(family);
	memset(address, 0, 16);
	memcpy(address, mnl_attr_get_payload(attr), len);
}

static void read_via(const struct nlattr *attr, struct nexthop *hop)
{
	const struct rtvia *via = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (len < sizeof(*via) || !is_ip(via->rtvia_family) ||
	    len < sizeof(*via) + address_size(via->rtvia_family))
		return;
	hop->family = via->rtvia_family;
	memset(hop->gateway, 0, sizeof(hop->gateway));
	memcpy(hop->gateway, via->rtvia_addr, address_size(hop->family));
}

static void read_metrics(const struct nlattr *nest, struct route *r)
{
	__u32 value, lock = 0;
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		value = mnl_attr_validate(attr, MNL_TYPE_U32) ? 0 : mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == RTAX_MTU && value)
			r->mtu = value;
		else if (mnl_attr_get_type(attr) == RTAX_ADVMSS && value)
			r->advmss = value;
		else if (mnl_attr_get_type(attr) == RTAX_LOCK)
			lock = value;
		else
			r->foreign = true;
	}
	r->mtu_lock = lock == 1 << RTAX_MTU && r->mtu;
	r->foreign |= lock && !r->mtu_lock;
}

static void read_hop(const struct nlattr *attr, struct route *r, struct nexthop *hop)
{
	switch (mnl_attr_get_type(attr)) {
	case RTA_GATEWAY:
		hop->family = r->family;
		read_address(attr, r->family, hop->gateway);
		break;
	case RTA_VIA:
		read_via(attr, hop);
		break;
	default:
		r->foreign = true;
	}
}

/* RTNH_OK() reads a length that may be behind the end. */
static bool has_hop(const struct rtnexthop *rtnh, int len)
{
	return len >= (int)sizeof(*rtnh) && RTNH_OK(rtnh, len);
}

static void read_hops(const struct nlattr *nest, struct route *r, struct nexthop *hops)
{
	int len = mnl_attr_get_payload_len(nest), attrs;
	struct rtnexthop *rtnh = mnl_attr_get_payload(nest);
	const struct nlattr *attr;
	struct nexthop *hop;

	for (; has_hop(rtnh, len) && r->hop_count < HOPS_MAX; rtnh = RTNH_NEXT(rtnh)) {
		hop = &hops[r->hop_count++];
		memset(hop, 0, sizeof(*hop));
		hop->flags = rtnh->rtnh_flags;
		hop->weight = rtnh->rtnh_hops;
		hop->ifindex = rtnh->rtnh_ifindex;
		hop->name = ifname_number_of_index(hop->ifindex);
		attr = (const struct nlattr *)RTNH_DATA(rtnh);
		attrs = rtnh->rtnh_len - sizeof(*rtnh);
		for (; mnl_attr_ok(attr, attrs); attr = mnl_attr_next(attr)) {
			read_hop(attr, r, hop);
			attrs -= MNL_ALIGN(attr->nla_len);
		}
		len -= NLMSG_ALIGN(rtnh->rtnh_len);
	}
	if (r->hop_count == 1)
		r->hop = hops[0];
	r->hops = hops;
}

/* Attributes of 4 bytes. */
static __u32 read_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) < 4 ? 0 : mnl_attr_get_u32(attr);
}

/* A time to live, or none: 0. */
static __s32 read_expires(const struct nlattr *attr)
{
	const struct rta_cacheinfo *info = mnl_attr_get_payload(attr);

	return mnl_attr_get_payload_len(attr) < sizeof(*info) ? 0 : info->rta_expires;
}

static void read_attr(const struct nlattr *attr, struct route *r, struct nexthop *hops)
{
	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
		read_address(attr, r->family, r->dst);
		break;
	case RTA_TABLE:
		r->table = read_u32(attr);
		break;
	case RTA_PRIORITY:
		r->metric = read_u32(attr);
		break;
	case RTA_PREFSRC:
		r->has_src = true;
		read_address(attr, r->family, r->src);
		break;
	case RTA_METRICS:
		read_metrics(attr, r);
		break;
	case RTA_PREF:
		r->pref = mnl_attr_get_payload_len(attr) ? mnl_attr_get_u8(attr) : 0;
		break;
	case RTA_MULTIPATH:
		read_hops(attr, r, hops);
		break;
	case RTA_OIF:
		r->hop.ifindex = read_u32(attr);
		break;
	case RTA_CACHEINFO:
		r->foreign |= read_expires(attr);
		break;
	default:
		read_hop(attr, r, &r->hop);
	}
}

/* IPv6 says of a blackhole that it leads to lo. */
static void finish_hop(struct route *r)
{
	bool leads = r->type == RTN_UNICAST || r->type == RTN_LOCAL;

	if (!leads) {
		memset(&r->hop, 0, sizeof(r->hop));
		r->hop_count = 0;
	} else if (!r->hop_count) {
		r->hop_count = 1;
	}
	if (r->hop_count == 1 && r->hop.ifindex)
		r->hop.name = ifname_number_of_index(r->hop.ifindex);
}

bool route_read(const struct nlmsghdr *nlh, struct route *r, struct nexthop *hops)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	memset(r, 0, sizeof(*r));
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*rtm) || rtm->rtm_flags & RTM_F_CLONED ||
	    !is_ip(rtm->rtm_family))
		return false;
	r->family = rtm->rtm_family;
	r->dst_len = rtm->rtm_dst_len;
	r->tos = rtm->rtm_tos;
	r->table = rtm->rtm_table;
	r->type = rtm->rtm_type;
	r->protocol = rtm->rtm_protocol;
	r->foreign = rtm->rtm_src_len || rtm->rtm_flags & RTNH_F_PERVASIVE;
	r->hop.flags = rtm->rtm_flags;
	mnl_attr_for_each(attr, nlh, sizeof(*rtm))
		read_attr(attr, r, hops);
	finish_hop(r);
	r->foreign |= r->family == AF_INET && rtm->rtm_scope != scope_of(r);
	return true;
}

struct dump {
	void (*cb)(const struct route *route, void *data);
	void *data;
	__u8 protocol;
};

/* A kernel that does not filter (before 4.20) sends all. */
static int on_route(const struct nlmsghdr *nlh, void *data)
{
	static struct nexthop hops[HOPS_MAX];
	const struct dump *d = data;
	struct route r;

	if (nlh->nlmsg_type != RTM_NEWROUTE || !route_read(nlh, &r, hops))
		return MNL_CB_OK;
	r.raw = nlh;
	if (!d->protocol || r.protocol == d->protocol)
		d->cb(&r, d->data);
	return MNL_CB_OK;
}

static int dump_family(struct nl *nl, __u8 family, struct dump *d)
{
	struct rtmsg *rtm = nl_begin(nl, RTM_GETROUTE, NLM_F_DUMP);

	rtm->rtm_family = family;
	rtm->rtm_protocol = d->protocol;
	if (!nl_request(nl, on_route, d) || errno == ENOENT || errno == EAFNOSUPPORT)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_KERNEL, "the routes cannot be read: %s", strerror(errno));
}

int route_dump(struct nl *nl, __u8 protocol, void (*cb)(const struct route *route, void *data),
	       void *data)
{
	struct dump d = { cb, data, protocol };

	nl->interrupted = false;
	return dump_family(nl, AF_INET, &d) ?: dump_family(nl, AF_INET6, &d);
}
