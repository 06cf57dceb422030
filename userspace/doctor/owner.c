// SPDX-License-Identifier: GPL-2.0
/*
 * Who brings default routes: programs that run, and their files. And what those
 * programs would do to ours.
 */
#include "doctor/owner.h"

#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <sys/stat.h>

#include "doctor/finding.h"
#include "lib/files.h"
#include "lib/tables.h"

#define NETWORKD_FILES "{/etc,/run,/usr/lib}/systemd/network/*.network"
#define NM_FILES "/{etc,run}/NetworkManager/system-connections/*"
#define IFUPDOWN_FILES "/etc/network/{interfaces,interfaces.d/*}"

/* The kernel cuts the names of processes. */
#define NETWORKD "systemd-network"
#define NM "NetworkManager"

static bool has_argument(const char *pid, const char *arg)
{
	char path[PATH_MAX], buf[4096], *p;
	size_t len, arg_len = strlen(arg);
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(buf, 1, sizeof(buf) - 1, file);
	fclose(file);
	buf[len] = '\0';
	for (p = buf; p < buf + len; p += strlen(p) + 1)
		if (!strncmp(p, arg, arg_len) && (!p[arg_len] || p[arg_len] == ' '))
			return true;
	return false;
}

/* What cannot be read counts as being here. */
static bool is_in_our_netns(const char *pid)
{
	struct stat own, other;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	return stat("/proc/self/ns/net", &own) < 0 || stat(path, &other) < 0 ||
	       own.st_ino == other.st_ino;
}

static bool runs(const char *pid, const char *comm, const char *arg)
{
	char path[PATH_MAX], buf[32];

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	return isdigit(*pid) && file_first_line(path, buf, sizeof(buf)) && !strcmp(buf, comm) &&
	       is_in_our_netns(pid) && (!arg || has_argument(pid, arg));
}

static int find_process(const char *comm, const char *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int pid = 0;

	while (dir && !pid && (entry = readdir(dir)))
		if (runs(entry->d_name, comm, arg))
			pid = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return pid;
}

/**
 * struct search - for what a program's files say of an interface
 * @dev: the interface
 * @matches: the present file or stanza is about it
 * @never: it says that there is to be no default route
 * @path: of the present file
 * @found: file and line, or NULL
 */
struct search {
	struct doctor *d;
	const char *dev;
	bool matches, never;
	char path[256];
	const char *found;
};

static void note(struct search *s, const struct file_line *line)
{
	s->found = text(s->d, "%s:%u", line->path, line->number);
}

static bool is_no(const char *value)
{
	return !strcasecmp(value, "no") || !strcasecmp(value, "false") ||
	       !strcasecmp(value, "off") || !strcmp(value, "0");
}

/* "Name=" of [Match] has patterns, apart by space. */
static bool name_matches(const char *patterns, const char *dev)
{
	char *copy = strdup(patterns), *rest = copy, *word;
	bool matches = false;

	while (!matches && (word = strsep(&rest, " \t")))
		matches = *word && !fnmatch(word, dev, 0);
	free(copy);
	return matches;
}

static void begin_file(struct search *s, const struct file_line *line)
{
	if (!strcmp(s->path, line->path))
		return;
	snprintf(s->path, sizeof(s->path), "%s", line->path);
	s->matches = false;
	s->never = false;
}

static bool read_networkd(struct file_line *line, void *data)
{
	struct search *s = data;
	const char *value;

	begin_file(s, line);
	value = file_value(line->text, "Name");
	if (!strcmp(line->section, "Match") && value)
		s->matches = name_matches(value, s->dev);
	value = file_value(line->text, "Gateway") ?: file_value(line->text, "DHCP");
	if (s->matches && value && !is_no(value) && strcasecmp(value, "ipv6"))
		note(s, line);
	value = file_value(line->text, "UseRoutes") ?: file_value(line->text, "UseGateway");
	if (s->matches && value && is_no(value))
		s->found = NULL;
	return true;
}

/* A profile has its interface in [connection], before [ipv4]. */
static bool read_nm(struct file_line *line, void *data)
{
	struct search *s = data;
	const char *value;

	begin_file(s, line);
	value = file_value(line->text, "interface-name");
	if (value)
		s->matches = !strcmp(value, s->dev);
	if (!s->matches || strcmp(line->section, "ipv4"))
		return true;
	value = file_value(line->text, "never-default");
	if (value && !is_no(value)) {
		s->never = true;
		s->found = NULL;
	}
	value = file_value(line->text, "method");
	if (!s->never && ((value && !strcmp(value, "auto")) || file_value(line->text, "gateway")))
		note(s, line);
	return true;
}

