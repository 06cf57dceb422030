// SPDX-License-Identifier: GPL-2.0
/* Settings of the kernel that stand in the way. */
#include "doctor/sysctl.h"

#include <fnmatch.h>
#include <limits.h>

#include "lib/files.h"

int sysctl_ipv4(const char *key)
{
	char path[PATH_MAX], value[16];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", key);
	return file_first_line(path, value, sizeof(value)) ? atoi(value) : -1;
}

int sysctl_of_dev(const char *dev, const char *key)
{
	char path[128];

	snprintf(path, sizeof(path), "conf/%s/%s", dev, key);
	return sysctl_ipv4(path);
}

int rp_filter_of(const char *dev)
{
	int all = sysctl_ipv4("conf/all/rp_filter"), own = sysctl_of_dev(dev, "rp_filter");

	return all > own ? all : own;
}

struct search {
	struct doctor *d;
	const char *key, *found;
	struct file_line line;
};

/*
 * Both "net.ipv4.KEY" and "net/ipv4/KEY" do; "-" before it means to ignore errors. What
 * comes last wins.
 */
static bool find_key(struct file_line *line, void *data)
{
	char *c, *name = line->text + (*line->text == '-');
	struct search *s = data;

	for (c = name; *c && *c != '=' && *c != ' '; c++)
		if (*c == '/')
			*c = '.';
	name = strndupa(name, c - name);
	if (strncmp(name, "net.ipv4.", 9) || fnmatch(name + 9, s->key, 0))
		return true;
	s->found = text(s->d, "%s:%u", line->path, line->number);
	if (!strchr(name, '*') && !strncmp(line->path, "/etc/", 5)) {
		s->line = *line;
		s->line.path = text(s->d, "%s", line->path);
	}
	return true;
}

/* As systemd-sysctl(8) and sysctl(8) read them, and ufw after them. */
static void search_key(struct search *s)
{
	files_read_by_name("/{etc,run,usr/lib}/sysctl.d/*.conf", find_key, s);
	files_read("/etc/{sysctl.conf,ufw/sysctl.conf}", find_key, s);
}

const char *owner_of_sysctl(struct doctor *d, const char *key)
{
	struct search s = { .d = d, .key = key };

	search_key(&s);
	return s.found ?: "no file in /etc/sysctl.d: the kernel's default, or set by a program";
}

/* A dot in the interface's name is none between the parts of the key. */
void set_sysctl(struct doctor *d, struct finding *f, const char *dev, const char *key,
		const char *value)
{
	const char *parts = dev ? text(d, "conf/%s/%s", dev, key) : key, *name, *last;
	struct search s = { .d = d };
	char *dots, *c;

	dots = strdupa(parts);
	for (c = dots; *c; c++)
		if (*c == '/')
			*c = '.';
	name = dev && strchr(dev, '.') ? text(d, "net/ipv4/%s", parts)
				       : text(d, "net.ipv4.%s", dots);
	s.key = dots;
	search_key(&s);
	last = text(d, "echo '%s = %s' >>/etc/sysctl.d/99-pptpgw.conf", name, value);
	if (s.line.path)
		last = text(d, "sed -i '%us/=.*/= %s/' %s", s.line.number, value, s.line.path);
	f->lasts = join_commands(d, f->lasts, last);
	f->fix = text(d, f->fix ? "%s %s=%s" : "%s%s=%s", f->fix ?: "sysctl -w ", name, value);
}

static void check_forwarding(struct doctor *d)
{
	struct finding f = {
		.id = "ip-forward",
		.severity = SEVERITY_ERROR,
		.what = "this host does not forward packets: ip_forward is 0",
		.breaks = "clients get a tunnel, but reach nothing behind this host",
		.owner = owner_of_sysctl(d, "ip_forward"),
		.repair = repair_by_fix,
	};

	set_sysctl(d, &f, NULL, "ip_forward", "1");
	if (d->ifaces && !sysctl_ipv4("ip_forward"))
		report(d, &f);
}

/* The kernel takes the greater of the two, so that 2 on the interface is enough. */
static void check_rp_filter(struct doctor *d, const struct iface *iface, const struct route *right)
{
	int own = sysctl_of_dev(iface->name, "rp_filter");
	struct finding f = {
		.id = "rp-filter",
		.severity = SEVERITY_ERROR,
		.what = text(d, "rp_filter is strict on uplink %s, but replies go by %s",
			     iface->name, ifname(route_hops(right)->name)),
		.breaks = "the kernel drops what clients send to this uplink",
		.owner = owner_of_sysctl(d, own == 1 ? text(d, "conf.%s.rp_filter", iface->name) :
					 "conf.all.rp_filter"),
		.repair = repair_by_fix,
	};

	f.cause = text(d, "%s %s", f.id, f.owner);
	set_sysctl(d, &f, iface->name, "rp_filter", "2");
	if (rp_filter_of(iface->name) == 1)
		report(d, &f);
}

/* The kernel sends them if either of the two says so, before pptpgw sees the reply. */
static void check_redirects_by(struct doctor *d, const struct iface *iface)
{
	bool own = sysctl_of_dev(iface->name, "send_redirects") == 1;
	bool all = sysctl_of_dev("all", "send_redirects") == 1;
	struct finding f = {
		.id = "send-redirects",
		.severity = SEVERITY_WARNING,
		.what = text(d, "on %s this host redirects the server behind it to other routers",
			     iface->name),
		.breaks = "a default route through there makes it send its replies past pptpgw",
		.owner = owner_of_sysctl(d, all ? "conf.all.send_redirects" :
					 text(d, "conf.%s.send_redirects", iface->name)),
		.repair = repair_by_fix,
	};

	f.cause = text(d, "%s %s", f.id, f.owner);
	set_sysctl(d, &f, "all", "send_redirects", "0");
	set_sysctl(d, &f, iface->name, "send_redirects", "0");
	if (own || all)
		report(d, &f);
}

void check_redirects(struct doctor *d)
{
	const struct iface *iface;

	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->role == PPTPGW_ROLE_CORPORATE && is_there(iface))
			check_redirects_by(d, iface);
}

void check_sysctls(struct doctor *d)
{
	const struct route *right = find_default(d, true);
	const struct iface *iface;

	check_forwarding(d);
	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next))
		if (right && !route_leads_by(right, iface->number))
			check_rp_filter(d, iface, right);
}
