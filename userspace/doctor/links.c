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
#include <sched.h>
#include <unistd.h>

#include "doctor/finding.h"
#include "doctor/run.h"
#include "lib/words.h"

#define MTU_MIN 68
#define MTU_MAX 65535

static const char *const link_kinds[] = {
	[LINK_VETH] = "veth",
	[LINK_BRIDGE] = "bridge",
	[LINK_BOND] = "bond",
	[LINK_VRF] = "vrf",
	[LINK_VLAN] = "vlan",
	[LINK_MACVLAN] = "macvlan",
	NULL
};

/* -- what the host has --------------------------------------------------------------- */

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

/* Of a VLAN and a VRF, a number comes first. */
static void read_data(struct link *link, const struct nlattr *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data) {
		if (link->kind == LINK_VRF && mnl_attr_get_type(attr) == IFLA_VRF_TABLE)
			link->number = mnl_attr_get_u32(attr);
		else if (link->kind == LINK_VLAN && mnl_attr_get_type(attr) == IFLA_VLAN_ID)
			link->number = mnl_attr_get_u16(attr);
		else if (link->kind == LINK_VLAN && mnl_attr_get_type(attr) == IFLA_VLAN_PROTOCOL)
			link->protocol = ntohs(mnl_attr_get_u16(attr));
	}
}

static void read_info(struct link *link, const struct nlattr *info)
{
	const struct nlattr *attr;
	char word[IFNAMSIZ] = "";
	int kind;

	if (!info)
		return;
	mnl_attr_for_each_nested(attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND) {
			snprintf(word, sizeof(word), "%.*s", mnl_attr_get_payload_len(attr),
				 (const char *)mnl_attr_get_payload(attr));
			kind = word_number(link_kinds, word);
			link->kind = kind < 0 ? LINK_VETH : kind;
		} else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA) {
			read_data(link, attr);
		}
	}
}

static struct link *new_link(struct doctor *d, const char *name, unsigned int index)
{
	struct link *link = pool_zero(d, sizeof(*link));

	link->name = text(d, "%s", name);
	link->index = index;
	link->wire = index;
	link->mac[0] = 2;
	index = htonl(index);
	memcpy(link->mac + 2, &index, sizeof(index));
	return link;
}

static void read_mac(struct link *link, const struct nlattr *mac)
{
	if (mac && mnl_attr_get_payload_len(mac) == sizeof(link->mac) &&
	    !(*(unsigned char *)mnl_attr_get_payload(mac) & 1) &&
	    memcmp(mnl_attr_get_payload(mac), "\0\0\0\0\0", sizeof(link->mac)))
		memcpy(link->mac, mnl_attr_get_payload(mac), sizeof(link->mac));
}

static struct link *read_link(struct doctor *d, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	struct link_attrs a = { };
	struct link *link;

	mnl_attr_parse(nlh, sizeof(*header), note_attr, &a);
	link = new_link(d, mnl_attr_get_str(a.attrs[IFLA_IFNAME]), header->ifi_index);
	link->flags = header->ifi_flags;
	link->mtu = number(&a, IFLA_MTU);
	link->master = number(&a, IFLA_MASTER);
	read_info(link, a.attrs[IFLA_LINKINFO]);
	if (!a.attrs[IFLA_LINK_NETNSID])
		link->lower = number(&a, IFLA_LINK);
	read_mac(link, a.attrs[IFLA_ADDRESS]);
	return link;
}

/*
 * The tunnels of clients may be thousands, and none matters here: one that neither has a
 * role nor a default route.
 */
static bool is_clients(const struct doctor *d, const struct link *link)
{
	const struct known_route *k;
	__u16 name;

	if (!(link->flags & IFF_POINTOPOINT) || strncmp(link->name, "ppp", 3))
		return false;
	name = ifname_number(link->name);
	for (k = d->routes; k; k = k->next)
		if (route_leads_by(&k->route, name))
			return false;
	return role_of(d, name) == PPTPGW_ROLE_NONE;
}

struct link *read_links(struct doctor *d, const struct messages *messages)
{
	struct link *first = NULL, **last = &first, *link;
	const struct message *m;

	for (m = messages->first; m; m = m->next) {
		link = read_link(d, &m->nlh);
		if (link->flags & IFF_LOOPBACK || is_clients(d, link))
			continue;
		*last = link;
		last = &link->next;
	}
	return first;
}

struct link *find_link(struct link *links, unsigned int index)
{
	while (links && links->index != index)
		links = links->next;
	return links;
}

struct link *find_link_named(struct link *links, const char *name)
{
	while (links && strcmp(links->name, name))
		links = links->next;
	return links;
}

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

/* Commands for ip(8), a line each. */
static struct {
	FILE *file;
	char *text;
	size_t size;
} batch;

