// SPDX-License-Identifier: GPL-2.0
/*
 * Most interfaces become one end of a veth pair that does without ARP, so that no
 * neighbour needs to answer. What lies on others stays what it is, as the firewall sees
 * the packets pass both: bridges and bonds with their ports, VLANs, macvlans, VRFs.
 */
#include "doctor/links.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <unistd.h>

#include "doctor/finding.h"

#define MTU_MIN 68
#define MTU_MAX 65535

/* Of a bond: it needs no partner. */
#define ACTIVE_BACKUP 1

/* The request that is being made. */
static struct nlmsghdr *tx;

/* -- how they lie on each other ---------------------------------------------------- */

static bool has_ports(const struct link *link)
{
	return link->kind == LINK_BRIDGE || link->kind == LINK_BOND;
}

/* A bridge takes the lowest address of its ports, and what it sends leaves by that port. */
static struct link *first_port(struct link *links, const struct link *master)
{
	struct link *port, *first = NULL;

	for (port = links; port; port = port->next)
		if (port->master == master->index &&
		    (!first || (master->kind == LINK_BRIDGE &&
				memcmp(port->mac, first->mac, sizeof(port->mac)) < 0)))
			first = port;
	return first;
}

static unsigned int find_wire(struct link *links, struct link *link)
{
	struct link *below = NULL;

	if (has_ports(link))
		below = first_port(links, link);
	else if (link->kind == LINK_MACVLAN)
		below = find_link(links, link->lower);
	if (link->kind == LINK_BRIDGE)
		memcpy(link->mac, below->mac, sizeof(link->mac));
	return below ? find_wire(links, below) : link->index;
}

/* What lies on something that is not here is a veth. */
static void arrange(struct link *links)
{
	struct link *link, *master;

	for (link = links; link; link = link->next)
		if ((has_ports(link) && !first_port(links, link)) ||
		    (link->kind >= LINK_VLAN && !find_link(links, link->lower)))
			link->kind = LINK_VETH;
	for (link = links; link; link = link->next) {
		master = find_link(links, link->master);
		link->is_port = master && has_ports(master);
		if (!link->is_port && !(master && master->kind == LINK_VRF))
			link->master = 0;
	}
	for (link = links; link; link = link->next)
		link->wire = find_wire(links, link);
}

/* -- what is made ------------------------------------------------------------------ */

static void *begin_link(const struct link *link, unsigned int flags, unsigned int change)
{
	struct ifinfomsg *header;

	tx = request_begin();
	header = mnl_nlmsg_put_extra_header(tx, sizeof(*header));
	header->ifi_index = link->index;
	header->ifi_flags = flags;
	header->ifi_change = change;
	mnl_attr_put_strz(tx, IFLA_IFNAME, link->name);
	return header;
}

static __u32 mtu_of(const struct link *link)
{
	return link->mtu < MTU_MIN || link->mtu > MTU_MAX ? MTU_MAX : link->mtu;
}

/* What the other end is made of follows a header of its own. */
static void put_peer(const struct link *link, int world)
{
	struct ifinfomsg *header;
	struct nlattr *peer;

	peer = mnl_attr_nest_start(tx, VETH_INFO_PEER);
	header = mnl_nlmsg_put_extra_header(tx, sizeof(*header));
	header->ifi_index = link->index;
	header->ifi_flags = IFF_NOARP;
	header->ifi_change = IFF_NOARP;
	mnl_attr_put_strz(tx, IFLA_IFNAME, link->name);
	mnl_attr_put_u32(tx, IFLA_MTU, mtu_of(link));
	mnl_attr_put_u32(tx, IFLA_NET_NS_FD, world);
	mnl_attr_nest_end(tx, peer);
}