static bool read_ifupdown(struct file_line *line, void *data)
{
	struct search *s = data;
	const char *value = file_value(line->text, "iface");
	size_t len = strlen(s->dev);

	if (value) {
		s->matches = !strncmp(value, s->dev, len) && value[len] == ' ';
		if (s->matches && strstr(value, " dhcp"))
			note(s, line);
	}
	if (s->matches && file_value(line->text, "gateway"))
		note(s, line);
	return true;
}

static const char *find_in(struct doctor *d, const char *files, const char *dev,
			   bool (*cb)(struct file_line *line, void *data))
{
	struct search s = { .d = d, .dev = dev };

	files_read(files, cb, &s);
	return s.found;
}

/* What stands between the owners found so far and the next one. */
static const char *join(struct doctor *d, const char *owners, const char *next)
{
	return *owners ? text(d, "%s; %s", owners, next) : next;
}

static const char *add_programs(struct doctor *d, const char *owners, const char *dev)
{
	static const char *const clients[] = { "dhclient", "dhcpcd", "udhcpc" };
	size_t i;
	int pid;

	for (i = 0; i < sizeof(clients) / sizeof(*clients); i++) {
		pid = find_process(clients[i], dev);
		if (pid)
			owners = join(d, owners, text(d, "%s (process %d)", clients[i], pid));
	}
	return owners;
}

static const char *add_files(struct doctor *d, const char *owners, const char *dev)
{
	static const struct {
		const char *name, *files;
		bool (*read)(struct file_line *line, void *data);
	} sources[] = {
		{ "systemd-networkd", NETWORKD_FILES, read_networkd },
		{ "NetworkManager", NM_FILES, read_nm },
		{ "ifupdown", IFUPDOWN_FILES, read_ifupdown },
	};
	const char *found;
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		found = find_in(d, sources[i].files, dev, sources[i].read);
		if (found)
			owners = join(d, owners, text(d, "%s (%s)", sources[i].name, found));
	}
	return owners;
}

/* Routing daemons have protocols of their own. */
static const char *daemon_of(__u8 protocol)
{
	switch (protocol) {
	case RTPROT_BIRD:
		return "BIRD (/etc/bird/bird.conf)";
	case RTPROT_ZEBRA:
	case RTPROT_BGP:
	case RTPROT_ISIS:
	case RTPROT_OSPF:
	case RTPROT_RIP:
	case RTPROT_EIGRP:
		return "FRR (/etc/frr)";
	case RTPROT_KERNEL:
		return "the kernel";
	default:
		return "";
	}
}

const char *owner_of_route(struct doctor *d, const struct route *route, __u16 dev)
{
	const char *owners = daemon_of(route->protocol);
	const char *protocol = text(d, "%s", protocol_name(route->protocol));

	if (route->protocol == ROUTE_PROTOCOL)
		owners = "'pptpgw route apply'";
	if (!*owners) {
		owners = add_programs(d, owners, ifname(dev));
		owners = add_files(d, owners, ifname(dev));
	}
	if (!*owners)
		owners = "no program or file known here: by hand, or by a script";
	return text(d, "protocol %s: %s", protocol, owners);
}

static bool read_foreign(struct file_line *line, void *data)
{
	const char *value = file_value(line->text, "ManageForeignRoutes");
	bool *manages = data;

	if (!strcmp(line->section, "Network") && value)
		*manages = !is_no(value);
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
	bool manages = true;
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
	if (!iface || !d->conf.route_count || !find_process(NETWORKD, NULL))
		return;
	files_read("/etc/systemd/networkd.conf", read_foreign, &manages);
	files_read("{/usr/lib,/run,/etc}/systemd/networkd.conf.d/*.conf", read_foreign, &manages);
	f.what = text(d, "systemd-networkd manages foreign routes, and %s", iface->name);
	if (manages)
		report(d, &f);
}

static void check_nm(struct doctor *d, const struct iface *iface)
{
	const char *found = find_in(d, NM_FILES, iface->name, read_nm);
	const struct finding f = {
		.id = "nm-never-default",
		.severity = SEVERITY_WARNING,
		.what = text(d, "NetworkManager may set a default route through %s",
			     iface->name),
		.breaks = "the next lease or activation brings a second default route",
		.owner = found,
		.fix = text(d, "nmcli connection modify \"$(%s %s)\" ipv4.never-default yes",
			    "nmcli -g GENERAL.CONNECTION device show", iface->name),
	};

	if (found)
		report(d, &f);
}

void check_managers(struct doctor *d)
{
	const struct iface *iface;

	check_networkd(d);
	if (!find_process(NM, NULL))
		return;
	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->role == PPTPGW_ROLE_CORPORATE)
			check_nm(d, iface);
}
