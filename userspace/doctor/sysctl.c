// SPDX-License-Identifier: GPL-2.0
/* Settings of the kernel that stand in the way. */
#include "doctor/sysctl.h"

#include <limits.h>

#include "doctor/finding.h"
#include "lib/files.h"

/* As systemd-sysctl(8) and sysctl(8) read them; what comes last wins. */
static const char *const sysctl_files[] = {
	"/usr/lib/sysctl.d/*.conf", "/run/sysctl.d/*.conf", "/etc/sysctl.d/*.conf",
	"/etc/sysctl.conf",
};

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
	const char *key;
	const char *found;
};

/* Both "net.ipv4.KEY" and "net/ipv4/KEY" do; "-" before it means to ignore errors. */
static bool find_key(struct file_line *line, void *data)
{
	struct search *s = data;
	char *c, *name = line->text + (*line->text == '-');

	for (c = name; *c && *c != '=' && *c != ' '; c++)
		if (*c == '/')
			*c = '.';
	if (!strncmp(name, "net.ipv4.", 9) && file_value(name + 9, s->key))
		s->found = text(s->d, "%s:%u", line->path, line->number);
	return true;
}

const char *owner_of_sysctl(struct doctor *d, const char *key)
{
	struct search s = { d, key, NULL };
	size_t i;

	for (i = 0; i < sizeof(sysctl_files) / sizeof(*sysctl_files); i++)
		files_read(sysctl_files[i], find_key, &s);
	return s.found ?: "no file in /etc/sysctl.d: the kernel's default, or set by a program";
}

/* A dot in the interface's name is none between the parts of the key. */
const char *sysctl_command(struct doctor *d, const char *dev, const char *key, const char *value)
{
	if (strchr(dev, '.'))
		return text(d, "sysctl -w net/ipv4/conf/%s/%s=%s", dev, key, value);
	return text(d, "sysctl -w net.ipv4.conf.%s.%s=%s", dev, key, value);
}

static void check_forwarding(struct doctor *d)
{
	const struct finding f = {
		.id = "ip-forward",
		.severity = SEVERITY_ERROR,
		.what = "this host does not forward packets: ip_forward is 0",
		.breaks = "clients get a tunnel, but reach nothing behind this host",
		.owner = owner_of_sysctl(d, "ip_forward"),
		.fix = "sysctl -w net.ipv4.ip_forward=1",
		.repair = fix_file,
		.path = "/proc/sys/net/ipv4/ip_forward",
		.value = "1",
	};

	if (d->ifaces && !sysctl_ipv4("ip_forward"))
		report(d, &f);
}

/* The kernel takes the greater of the two, so that 2 on the interface is enough. */
static void check_rp_filter(struct doctor *d, const struct iface *iface)
{
	int own = sysctl_of_dev(iface->name, "rp_filter");
	const struct finding f = {
		.id = "rp-filter",
		.severity = SEVERITY_ERROR,
		.what = text(d, "rp_filter is strict on uplink %s, but replies go by %s",
			     iface->name, ifname(active_dev(d))),
		.breaks = "the kernel drops what clients send to this uplink",
		.owner = owner_of_sysctl(d, own == 1 ? text(d, "conf.%s.rp_filter", iface->name) :
					 "conf.all.rp_filter"),
		.fix = sysctl_command(d, iface->name, "rp_filter", "2"),
		.repair = fix_file,
		.path = text(d, "/proc/sys/net/ipv4/conf/%s/rp_filter", iface->name),
		.value = "2",
	};

	if (rp_filter_of(iface->name) == 1)
		report(d, &f);
}

#define SEND_REDIRECTS "/proc/sys/net/ipv4/conf/%s/send_redirects"

static int fix_redirects(struct doctor *d, const struct finding *finding)
{
	struct finding all = *finding;

	all.path = text(d, SEND_REDIRECTS, "all");
	return fix_file(d, &all) ?: fix_file(d, finding);
}

/* The kernel sends them if either of the two says so, before pptpgw sees the reply. */
static void check_redirects_by(struct doctor *d, const struct iface *iface)
{
	bool own = sysctl_of_dev(iface->name, "send_redirects") == 1;
	bool all = sysctl_of_dev("all", "send_redirects") == 1;
	const struct finding f = {
		.id = "send-redirects",
		.severity = SEVERITY_WARNING,
		.what = text(d, "on %s this host redirects the server behind it to other routers",
			     iface->name),
		.breaks = "a default route through there makes it send its replies past pptpgw",
		.owner = owner_of_sysctl(d, all ? "conf.all.send_redirects" :
					 text(d, "conf.%s.send_redirects", iface->name)),
		.fix = text(d, "%s %s", sysctl_command(d, "all", "send_redirects", "0"),
			    sysctl_command(d, iface->name, "send_redirects", "0") +
			    strlen("sysctl -w ")),
		.repair = fix_redirects,
		.path = text(d, SEND_REDIRECTS, iface->name),
		.value = "0",
	};

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
	const struct iface *iface;

	check_forwarding(d);
	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next))
		if (d->active && !route_leads_by(d->active, iface->number))
			check_rp_filter(d, iface);
}
