// SPDX-License-Identifier: GPL-2.0
/*
 * Who brings routes: programs that run, and their files. And what those programs would
 * do to ours.
 */
#include "doctor/owner.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <linux/rtnetlink.h>

#include "doctor/place.h"
#include "doctor/process.h"
#include "lib/files.h"
#include "lib/tables.h"
#include "route/route.h"

/* The kernel cuts the names of processes. */
#define NETWORKD "systemd-network"
#define NM "NetworkManager"

#define NETWORKD_CONF "/{etc,run,usr/lib}/systemd/networkd.conf.d/*.conf"

/* What cloud-init writes, it writes again. */
#define NO_CLOUD "echo 'network: {config: disabled}' >/etc/cloud/cloud.cfg.d/99-pptpgw.cfg && "

/* What a command may need beside its place. */
struct words {
	const char *dev, *gateway, *local, *protocol, *dst;
	__u32 number;
};

/* -- commands ---------------------------------------------------------------------- */

static const char *quoted(struct doctor *d, const char *word)
{
	return strpbrk(word, " \t'\"$&;|<>()*?[]\\`!#~") ? text(d, "\"%s\"", word) : word;
}

static const char *lines_of(struct doctor *d, const struct place *p)
{
	return p->last > p->first ? text(d, "%u,%u", p->first, p->last)
				  : text(d, "%u", p->first);
}

/* nmcli(1) takes a file's name for the profile's. */
static const char *id_of(struct doctor *d, const struct place *p)
{
	const char *name = basename(p->path);

	return quoted(d, p->id ?: text(d, "%.*s", (int)strcspn(name, "."), name));
}

static const char *value_of(struct doctor *d, char letter, const struct place *p,
			    const struct words *w)
{
	switch (letter) {
	case 'i':
		return w->dev;
	case 'f':
		return quoted(d, p->path);
	case 'b':
		return quoted(d, basename(p->path));
	case 'l':
		return lines_of(d, p);
	case 't':
		return p->text;
	case 'u':
		return id_of(d, p);
	case 'k':
		return p->kind_of_unit ?: "ethernets";
	case 'g':
		return w->gateway;
	case 'a':
		return w->local;
	case 'P':
		return w->protocol;
	default:
		return text(d, "%u", w->number);
	}
}

/* See manager.h; NULL if there is no such value. */
static const char *command(struct doctor *d, const char *model, const struct place *p,
			   const struct words *w)
{
	const char *s = "", *at, *value;

	while (model && (at = strchr(model, '%'))) {
		value = value_of(d, at[1], p, w);
		if (!value)
			return NULL;
		s = text(d, "%s%.*s%s", s, (int)(at - model), model, value);
		model = at + 2;
	}
	return model ? text(d, "%s%s", s, model) : NULL;
}

static const struct manager *manager_of(const char *name)
{
	const struct manager *m = managers;

	while (strcmp(m->name, name))
		m++;
	return m;
}

/* ifupdown prefers dhclient to others that get leases. */
static const char *command_without(struct doctor *d, const struct place *p,
				   const struct words *w)
{
	const struct manager *m = p->manager;
	const char *model = m->by_line;

	if (p->kind == PLACE_LEASE && w->dst)
		model = (m->by_lease ? m : manager_of("dhclient"))->by_lease_of;
	else if (p->any && m->by_any)
		model = m->by_any;
	else if (p->kind == PLACE_LEASE)
		model = m->by_lease ?: manager_of("dhclient")->by_lease;
	else if (p->kind == PLACE_ONLY && m->by_only)
		model = m->by_only;
	if (model == m->by_line && p->path && strstr(p->path, "cloud-init"))
		model = text(d, "%s%s", NO_CLOUD, model);
	return command(d, model, p, w);
}

/* -- owners ------------------------------------------------------------------------ */

static const char *text_of_place(struct doctor *d, const struct place *p)
{
	const char *name = p->manager->name;
	const char *where = p->first ? text(d, ", %s:%u", p->path, p->first) : "";

	if (p->pid)
		return text(d, "%s (process %d%s%s)", name, p->pid,
			    p->all ? ", for all interfaces" : "", where);
	return text(d, "%s (%s)", name, *where ? where + 2 : p->path);
}