static const struct nlattr *find_attr(const struct nlattr *nest, unsigned int type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

/* Of a VLAN or a VRF: it comes first. */
static void put_number(const struct link *link)
{
	const struct nlattr *data = find_attr(link->info, IFLA_INFO_DATA), *attr;

	if (!data)
		return;
	mnl_attr_for_each_nested(attr, data)
		if (mnl_attr_get_type(attr) == IFLA_VLAN_ID ||
		    (link->kind == LINK_VLAN && mnl_attr_get_type(attr) == IFLA_VLAN_PROTOCOL))
			mnl_attr_put(tx, attr->nla_type, mnl_attr_get_payload_len(attr),
				     mnl_attr_get_payload(attr));
}

/* Each frame is sent to its sender's address: other macvlans would loop it. */
static void put_info(const struct link *link, int world)
{
	struct nlattr *info = mnl_attr_nest_start(tx, IFLA_LINKINFO), *data;

	mnl_attr_put_strz(tx, IFLA_INFO_KIND, link_kinds[link->kind]);
	data = mnl_attr_nest_start(tx, IFLA_INFO_DATA);
	if (link->kind == LINK_VETH)
		put_peer(link, world);
	else if (link->kind == LINK_BOND)
		mnl_attr_put_u8(tx, IFLA_BOND_MODE, ACTIVE_BACKUP);
	else if (link->kind == LINK_MACVLAN)
		mnl_attr_put_u32(tx, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
	else if (link->kind != LINK_BRIDGE)
		put_number(link);
	mnl_attr_nest_end(tx, data);
	mnl_attr_nest_end(tx, info);
}

/* A bridge inherits its address. */
static bool make_link(const struct link *link, int world)
{
	begin_link(link, IFF_NOARP, link->kind == LINK_VRF ? 0 : IFF_NOARP);
	if (link->kind != LINK_BRIDGE && link->kind != LINK_VRF)
		mnl_attr_put(tx, IFLA_ADDRESS, sizeof(link->mac), link->mac);
	if (link->kind != LINK_VRF)
		mnl_attr_put_u32(tx, IFLA_MTU, mtu_of(link));
	if (link->kind >= LINK_VLAN)
		mnl_attr_put_u32(tx, IFLA_LINK, link->lower);
	put_info(link, world);
	return !request_send(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
}

/* A port must be down when it gets its master. */
static void set_master(const struct link *link)
{
	begin_link(link, 0, 0);
	mnl_attr_put_u32(tx, IFLA_MASTER, link->master);
	request_send(RTM_NEWLINK, 0);
}

static void set_up(const struct link *link)
{
	begin_link(link, IFF_UP, IFF_UP);
	request_send(RTM_NEWLINK, 0);
}

/* The other end of a VLAN is one, too; that of the others is the one below. */
static void make_wires(struct link *links)
{
	struct link *link;

	for (link = links; link; link = link->next) {
		if (link->kind == LINK_VLAN) {
			begin_link(link, IFF_NOARP, IFF_NOARP);
			mnl_attr_put_u32(tx, IFLA_LINK, find_link(links, link->lower)->wire);
			put_info(link, 0);
			request_send(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
		}
		if (link->wire == link->index)
			set_up(link);
	}
}

/* The process is in the world meanwhile. */
static void enter_and_make_wires(struct link *links, int world)
{
	int copy = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (copy < 0 || setns(world, CLONE_NEWNET) < 0)
		return;
	if (request_open()) {
		make_wires(links);
		request_close();
	}
	setns(copy, CLONE_NEWNET);
	close(copy);
}

/* What it lies on comes before it. */
static void make_upon(struct link *links, struct link *link, int world)
{
	struct link *lower = find_link(links, link->lower);

	if (link->made)
		return;
	if (link->kind >= LINK_VLAN)
		make_upon(links, lower, world);
	link->made = make_link(link, world);
}

static void make_all(struct link *links, int world)
{
	struct link *link;

	for (link = links; link; link = link->next)
		make_upon(links, link, world);
	for (link = links; link; link = link->next)
		if (link->master)
			set_master(link);
	for (link = links; link; link = link->next)
		if (link->flags & IFF_UP || link->kind == LINK_VRF)
			set_up(link);
}

/* One that is down is not missed: each namespace has a gre0 of its own, for example. */
static struct link *keep_made(struct doctor *d, struct link *links)
{
	struct link *first = NULL, **last = &first;
	struct finding f = {
		.id = "trial-incomplete",
		.severity = SEVERITY_NOTE,
		.breaks = "what comes in or leaves by it was not tried",
	};

	for (; links; links = links->next) {
		if (links->made) {
			*last = links;
			last = &links->next;
			continue;
		}
		if (!(links->flags & IFF_UP))
			continue;
		f.what = text(d, "interface %s could not be copied for the trial", links->name);
		report(d, &f);
	}
	*last = NULL;
	return first;
}

struct link *replay_links(struct doctor *d, const struct recording *r, int world)
{
	const struct link lo = { .name = "lo", .index = 1 };
	struct link *links = read_links(d, &r->links);

	if (!request_open())
		return NULL;
	set_up(&lo);
	arrange(links);
	make_all(links, world);
	request_close();
	links = keep_made(d, links);
	enter_and_make_wires(links, world);
	return links;
}

struct link *add_link(struct doctor *d, const char *name, unsigned int index, int world)
{
	struct link *link = new_link(d, name, index);

	if (!request_open())
		return NULL;
	link->mtu = 1400;
	link->flags = IFF_UP;
	make_all(link, world);
	request_close();
	if (!link->made)
		return NULL;
	enter_and_make_wires(link, world);
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