static FILE *begin_batch(void)
{
	batch.file = open_memstream(&batch.text, &batch.size);
	if (!batch.file)
		err(EXIT_KERNEL, NULL);
	return batch.file;
}

/* In the present network namespace. What fails is left out. */
static void run_batch(void)
{
	fclose(batch.file);
	free(run_program(batch.text, "ip", "-force", "-batch", "-"));
	free(batch.text);
}

static void put_kind(FILE *to, const struct link *link)
{
	fprintf(to, " type %s", link_kinds[link->kind]);
	if (link->kind == LINK_VRF)
		fprintf(to, " table %u", link->number);
	else if (link->kind == LINK_VLAN)
		fprintf(to, " proto %#x id %u", link->protocol, link->number);
	else if (link->kind == LINK_BOND)
		/* It needs no partner. */
		fprintf(to, " mode active-backup");
	else if (link->kind == LINK_MACVLAN)
		/* Each frame is sent to its sender's address: others would loop it. */
		fprintf(to, " mode private");
}

/* A bridge inherits its address. */
static void put_link(FILE *to, struct link *links, const struct link *link, int world)
{
	__u32 mtu = link->mtu < MTU_MIN || link->mtu > MTU_MAX ? MTU_MAX : link->mtu;
	const unsigned char *m = link->mac;

	fprintf(to, "link add");
	if (link->kind >= LINK_VLAN)
		fprintf(to, " link %s", find_link(links, link->lower)->name);
	fprintf(to, " name %s index %u", link->name, link->index);
	if (link->kind != LINK_VRF)
		fprintf(to, " mtu %u arp off", mtu);
	if (link->kind != LINK_BRIDGE && link->kind != LINK_VRF)
		fprintf(to, " address %02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
			m[5]);
	put_kind(to, link);
	if (link->kind == LINK_VETH)
		fprintf(to, " peer name %s index %u mtu %u arp off netns /proc/%d/fd/%d",
			link->name, link->index, mtu, getpid(), world);
	fprintf(to, "\n");
}

/* What it lies on comes before it. */
static void put_upon(FILE *to, struct link *links, struct link *link, int world)
{
	if (link->made)
		return;
	link->made = true;
	if (link->kind >= LINK_VLAN)
		put_upon(to, links, find_link(links, link->lower), world);
	put_link(to, links, link, world);
}

/* A port must be down when it gets its master. */
static void make_all(struct link *links, int world)
{
	FILE *to = begin_batch();
	struct link *link;

	for (link = links; link; link = link->next)
		put_upon(to, links, link, world);
	for (link = links; link; link = link->next)
		if (link->master)
			fprintf(to, "link set dev %s master %s\n", link->name,
				find_link(links, link->master)->name);
	for (link = links; link; link = link->next)
		if (link->flags & IFF_UP || link->kind == LINK_VRF)
			fprintf(to, "link set dev %s up\n", link->name);
	fprintf(to, "link set dev lo up\n");
	run_batch();
	for (link = links; link; link = link->next)
		link->made = if_nametoindex(link->name) == link->index;
}

/*
 * The other end of a VLAN is one, too; that of the others is the one below. The process is in
 * the world meanwhile.
 */
static void make_wires(struct link *links, int world)
{
	int copy = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct link *link, *below;
	FILE *to;

	if (copy < 0 || setns(world, CLONE_NEWNET) < 0)
		return;
	to = begin_batch();
	for (link = links; link; link = link->next) {
		if (link->kind == LINK_VLAN) {
			below = find_link(links, find_link(links, link->lower)->wire);
			fprintf(to, "link add link %s name %s index %u arp off", below->name,
				link->name, link->index);
			put_kind(to, link);
			fprintf(to, "\n");
		}
		if (link->wire == link->index)
			fprintf(to, "link set dev %s up\n", link->name);
	}
	run_batch();
	setns(copy, CLONE_NEWNET);
	close(copy);
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
	struct link *links = read_links(d, &r->links);

	arrange(links);
	make_all(links, world);
	links = keep_made(d, links);
	make_wires(links, world);
	return links;
}

struct link *add_ppp(struct doctor *d, struct link *links, int world, __u32 local, __u32 peer)
{
	unsigned int index = 1, number = 0;
	struct link *link;
	FILE *to;

	for (link = links; link; link = link->next)
		if (link->index > index)
			index = link->index;
	while (find_link_named(links, text(d, "ppp%u", number)))
		number++;
	link = new_link(d, text(d, "ppp%u", number), index + 1);
	link->mtu = 1400;
	link->flags = IFF_UP;
	make_all(link, world);
	if (!link->made)
		return NULL;
	make_wires(link, world);
	to = begin_batch();
	fprintf(to, "addr add %s peer %s dev %s\n", text_of_address(d, local),
		text_of_address(d, peer), link->name);
	run_batch();
	link->next = links;
	return link;
}