/* What netplan generates is not to be changed. */
static bool is_generated(const struct place *p, const char *owners)
{
	return owners && p->path && strstr(p->path, "netplan-") && strstr(owners, "netplan (");
}

static bool is_daemons(const struct manager *m, int protocol)
{
	if (protocol == RTPROT_ZEBRA)
		protocol = RTPROT_BGP;
	return protocol >= m->daemon[0] && protocol <= m->daemon[1];
}

/* That of a daemon which names no file is somewhere in its files. */
static bool find_owner(struct doctor *d, const struct manager *m, const struct target *t,
		       bool daemon, struct place *place)
{
	if (find_place(d, m, t, false, place))
		return true;
	*place = (struct place){ .manager = m, .path = m->where, .kind = PLACE_LEASE };
	return daemon && !t->dst && m->where;
}

static void find_owners(struct doctor *d, const struct target *t, int protocol,
			struct words *w, struct finding *f)
{
	const struct manager *m;
	bool daemon = false;
	struct place place;

	for (m = managers; m->name; m++)
		daemon |= is_daemons(m, protocol);
	for (m = managers; m->name; m++) {
		if ((m->daemon[0] ? !is_daemons(m, protocol) : daemon) || (f->owner && daemon) ||
		    !find_owner(d, m, t, daemon, &place) || is_generated(&place, f->owner))
			continue;
		f->owner = join(d, f->owner, "; ", text_of_place(d, &place));
		f->lasts = join(d, f->lasts, "; ", command_without(d, &place, w));
	}
}

static const char *prefix_of(struct doctor *d, const struct route *r)
{
	char dst[INET6_ADDRSTRLEN];

	if (!r || !r->dst_len)
		return NULL;
	inet_ntop(r->family, r->dst, dst, sizeof(dst));
	return text(d, "%s/%u", dst, r->dst_len);
}

/* 0/1 is a default route, too. */
void name_owner(struct doctor *d, const struct route *route, __u16 dev, struct finding *f)
{
	const char *protocol = text(d, "%s", protocol_name(route->protocol));
	struct words w = { .dev = ifname(dev), .protocol = protocol };
	char gateway[INET6_ADDRSTRLEN] = "";
	struct target t;
	int i;

	target_set(&t, w.dev);
	for (i = 0; i < route->hop_count; i++)
		if (route_hops(route)[i].name == dev && route_hops(route)[i].family)
			inet_ntop(route_hops(route)[i].family, route_hops(route)[i].gateway,
				  gateway, sizeof(gateway));
	t.gateway = gateway;
	t.dst = route_is_default(route) ? NULL : prefix_of(d, route);
	t.lease = route->protocol == RTPROT_DHCP;
	w.dst = t.dst;
	f->owner = NULL;
	if (route->protocol == RTPROT_KERNEL)
		f->owner = "the kernel";
	else if (route->protocol == ROUTE_PROTOCOL)
		f->owner = "'pptpgw route apply'";
	else
		find_owners(d, &t, route->protocol, &w, f);
	f->owner = text(d, "protocol %s: %s", protocol,
			f->owner ?: "no program or file known here: by hand, or by a script");
}

/* -- who sets up an interface ------------------------------------------------------ */

static const char *command_with(struct doctor *d, const struct words *w, bool rule)
{
	const struct manager *m;
	struct place place;
	struct target t;

	target_set(&t, w->dev);
	for (m = managers; m->name; m++)
		if ((rule ? m->add_rule : m->add_route) && find_place(d, m, &t, true, &place))
			return command(d, rule ? m->add_rule : m->add_route, &place, w);
	return NULL;
}

void last_route(struct doctor *d, const char *dev, const char *gateway, __u32 metric,
		struct finding *f)
{
	const struct words w = { .dev = dev, .gateway = gateway, .number = metric };

	f->lasts = command_with(d, &w, false);
}

