// SPDX-License-Identifier: GPL-2.0
#include "doctor/linkinfo.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "lib/words.h"

const char *const link_kinds[] = {
	[LINK_VETH] = "veth",
	[LINK_BRIDGE] = "bridge",
	[LINK_BOND] = "bond",
	[LINK_VRF] = "vrf",
	[LINK_VLAN] = "vlan",
	[LINK_MACVLAN] = "macvlan",
	NULL
};

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

static enum link_kind kind_of(const struct link_attrs *a)
{
	const struct nlattr *info = a->attrs[IFLA_LINKINFO], *attr;
	char word[IFNAMSIZ] = "";
	int kind;

	if (!info)
		return LINK_VETH;
	mnl_attr_for_each_nested(attr, info)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			snprintf(word, sizeof(word), "%.*s", mnl_attr_get_payload_len(attr),
				 (const char *)mnl_attr_get_payload(attr));
	kind = word_number(link_kinds, word);
	return kind < 0 ? LINK_VETH : kind;
}

struct link *new_link(struct doctor *d, const char *name, unsigned int index)
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
	link->kind = kind_of(&a);
	link->info = a.attrs[IFLA_LINKINFO];
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
