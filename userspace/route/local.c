// SPDX-License-Identifier: GPL-2.0
#include "route/local.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/ifnames.h"
#include "lib/memory.h"
#include "route/rtnl.h"

struct local_address {
	__u8 address[16];
	__u32 ifindex;
	__u32 flags;
	__u8 family;
};

/* On a point-to-point link IFA_ADDRESS is the peer's. */
static void read_attr(const struct nlattr *attr, struct local_address *a, bool *has_local)
{
	size_t size = address_size(a->family);
	unsigned int type = mnl_attr_get_type(attr);

	if (type == IFA_FLAGS && !mnl_attr_validate(attr, MNL_TYPE_U32))
		a->flags = mnl_attr_get_u32(attr);
	if ((type != IFA_LOCAL && (type != IFA_ADDRESS || *has_local)) ||
	    mnl_attr_get_payload_len(attr) != size)
		return;
	memcpy(a->address, mnl_attr_get_payload(attr), size);
	*has_local |= type == IFA_LOCAL;
}

static int read_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct local_address a = { };
	struct local *local = data;
	const struct nlattr *attr;
	bool has_local = false;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifa) ||
	    (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6))
		return MNL_CB_OK;
	a.family = ifa->ifa_family;
	a.flags = ifa->ifa_flags;
	a.ifindex = ifa->ifa_index;
	mnl_attr_for_each(attr, nlh, sizeof(*ifa))
		read_attr(attr, &a, &has_local);
	local->list = grow(local->list, local->count, sizeof(a));
	local->list[local->count++] = a;
	return MNL_CB_OK;
}

/* Without an answer nothing is known, and it is the kernel that refuses. */
void local_read(struct local *local, struct nl *nl)
{
	size_t header = nl->header;

	memset(local, 0, sizeof(*local));
	nl->header = sizeof(struct ifaddrmsg);
	nl_begin(nl, RTM_GETADDR, NLM_F_DUMP);
	nl_request(nl, read_address, local);
	nl->header = header;
}

static const struct local_address *find(const struct local *local, __u8 family,
					const __u8 *address, __u32 ifindex)
{
	const struct local_address *a = local->list, *end = a + local->count;

	for (; a < end; a++)
		if (a->family == family && (!ifindex || a->ifindex == ifindex) &&
		    !memcmp(a->address, address, sizeof(a->address)))
			return a;
	return NULL;
}

static int read_type(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	bool *is_local = data;

	*is_local = rtm->rtm_type == RTN_LOCAL;
	return MNL_CB_OK;
}

/* By a route of table local, without an address: "ip route add local ...". */
static bool is_routed_here(struct nl *nl, __u8 family, const __u8 *address)
{
	struct rtmsg *rtm = nl_begin(nl, RTM_GETROUTE, 0);
	bool is_local = false;

	rtm->rtm_family = family;
	rtm->rtm_dst_len = address_bits(family);
	mnl_attr_put(&nl->tx.head, RTA_DST, address_size(family), address);
	return !nl_request(nl, read_type, &is_local) && is_local;
}

enum local_state local_find(const struct local *local, struct nl *nl, __u8 family,
			    const __u8 *address)
{
	const struct local_address *a = find(local, family, address, 0);

	if (!a)
		return family == AF_INET && is_routed_here(nl, family, address) ? LOCAL_USABLE
										: LOCAL_NONE;
	if (family == AF_INET6 && a->flags & IFA_F_DADFAILED)
		return LOCAL_DUPLICATE;
	if (family == AF_INET6 && a->flags & IFA_F_TENTATIVE && !(a->flags & IFA_F_OPTIMISTIC))
		return LOCAL_TENTATIVE;
	return LOCAL_USABLE;
}

bool local_is_on(const struct local *local, __u32 ifindex)
{
	unsigned int i;

	for (i = 0; i < local->count; i++)
		if (local->list[i].family == AF_INET && local->list[i].ifindex == ifindex)
			return true;
	return false;
}

static bool is_own(const struct local *local, const struct nexthop *hop)
{
	__u32 ifindex = 0;

	if (hop->family == AF_INET6 && is_link_local(hop))
		ifindex = hop->name ? if_nametoindex(ifname(hop->name)) : hop->ifindex;
	return hop->family && find(local, hop->family, hop->gateway, ifindex);
}

static bool same_hop(const struct nexthop *a, const struct nexthop *b)
{
	return !memcmp(a->gateway, b->gateway, sizeof(a->gateway)) &&
	       (a->name == b->name || !a->name || !b->name);
}

/* ip6_route_multipath_add(): what IPv4 takes, IPv6 does not. */
static const char *multipath_fault(const struct route *r)
{
	int i, j;

	for (i = 0; i < r->hop_count; i++) {
		if (!r->hops[i].family)
			return "each of several IPv6 next hops needs 'via'";
		for (j = 0; j < i; j++)
			if (same_hop(&r->hops[i], &r->hops[j]))
				return "IPv6 takes the same next hop only once";
	}
	return NULL;
}

const char *local_fault(const struct local *local, const struct route *route)
{
	int i;

	for (i = 0; i < route->hop_count; i++)
		if (is_own(local, &route_hops(route)[i]))
			return "the gateway is an address of this host";
	return route->family == AF_INET6 && route->hop_count > 1 ? multipath_fault(route) : NULL;
}
