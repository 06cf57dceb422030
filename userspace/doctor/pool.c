// SPDX-License-Identifier: GPL-2.0
/* The addresses that clients are given, those of the server, and the size of packets. */
#include "doctor/pool.h"

#include <arpa/inet.h>
#include <unistd.h>

#include "doctor/ppp.h"
#include "doctor/sysctl.h"
#include "lib/files.h"
#include "lib/ppp.h"

/*
 * RFC 2637, section 4.1: IPv4 header 20, GRE with sequence and acknowledgment
 * number 16; PPP's address, control and protocol 4. MPPE (RFC 3078) adds its own
 * header, 2, and the protocol that it hides, 2.
 */
#define OVERHEAD 40
#define OVERHEAD_MPPE 44
#define RFC_2637 "IPv4 20 + GRE 16 + PPP 4 (RFC 2637, 4.1)"

/* The kernel knows whether it is an address of this host, or may be used as one. */
static bool is_usable(const char *address)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool usable = inet_pton(AF_INET, address, &sin.sin_addr) != 1 || fd < 0 ||
		      !bind(fd, (struct sockaddr *)&sin, sizeof(sin));

	if (fd >= 0)
		close(fd);
	return usable;
}

static void check_listen(struct doctor *d, const char *address, const struct file_line *line)
{
	const struct finding f = {
		.id = "listen-address",
		.severity = SEVERITY_ERROR,
		.what = text(d, "the server listens at %s, which is no address of this host",
			     address),
		.breaks = "it does not start, or no client reaches it; restart it after the fix",
		.owner = text(d, "%s:%u", line->path, line->number),
		.fix = text(d, "sed -i '%us/^/#/' %s", line->number, line->path),
	};

	if (!is_usable(address))
		report(d, &f);
}

static bool find_listen(struct file_line *line, void *data)
{
	bool accel = !strcmp(line->section, "pptp");
	const char *value = file_value(line->text, accel ? "bind" : "listen");

	if (value && (accel || !*line->section))
		check_listen(data, value, line);
	return true;
}

static bool overlap(const struct pool *p, __u32 net, unsigned int len)
{
	__u32 mask = len ? ~0U << (32 - len) : 0;

	return p->first <= (net | ~mask) && p->last >= net;
}

static __u32 dst_of(const struct route *r)
{
	__u32 dst;

	memcpy(&dst, r->dst, sizeof(dst));
	return ntohl(dst);
}

static const char *text_of_pool(struct doctor *d, const struct pool *p)
{
	if (p->first == p->last)
		return text_of_address(d, p->first);
	return text(d, "%s-%s", text_of_address(d, p->first), text_of_address(d, p->last));
}

/* The longest prefix that has all of the pool. */
static unsigned int prefix_of(const struct pool *p)
{
	__u32 differ = p->first ^ p->last;

	return differ ? __builtin_clz(differ) : 32;
}

/* The prefix beats that route, and leads nowhere. */
static bool is_sunk(const struct doctor *d, const struct pool *p, const struct route *wide)
{
	const struct known_route *k;
	const struct route *r;

	for (k = d->routes; k; k = k->next) {
		r = &k->route;
		if (r->family == AF_INET && !r->hop_count && r->dst_len > wide->dst_len &&
		    r->dst_len <= prefix_of(p) && overlap(p, dst_of(r), r->dst_len))
			return true;
	}
	return false;
}

/* A client's own route has metric 0. */
static const char *command_to_sink(struct doctor *d, __u32 net, unsigned int len)
{
	const char *file = conf_path ?: CONF_DIR "/pptpgw.conf", *apply;

	apply = tool_command(d, "route apply");
	return text(d, "echo 'route blackhole %s/%u metric 9999' >>%s && %s",
		    text_of_address(d, net), len, file, apply);
}

