// SPDX-License-Identifier: GPL-2.0
#include "doctor/stack.h"

#include <linux/rtnetlink.h>

#include "doctor/finding.h"
#include "doctor/links.h"
#include "doctor/route.h"
#include "genl/names.h"
#include "lib/words.h"

static bool has_address(const struct doctor *d, const char *dev)
{
	const struct address *a;

	for (a = d->addresses; a; a = a->next)
		if (!strcmp(a->dev, dev))
			return true;
	return false;
}

static bool is_active(const struct doctor *d, const char *dev)
{
	return d->active && !strcmp(ifname(d->active->hop.name), dev);
}

/* If there are more, the one that the default route leads by. */
static struct link *upper_of(const struct doctor *d, struct link *links, const struct link *lower)
{
	struct link *link, *found = NULL;

	for (link = links; link; link = link->next)
		if (link->kind >= LINK_VLAN && link->lower == lower->index &&
		    has_address(d, link->name) && (!found || is_active(d, link->name)))
			found = link;
	return found;
}

/* PPPoE: nothing but the default route tells. */
static struct link *dialled_by(const struct doctor *d, struct link *links,
			       const struct iface *iface)
{
	const char *name = d->active ? ifname(d->active->hop.name) : "";

	if (iface->role != PPTPGW_ROLE_INTERNET || strncmp(name, "ppp", 3))
		return NULL;
	return find_iface(d, d->active->hop.name) ? NULL : find_link_named(links, name);
}

/* The interface that gets its packets, or NULL if that is itself. */
static struct link *above(const struct doctor *d, struct link *links, const struct link *link)
{
	struct link *master = find_link(links, link->master);

	if (master && master->kind != LINK_VRF)
		return master;
	return has_address(d, link->name) ? NULL : upper_of(d, links, link);
}

/* -- what is found ----------------------------------------------------------------- */

static const char *all_files(struct doctor *d)
{
	const char *files = "";
	unsigned int i;

	for (i = 0; i < d->conf.file_count; i++)
		files = text(d, "%s %s", files, d->conf.files[i]);
	return files;
}

/* What has the changed configuration take effect. */
static const char *and_apply(struct doctor *d, bool corporate)
{
	const struct iface *iface = d->ifaces;

	while (iface && iface->live_role == UNSET)
		iface = iface->next;
	if (iface)
		return text(d, " && %s", tool_command(d, "up"));
	return corporate && d->conf.route_count ?
	       text(d, " && %s", tool_command(d, "route apply")) : "";
}

/* Dots are what they are in sed(1)'s patterns, too, as there is no other such name. */
static const char *command_to_move(struct doctor *d, const struct iface *iface, const char *to)
{
	const char *role = word_of(role_words, iface->role), *change;

	if (iface->conf_role == UNSET)
		return text(d, "pptpgw dev set %s role %s && pptpgw dev set %s role none", to,
			    role, iface->name);
	change = text(d, "s/([[:space:]])%s([[:space:]]|$)/\\1%s\\2/g", iface->name, to);
	if (find_iface(d, ifname_number(to)))
		change = text(d, "/^[[:space:]]*dev[[:space:]]+%s([[:space:]]|$)/d", iface->name);
	return text(d, "sed -i -E '%s'%s%s", change, all_files(d),
		    and_apply(d, iface->role == PPTPGW_ROLE_CORPORATE));
}

static void report_below(struct doctor *d, const struct iface *iface, const struct link *link,
			 const struct link *top)
{
	const struct finding f = {
		.id = "role-below",
		.severity = SEVERITY_ERROR,
		.what = text(d, "role %s is on %s, but its packets come in by %s, which %s",
			     word_of(role_words, iface->role), iface->name, top->name,
			     link->master ? "it is a port of" : "lies on it"),
		.breaks = "this role does nothing: no packet comes in or leaves by it",
		.owner = place_of_dev(d, iface->number),
		.fix = command_to_move(d, iface, top->name),
	};

	report(d, &f);
}

/* -- as it should be --------------------------------------------------------------- */

static void rename_in_conf(struct conf *conf, __u16 from, __u16 to)
{
	struct nexthop *hops;
	unsigned int i;
	int n;

	for (i = 0; i < conf->dev_count; i++)
		if (conf->devs[i].name == from)
			conf->devs[i].name = to;
	for (i = 0; i < conf->route_count; i++) {
		hops = (struct nexthop *)route_hops(&conf->routes[i]);
		for (n = 0; n < conf->routes[i].hop_count; n++)
			if (hops[n].name == from)
				hops[n].name = to;
	}
}

static void move_role(struct doctor *d, struct iface *iface, const char *name)
{
	__u16 to = ifname_number(name);
	struct iface **at = &d->ifaces;

	d->moved = true;
	rename_in_conf(&d->conf, iface->number, to);
	if (!find_iface(d, to)) {
		iface->number = to;
		iface->name = text(d, "%s", name);
		ifname_state(iface->name, &iface->state);
		return;
	}
	while (*at != iface)
		at = &(*at)->next;
	*at = iface->next;
}

static void check_role(struct doctor *d, struct link *links, struct iface *iface)
{
	struct link *link = find_link_named(links, iface->name), *top = link, *next;

	while (top && (next = above(d, links, top)))
		top = next;
	if (link && top == link && !has_address(d, iface->name))
		top = dialled_by(d, links, iface) ?: link;
	if (!link || top == link)
		return;
	report_below(d, iface, link, top);
	move_role(d, iface, top->name);
}

/* keepalived's: its addresses are the uplink's neighbours, and the uplink has its own. */
static void check_macvlan(struct doctor *d, struct link *links, const struct link *link)
{
	const struct link *lower = find_link(links, link->lower);
	const struct iface *uplink = lower ? find_iface(d, ifname_number(lower->name)) : NULL;
	struct finding f = {
		.id = "role-below",
		.severity = SEVERITY_ERROR,
		.breaks = "no reply to them is steered: pptpgw knows no ingress without a role",
	};

	if (link->kind != LINK_MACVLAN || !has_address(d, link->name) || !uplink ||
	    uplink->role != PPTPGW_ROLE_INTERNET || find_iface(d, ifname_number(link->name)))
		return;
	f.what = text(d, "clients that dial addresses of %s come in by it, but only %s has a role",
		      link->name, uplink->name);
	f.owner = place_of_dev(d, uplink->number);
	f.fix = text(d, "pptpgw dev set %s role internet && %s", link->name,
		     command_to_add_default(d, uplink, link->name));
	if (uplink->conf_role != UNSET)
		f.fix = text(d, "echo 'dev %s role internet' >>%s && %s%s", link->name,
			     d->conf.files[conf_find_dev(&d->conf, uplink->number)->file],
			     command_to_add_default(d, uplink, link->name), and_apply(d, false));
	report(d, &f);
}

void check_stack(struct doctor *d)
{
	struct messages messages = { };
	struct link *links, *link;
	struct iface *iface;

	record_some(d, &messages, RTM_GETLINK, sizeof(struct ifinfomsg), AF_UNSPEC);
	links = read_links(d, &messages);
	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->role != PPTPGW_ROLE_NONE)
			check_role(d, links, iface);
	for (link = links; link; link = link->next)
		check_macvlan(d, links, link);
}
