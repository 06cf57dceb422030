// SPDX-License-Identifier: GPL-2.0
#include "doctor/copy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doctor/finding.h"
#include "doctor/sysctl.h"
#include "genl/dev.h"
#include "lib/files.h"

/* ip_forward sets others: it comes first. */
static const char *const sysctl_files[] = {
	"/proc/sys/net/ipv4/ip_forward",
	"/proc/sys/net/ipv4/conf/all/*",
	"/proc/sys/net/ipv4/conf/default/*",
	"/proc/sys/net/ipv4/conf/*/*",
	"/proc/sys/net/ipv4/{ip_nonlocal_bind,ip_early_demux,fwmark_reflect,tcp_fwmark_accept}",
	"/proc/sys/net/ipv4/{tcp_l3mdev_accept,raw_l3mdev_accept,udp_l3mdev_accept}",
	"/proc/sys/net/ipv4/fib_multipath_*",
	"/proc/sys/net/bridge/bridge-nf-{call-iptables,filter-vlan-tagged,pass-vlan-input-dev}",
	"/proc/sys/net/netfilter/nf_conntrack_{helper,tcp_loose,tcp_be_liberal}",
};

/* -- what is read ------------------------------------------------------------------ */

/*
 * What is reported already is not to hide the rest. The server may run in a VRF, where the
 * server of the copy does not.
 */
static const char *value_for_copy(const char *path, const char *value)
{
	bool forwards = strstr(path, "/ip_forward") || strstr(path, "/forwarding");

	if (strstr(path, "l3mdev_accept"))
		return "1";
	return forwards && !sysctl_ipv4("ip_forward") && !strcmp(value, "0") ? "1" : value;
}

static void read_sysctls(struct doctor *d, struct host *host)
{
	char value[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sysctl_files); i++)
		glob(sysctl_files[i], GLOB_BRACE | (i ? GLOB_APPEND : 0), NULL, &host->sysctls);
	host->values = pool_zero(d, host->sysctls.gl_pathc * sizeof(*host->values));
	for (i = 0; i < host->sysctls.gl_pathc; i++)
		if (file_first_line(host->sysctls.gl_pathv[i], value, sizeof(value)))
			host->values[i] = text(d, "%s", value_for_copy(host->sysctls.gl_pathv[i],
								       value));
}

void host_read(struct doctor *d, struct host *host)
{
	record(d, &host->recording);
	read_sysctls(d, host);
	ruleset_read(d, &host->rules);
}

void host_free(struct host *host)
{
	globfree(&host->sysctls);
	ruleset_free(&host->rules);
}

/* -- what is made ------------------------------------------------------------------ */

static void write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		value = NULL;
	close(fd);
}

static void set_sysctls(const struct host *host)
{
	char *const *paths = host->sysctls.gl_pathv;
	char value[128];
	size_t i;

	for (i = 0; i < host->sysctls.gl_pathc; i++)
		if (host->values[i] && file_first_line(paths[i], value, sizeof(value)) &&
		    strcmp(value, host->values[i]))
			write_file(paths[i], host->values[i]);
}

/* Of IPv6, nothing is tried. */
static void switch_ipv6_off(void)
{
	write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

/* The programs' locks and whatever else they write are not the host's. */
static bool leave_host(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWNET) < 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	mount("none", "/run", "tmpfs", 0, NULL);
	return true;
}

static void set_roles(const struct doctor *d)
{
	const struct iface *iface;
	struct diag_list ignored;
	struct settings settings;

	if (!d->loaded)
		return;
	diag_collect(&ignored);
	for (iface = d->ifaces; iface; iface = iface->next) {
		if (iface->live_role == UNSET || iface->live_role == PPTPGW_ROLE_NONE)
			continue;
		settings = (struct settings){ iface->live_role, UNSET, UNSET, UNSET };
		dev_set(iface->name, &settings);
	}
	diag_end();
	diag_free(&ignored);
}

static void report_routes(struct doctor *d, unsigned int count)
{
	const struct finding f = {
		.id = "trial-incomplete",
		.severity = SEVERITY_NOTE,
		.what = text(d, "%u routes of this host could not be copied for the trial", count),
		.breaks = "what goes by these was not tried",
	};

	if (count)
		report(d, &f);
}

bool copy_make(struct doctor *d, const struct host *host, struct copy *copy)
{
	*copy = (struct copy){ };
	if (!leave_host())
		return false;
	copy->world = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	copy->wires = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			     htons(ETH_P_IP));
	switch_ipv6_off();
	if (copy->world < 0 || copy->wires < 0 || unshare(CLONE_NEWNET) < 0)
		return false;
	switch_ipv6_off();
	set_sysctls(host);
	copy->links = replay_links(d, &host->recording, copy->world);
	set_sysctls(host);
	report_routes(d, replay(&host->recording));
	ruleset_load(d, &host->rules);
	set_roles(d);
	return true;
}

const char *copy_name(const struct copy *copy, unsigned int index)
{
	const struct link *link = find_link(copy->links, index);

	return link ? link->name : "lo";
}