static void report_pool_route(struct doctor *d, const struct pool *p, const struct route *r)
{
	const char *owner = r->line ? place_of_route(d, r)
				    : "protocol pptpgw";
	unsigned int len = prefix_of(p);
	__u32 net = p->first & (len ? ~0U << (32 - len) : 0);
	const struct finding f = {
		.id = "pool-overlap",
		.severity = SEVERITY_WARNING,
		.what = text(d, "a corporate route, %s, has addresses that clients are given: %s",
			     text_of_route(d, r), text_of_pool(d, p)),
		.cause = text(d, "pool of %s", text_of_route(d, r)),
		.breaks = "packets for clients that are not connected may loop between the routers",
		.owner = text(d, "%s, %s", p->owner, owner),
		.fix = len > r->dst_len && d->conf_exists ? command_to_sink(d, net, len) : NULL,
	};

	report(d, &f);
}

static void check_pool_route(struct doctor *d, const struct pool *p, const struct route *r)
{
	if (r->family == AF_INET && r->hop_count && r->dst_len &&
	    overlap(p, dst_of(r), r->dst_len) && !is_sunk(d, p, r))
		report_pool_route(d, p, r);
}

static void check_pool_address(struct doctor *d, const struct ppp *ppp, const struct pool *p,
			       const struct address *a)
{
	struct finding f = {
		.severity = SEVERITY_WARNING,
		.owner = text(d, "%s", p->owner),
	};

	if (!a->peer && p->first <= a->address && p->last >= a->address) {
		f.id = "pool-own-address";
		f.severity = SEVERITY_ERROR;
		f.what = text(d, "clients may be given this host's own address, %s of %s (%s)",
			      text_of_address(d, a->address), a->dev, text_of_pool(d, p));
		f.breaks = "that client, and whoever talks to this host by that address";
		f.cause = text(d, "%s %s", f.id, p->owner);
		report(d, &f);
	} else if (!a->peer && overlap(p, a->net, a->len) && (p->accel || !ppp->proxyarp) &&
		   sysctl_of_dev(a->dev, "proxy_arp") <= 0 &&
		   sysctl_ipv4("conf/all/proxy_arp") <= 0) {
		f.id = "pool-connected";
		f.what = text(d, "clients are given addresses of %s's subnet without proxy ARP: %s",
			      a->dev, text_of_pool(d, p));
		f.breaks = text(d, "hosts on %s cannot reach the clients", a->dev);
		f.cause = f.breaks;
		set_sysctl(d, &f, a->dev, "proxy_arp", "1");
		report(d, &f);
	}
}

static void check_pool_local(struct doctor *d, const struct pool *remote, const struct pool *local)
{
	const struct finding f = {
		.id = "pool-own-address",
		.severity = SEVERITY_ERROR,
		.what = text(d, "clients may be given the server's end of the tunnel, %s (%s)",
			     text_of_address(d, local->first), text_of_pool(d, remote)),
		.breaks = "that client's tunnel has the same address at both ends",
		.owner = text(d, "%s, %s", remote->owner, local->owner),
		.cause = text(d, "pool-own-address %s", remote->owner),
	};

	if (local->first == local->last && local->first >= remote->first &&
	    local->first <= remote->last)
		report(d, &f);
}

static void check_pool(struct doctor *d, const struct ppp *ppp, const struct pool *p)
{
	const struct known_route *k;
	const struct address *a;
	const struct pool *local;
	unsigned int i;

	for (i = 0; i < d->conf.route_count; i++)
		check_pool_route(d, p, &d->conf.routes[i]);
	for (k = d->routes; k; k = k->next)
		if (k->route.protocol == ROUTE_PROTOCOL && !conf_find(&d->conf, &k->route))
			check_pool_route(d, p, &k->route);
	for (a = d->addresses; a; a = a->next)
		check_pool_address(d, ppp, p, a);
	for (local = ppp->local; local; local = local->next)
		check_pool_local(d, p, local);
}

