// SPDX-License-Identifier: GPL-2.0
#include "route/stack.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/ifnames.h"
#include "lib/memory.h"
#include "route/local.h"
#include "route/rtnl.h"

/**
 * struct link - an interface
 * @index: its number
 * @below: the interface that it stands on, 0 if none
 * @master: the bridge, bond or VRF that it is a port of, 0 if none
 * @kind: "vlan", "macvlan"...; "" if it is none
 * @name: its name
 */
struct link {
	__u32 index, below, master;
	char kind[16];
	char name[IF_NAMESIZE];
};

struct stack {
	const struct conf *conf;
	struct link *links;
	unsigned int count;
	struct local local;
};

static void copy_string(char *to, size_t size, const struct nlattr *attr)
{
	if (!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
		snprintf(to, size, "%s", mnl_attr_get_str(attr));
}

static __u32 number(const struct nlattr *attr)
{
	return mnl_attr_validate(attr, MNL_TYPE_U32) ? 0 : mnl_attr_get_u32(attr);
}

static void read_kind(const struct nlattr *nest, struct link *l)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			copy_string(l->kind, sizeof(l->kind), attr);
}

/* What stands on an interface of another network namespace stands on none here. */
static int read_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct link l = { .index = ifi->ifi_index };
	const struct nlattr *attr;
	struct stack *s = data;
	bool elsewhere = false;

	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			copy_string(l.name, sizeof(l.name), attr);
		else if (mnl_attr_get_type(attr) == IFLA_LINK)
			l.below = number(attr);
		else if (mnl_attr_get_type(attr) == IFLA_MASTER)
			l.master = number(attr);
		else if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			read_kind(attr, &l);
		elsewhere |= mnl_attr_get_type(attr) == IFLA_LINK_NETNSID;
	}
	if (elsewhere)
		l.below = 0;
	s->links = grow(s->links, s->count, sizeof(l));
	s->links[s->count++] = l;
	return MNL_CB_OK;
}

static const struct link *find_link(const struct stack *s, __u32 index)
{
	unsigned int i;

	for (i = 0; i < s->count; i++)
		if (s->links[i].index == index)
			return &s->links[i];
	return NULL;
}

static bool has_line(const struct stack *s, const struct link *l)
{
	return conf_find_dev(s->conf, ifname_number(l->name));
}

static bool is_macvlan(const struct link *l)
{
	return !strcmp(l->kind, "macvlan") || !strcmp(l->kind, "ipvlan");
}

/* The other end of a veth, or a tunnel, names an interface in the same way. */
static bool is_upper(const struct link *l, const struct link *lower)
{
	return l->below == lower->index && (is_macvlan(l) || !strcmp(l->kind, "vlan"));
}

/* keepalived's use_vmac has such a one for the virtual address alone. */
static void check_upper(const struct stack *s, const struct conf_dev *d, const struct link *upper,
			bool has_address)
{
	const char *file = s->conf->files[d->file], *name;

	if (has_line(s, upper) || !local_is_on(&s->local, upper->index))
		return;
	name = ifname(d->name);
	if (is_macvlan(upper))
		diag("%s:%u: packets to the address of %s, a %s of %s, need a line for %s", file,
		     d->line, upper->name, upper->kind, name, upper->name);
	else if (!has_address)
		diag("%s:%u: %s has no IPv4 address, but %s on top of it has: %s needs the role",
		     file, d->line, name, upper->name, upper->name);
}

static void check_dev(const struct stack *s, const struct conf_dev *d)
{
	const struct link *l = find_link(s, if_nametoindex(ifname(d->name)));
	const struct link *master = l ? find_link(s, l->master) : NULL, *upper;
	const char *file = s->conf->files[d->file];

	if (!l)
		return;
	if (!strcmp(l->kind, "vrf") && d->set.role == PPTPGW_ROLE_INTERNET) {
		diag("%s:%u: %s is a VRF, whose members the packets come in by: they need the role",
		     file, d->line, l->name);
		return;
	}
	if (master && strcmp(master->kind, "vrf")) {
		diag("%s:%u: %s is a port of %s, by which its packets come in: %s needs the role",
		     file, d->line, l->name, master->name, master->name);
		return;
	}
	for (upper = s->links; upper < s->links + s->count; upper++)
		if (is_upper(upper, l))
			check_upper(s, d, upper, local_is_on(&s->local, l->index));
}

void stack_check(const struct conf *conf)
{
	struct stack s = { .conf = conf };
	const struct conf_dev *d;
	size_t header;
	struct nl nl;

	if (!conf->dev_count || rtnl_open(&nl))
		return;
	local_read(&s.local, &nl);
	header = nl.header;
	nl.header = sizeof(struct ifinfomsg);
	nl_begin(&nl, RTM_GETLINK, NLM_F_DUMP);
	nl_request(&nl, read_link, &s);
	nl.header = header;
	for (d = conf->devs; d < conf_devs_end(conf); d++)
		if (d->set.role != PPTPGW_ROLE_NONE)
			check_dev(&s, d);
	nl_close(&nl);
	free(s.links);
	free(s.local.list);
}
