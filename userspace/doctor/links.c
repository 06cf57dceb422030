// SPDX-License-Identifier: GPL-2.0
/*
 * Each interface becomes one end of a veth pair that does without ARP, so that no
 * neighbour needs to answer. A VRF stays a VRF.
 */
#include "doctor/links.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <unistd.h>

#define MTU_MIN 68
#define MTU_MAX 65535

/* The request that is being made. */
static struct nlmsghdr *tx;

static bool is_kind(const struct nlattr *info, const char *kind)
{
	const struct nlattr *attr;

	if (!info)
		return false;
	mnl_attr_for_each_nested(attr, info)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			return !strncmp(mnl_attr_get_payload(attr), kind,
					mnl_attr_get_payload_len(attr));
	return false;
}

static void *begin_link(unsigned int index, const char *name, unsigned int flags)
{
	struct ifinfomsg *header;

	tx = request_begin();
	header = mnl_nlmsg_put_extra_header(tx, sizeof(*header));
	header->ifi_index = index;
	header->ifi_flags = flags;
	header->ifi_change = IFF_UP | IFF_NOARP;
	mnl_attr_put_strz(tx, IFLA_IFNAME, name);
	return header;
}

/* What the other end is made of follows a header of its own. */
static void put_peer(const struct link *link, unsigned int mtu, int world)
{
	struct nlattr *info, *data, *peer;
	struct ifinfomsg *header;

	info = mnl_attr_nest_start(tx, IFLA_LINKINFO);
	mnl_attr_put_strz(tx, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(tx, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(tx, VETH_INFO_PEER);
	header = mnl_nlmsg_put_extra_header(tx, sizeof(*header));
	header->ifi_index = link->index;
	header->ifi_flags = IFF_NOARP;
	header->ifi_change = IFF_NOARP;
	mnl_attr_put_strz(tx, IFLA_IFNAME, link->name);
	mnl_attr_put_u32(tx, IFLA_MTU, mtu);
	mnl_attr_put_u32(tx, IFLA_NET_NS_FD, world);
	mnl_attr_nest_end(tx, peer);
	mnl_attr_nest_end(tx, data);
	mnl_attr_nest_end(tx, info);
}

static bool make_veth(const struct link *link, unsigned int mtu, unsigned int flags,
		      unsigned int master, int world)
{
	if (mtu < MTU_MIN || mtu > MTU_MAX)
		mtu = MTU_MAX;
	begin_link(link->index, link->name, (flags & IFF_UP) | IFF_NOARP);
	mnl_attr_put(tx, IFLA_ADDRESS, sizeof(link->mac), link->mac);
	mnl_attr_put_u32(tx, IFLA_MTU, mtu);
	put_peer(link, mtu, world);
	if (request_send(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL))
		return false;
	if (!master)
		return true;
	begin_link(link->index, link->name, (flags & IFF_UP) | IFF_NOARP);
	mnl_attr_put_u32(tx, IFLA_MASTER, master);
	request_send(RTM_NEWLINK, 0);
	return true;
}

static struct link *new_link(struct doctor *d, const char *name, unsigned int index)
{
	struct link *link = pool_zero(d, sizeof(*link));

	link->name = text(d, "%s", name);
	link->index = index;
	link->mac[0] = 2;
	index = htonl(index);
	memcpy(link->mac + 2, &index, sizeof(index));
	return link;
}

struct link_attrs {
	const struct nlattr *attrs[IFLA_MAX + 1];
};

static int note_attr(const struct nlattr *attr, void *data)
{
	struct link_attrs *a = data;

	if (mnl_attr_get_type(attr) <= IFLA_MAX)
		a->attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static __u32 number(const struct link_attrs *a, int type)
{
	return a->attrs[type] ? mnl_attr_get_u32(a->attrs[type]) : 0;
}

static bool is_vrf(const struct recording *r, unsigned int index)
{
	const struct ifinfomsg *header;
	const struct message *m;

	for (m = r->links.first; m; m = m->next) {
		struct link_attrs a = { };

		header = mnl_nlmsg_get_payload(&m->nlh);
		if ((unsigned int)header->ifi_index != index)
			continue;
		mnl_attr_parse(&m->nlh, sizeof(*header), note_attr, &a);
		return is_kind(a.attrs[IFLA_LINKINFO], "vrf");
	}
	return false;
}

static bool make_vrf(const struct link *link, const struct nlattr *info)
{
	begin_link(link->index, link->name, IFF_UP);
	mnl_attr_put(tx, IFLA_LINKINFO, mnl_attr_get_payload_len(info),
		     mnl_attr_get_payload(info));
	return !request_send(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
}

static struct link *replay_link(struct doctor *d, const struct recording *r,
				const struct nlmsghdr *nlh, int world)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	struct link_attrs a = { };
	const struct nlattr *mac;
	unsigned int master;
	struct link *link;

	mnl_attr_parse(nlh, sizeof(*header), note_attr, &a);
	link = new_link(d, mnl_attr_get_str(a.attrs[IFLA_IFNAME]), header->ifi_index);
	mac = a.attrs[IFLA_ADDRESS];
	if (mac && mnl_attr_get_payload_len(mac) == sizeof(link->mac) &&
	    !(*(unsigned char *)mnl_attr_get_payload(mac) & 1) &&
	    memcmp(mnl_attr_get_payload(mac), "\0\0\0\0\0", sizeof(link->mac)))
		memcpy(link->mac, mnl_attr_get_payload(mac), sizeof(link->mac));
	master = number(&a, IFLA_MASTER);
	if (is_kind(a.attrs[IFLA_LINKINFO], "vrf"))
		return make_vrf(link, a.attrs[IFLA_LINKINFO]) ? link : NULL;
	if (!is_vrf(r, master))
		master = 0;
	return make_veth(link, number(&a, IFLA_MTU), header->ifi_flags, master, world) ?
	       link : NULL;
}

/*
 * The tunnels of clients may be thousands, and none matters here: one that neither has a
 * role nor a default route.
 */
static bool is_clients(const struct doctor *d, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	const struct known_route *k;
	struct link_attrs a = { };
	__u16 name;

	mnl_attr_parse(nlh, sizeof(*header), note_attr, &a);
	if (!(header->ifi_flags & IFF_POINTOPOINT) ||
	    strncmp(mnl_attr_get_str(a.attrs[IFLA_IFNAME]), "ppp", 3))
		return false;
	name = ifname_number(mnl_attr_get_str(a.attrs[IFLA_IFNAME]));
	for (k = d->routes; k; k = k->next)
		if (route_leads_by(&k->route, name))
			return false;
	return role_of(d, name) == PPTPGW_ROLE_NONE;
}

/* A VRF must be there before its members. */
static void replay_links_of(struct doctor *d, const struct recording *r, int world, bool vrfs,
			    struct link ***last)
{
	const struct ifinfomsg *header;
	const struct message *m;
	struct link *link;

	for (m = r->links.first; m; m = m->next) {
		header = mnl_nlmsg_get_payload(&m->nlh);
		if (header->ifi_flags & IFF_LOOPBACK || is_clients(d, &m->nlh) ||
		    is_vrf(r, header->ifi_index) != vrfs)
			continue;
		link = replay_link(d, r, &m->nlh, world);
		if (!link)
			continue;
		**last = link;
		*last = &link->next;
	}
}

/* The cables of all interfaces are plugged in; the process is in the world meanwhile. */
static void set_wires_up(const struct link *links, int world)
{
	int copy = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	const struct link *link;

	if (copy < 0 || setns(world, CLONE_NEWNET) < 0)
		return;
	if (request_open()) {
		for (link = links; link; link = link->next) {
			begin_link(link->index, link->name, IFF_UP | IFF_NOARP);
			request_send(RTM_NEWLINK, 0);
		}
		request_close();
	}
	setns(copy, CLONE_NEWNET);
	close(copy);
}

struct link *replay_links(struct doctor *d, const struct recording *r, int world)
{
	struct link *first = NULL, **last = &first;

	if (!request_open())
		return NULL;
	begin_link(1, "lo", IFF_UP);
	request_send(RTM_NEWLINK, 0);
	replay_links_of(d, r, world, true, &last);
	replay_links_of(d, r, world, false, &last);
	request_close();
	set_wires_up(first, world);
	return first;
}

struct link *add_link(struct doctor *d, const char *name, unsigned int index, int world)
{
	struct link *link = new_link(d, name, index);
	bool made;

	if (!request_open())
		return NULL;
	made = make_veth(link, 1400, IFF_UP, 0, world);
	request_close();
	if (!made)
		return NULL;
	set_wires_up(link, world);
	return link;
}

void add_peer_address(unsigned int dev, __u32 local, __u32 peer)
{
	struct ifaddrmsg *header;

	if (!request_open())
		return;
	tx = request_begin();
	header = mnl_nlmsg_put_extra_header(tx, sizeof(*header));
	header->ifa_family = AF_INET;
	header->ifa_prefixlen = 32;
	header->ifa_index = dev;
	mnl_attr_put_u32(tx, IFA_LOCAL, htonl(local));
	mnl_attr_put_u32(tx, IFA_ADDRESS, htonl(peer));
	request_send(RTM_NEWADDR, NLM_F_CREATE);
	request_close();
}