static void check_connected(struct doctor *d, const struct route *r)
{
	const struct address *a;
	struct finding f = {
		.id = "route-overlap",
		.severity = SEVERITY_WARNING,
	};

	for (a = d->addresses; a && r->family == AF_INET; a = a->next) {
		if (a->peer || a->len > 30 || r->dst_len < a->len ||
		    (dst_of(r) & ~0U << (32 - a->len)) != a->net)
			continue;
		f.what = text(d, "a route has addresses of %s's own subnet, %s/%u: %s", a->dev,
			      text_of_address(d, a->net), a->len, text_of_route(d, r));
		f.owner = place_of_route(d, r);
		f.breaks = text(d, "hosts on %s with these addresses cannot be reached", a->dev);
		f.cause = f.owner;
		report(d, &f);
	}
}

/* What fits into the uplink with the least MTU fits into all. */
static void check_mtu(struct doctor *d, const struct ppp *ppp)
{
	unsigned int overhead = ppp->mppe ? OVERHEAD_MPPE : OVERHEAD, fits = -1;
	const struct iface *iface;
	const char *devs = NULL;
	struct finding f;

	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next)) {
		if (ppp->mtu + overhead <= iface->state.mtu)
			continue;
		devs = join(d, devs, ", ", iface->name);
		if (iface->state.mtu - overhead < fits)
			fits = iface->state.mtu - overhead;
	}
	if (!devs)
		return;
	f = (struct finding){
		.id = "mtu",
		.severity = SEVERITY_WARNING,
		.what = text(d, "PPP packets of %u bytes do not fit into uplink%s %s: %u + %u > %u",
			     ppp->mtu, strchr(devs, ',') ? "s" : "", devs, ppp->mtu, overhead,
			     fits + overhead),
		.breaks = text(d, "full packets are fragmented or lost: " RFC_2637 "%s leave %u",
			       ppp->mppe ? " + MPPE 4" : "", fits),
		.owner = ppp->mtu_owner,
		.fix = text(d, "sed -i -E 's/^(mtu|mru)([ =]+).*/\\1\\2%u/' %s", fits,
			    ppp->mtu_file),
	};
	report(d, &f);
}

/* The address of the client whose tunnel it is, and the pool that has it; or 0. */
static __u32 client_of(const struct doctor *d, const struct ppp *ppp, const char *dev,
		       const struct pool **pool)
{
	const struct address *a;
	const struct pool *p;

	for (a = d->addresses; a; a = a->next)
		for (p = ppp->remote; p && a->peer && !strcmp(a->dev, dev); p = p->next)
			if (p->first <= a->peer && p->last >= a->peer) {
				*pool = p;
				return a->peer;
			}
	return 0;
}

/* By its address, or as "up" knows it: by who has made it. */
static void check_name(struct doctor *d, const struct ppp *ppp, struct iface *iface)
{
	struct finding f = {
		.id = "uplink-is-client",
		.severity = SEVERITY_ERROR,
		.breaks = "the uplink is down, or has another name: pppd's option ifname sets it",
	};
	const struct pool *pool;
	__u32 client = client_of(d, ppp, iface->name, &pool);
	const char *server = client ? NULL : ppp_server(iface->name);

	if (!client && !server)
		return;
	f.owner = client ? pool->owner : server;
	f.what = text(d, "uplink %s is a client's tunnel now: %s", iface->name,
		      client ? text_of_address(d, client) : server);
	report(d, &f);
	iface->role = PPTPGW_ROLE_NONE;
	iface->conf_role = PPTPGW_ROLE_NONE;
}

void check_names(struct doctor *d)
{
	struct iface *iface;
	struct ppp ppp;

	ppp_read(d, &ppp);
	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->role == PPTPGW_ROLE_INTERNET)
			check_name(d, &ppp, iface);
}

void check_ppp(struct doctor *d)
{
	struct ppp ppp;
	const struct pool *p;
	unsigned int i;

	ppp_read(d, &ppp);
	files_read(PPTPD_CONF, find_listen, d);
	files_read(ACCEL_CONF, find_listen, d);
	for (p = ppp.remote; p; p = p->next)
		check_pool(d, &ppp, p);
	for (i = 0; i < d->conf.route_count; i++)
		check_connected(d, &d->conf.routes[i]);
	check_mtu(d, &ppp);
}