/* Whoever sends replies to @dev should not; else it is for whoever sets up the uplink. */
void last_rule(struct doctor *d, const char *dev, const char *local, __u32 pref,
	       struct finding *f)
{
	struct words w = { .dev = dev, .local = local, .number = pref };
	const char *with = command_with(d, &w, true);
	const struct address *a;

	for (a = d->addresses; a && !with; a = a->next) {
		w.dev = a->dev;
		if (!strcmp(text_of_address(d, a->address), local))
			with = command_with(d, &w, true);
	}
	f->lasts = join(d, f->lasts, "; ", with);
}

/* -- what they do to our routes ---------------------------------------------------- */
static bool read_foreign(struct file_line *line, void *data)
{
	const char *value = file_value(line->text, "ManageForeignRoutes");
	bool *manages = data;

	if (!strcmp(line->section, "Network") && value)
		*manages = fnmatch("@(no|false|off|0|n|f)", value,
				   FNM_EXTMATCH | FNM_CASEFOLD);
	return true;
}

static bool read_state(struct file_line *line, void *data)
{
	const char *value = file_value(line->text, "ADMIN_STATE");
	bool *managed = data;

	if (value)
		*managed = strcmp(value, "unmanaged");
	return true;
}

/* networkd knows this link as one of its own. */
static bool is_networkds(const struct iface *iface)
{
	bool managed = false;
	char path[64];

	snprintf(path, sizeof(path), "/run/systemd/netif/links/%u", iface->state.index);
	files_read(path, read_state, &managed);
	return managed;
}

/* The routes of the corporate side lead by corporate interfaces. */
static void check_networkd(struct doctor *d)
{
	const struct iface *iface = d->ifaces;
	bool manages = true, all;
	struct finding f = {
		.id = "networkd-foreign-routes",
		.severity = SEVERITY_WARNING,
		.breaks = "it deletes the routes of pptpgw when it sets up that interface again",
		.owner = "systemd-networkd: ManageForeignRoutes in /etc/systemd/networkd.conf",
		.fix = text(d, "mkdir -p %s && printf '%s' >%s/pptpgw.conf && %s",
			    "/etc/systemd/networkd.conf.d", "[Network]\\nManageForeignRoutes=no\\n",
			    "/etc/systemd/networkd.conf.d", "systemctl restart systemd-networkd"),
	};

	while (iface && (iface->role != PPTPGW_ROLE_CORPORATE || !is_networkds(iface)))
		iface = iface->next;
	if (!iface || !d->conf.route_count || !find_process(NETWORKD, NULL, &all))
		return;
	files_read("/etc/systemd/networkd.conf", read_foreign, &manages);
	files_read_by_name(NETWORKD_CONF, read_foreign, &manages);
	f.what = text(d, "systemd-networkd manages foreign routes, and %s", iface->name);
	if (manages)
		report(d, &f);
}

/* Unless it has done so. */
static void check_nm(struct doctor *d, const struct iface *iface)
{
	struct words w = { .dev = iface->name };
	const struct finding *other;
	struct place place;
	struct target t;
	struct finding f = {
		.id = "nm-never-default",
		.severity = SEVERITY_WARNING,
		.what = text(d, "NetworkManager may set a default route through %s",
			     iface->name),
		.breaks = "the next lease or activation brings a second default route",
	};

	target_set(&t, iface->name);
	if (!find_place(d, manager_of(NM), &t, false, &place))
		return;
	f.owner = text(d, "%s:%u", place.path, place.first);
	f.cause = text(d, "%s %s", f.id, f.owner);
	f.fix = command_without(d, &place, &w);
	for (other = d->findings; other; other = other->next)
		if (other->lasts && f.fix && strstr(other->lasts, f.fix))
			return;
	report(d, &f);
}

void check_managers(struct doctor *d)
{
	const struct iface *iface;
	bool all;

	check_networkd(d);
	if (!find_process(NM, NULL, &all))
		return;
	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->role == PPTPGW_ROLE_CORPORATE)
			check_nm(d, iface);
}
