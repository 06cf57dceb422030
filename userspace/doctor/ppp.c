// SPDX-License-Identifier: GPL-2.0
/*
 * How the PPTP servers are configured: the addresses they give to clients, and the
 * size of packets. pptpd.conf(5), pppd(8), accel-ppp.conf(5).
 */
#include "doctor/ppp.h"

#include <arpa/inet.h>

#include "doctor/finding.h"
#include "doctor/sysctl.h"
#include "lib/files.h"

#define PPTPD_CONF "/etc/pptpd.conf"
#define ACCEL_CONF "/etc/accel-ppp.conf"

/*
 * RFC 2637, section 4.1: IPv4 header 20, GRE with sequence and acknowledgment
 * number 16; PPP's address, control and protocol 4. MPPE (RFC 3078) adds its own
 * header, 2, and the protocol that it hides, 2.
 */
#define OVERHEAD 40
#define OVERHEAD_MPPE 44
#define RFC_2637 "IPv4 20 + GRE 16 + PPP 4 (RFC 2637, 4.1)"

/* "10.0.0.2", "10.0.0.2-99", "10.0.0.2-10.0.0.99", "10.0.0.0/24". */
static bool parse_range(const char *word, struct pool *pool)
{
	unsigned int a, b, c, d, e, len;
	char last[INET_ADDRSTRLEN];
	struct in_addr in;
	__u32 mask;
	int n;

	if (sscanf(word, "%u.%u.%u.%u%n", &a, &b, &c, &d, &n) != 4 || (a | b | c | d) > 255)
		return false;
	pool->first = a << 24 | b << 16 | c << 8 | d;
	pool->last = pool->first;
	word += n;
	if (sscanf(word, "/%u", &len) == 1 && len && len <= 32) {
		mask = len == 32 ? 0 : ~0U >> len;
		pool->first &= ~mask;
		pool->last = pool->first | mask;
	} else if (sscanf(word, "-%15[0-9.]", last) == 1 && inet_pton(AF_INET, last, &in) == 1) {
		pool->last = ntohl(in.s_addr);
	} else if (sscanf(word, "-%u", &e) == 1 && e <= 255) {
		pool->last = (pool->first & ~0xffU) | e;
	}
	return pool->last >= pool->first;
}

static void add_pool(struct ppp *ppp, struct pool **list, const char *word,
		     const struct file_line *line)
{
	struct pool pool = { };
	struct pool *copy;

	if (!parse_range(word, &pool))
		return;
	pool.owner = text(ppp->d, "%s:%u", line->path, line->number);
	pool.accel = !strcmp(line->path, ACCEL_CONF);
	pool.next = *list;
	copy = pool_copy(ppp->d, &pool, sizeof(pool));
	*list = copy;
}

static void add_pools(struct ppp *ppp, struct pool **list, const char *words,
		      const struct file_line *line)
{
	char *copy = strdup(words), *rest = copy, *word;

	while ((word = strsep(&rest, ", \t")))
		add_pool(ppp, list, word, line);
	free(copy);
}

static bool read_pptpd(struct file_line *line, void *data)
{
	struct ppp *ppp = data;
	const char *value;

	value = file_value(line->text, "remoteip");
	if (value)
		add_pools(ppp, &ppp->remote, value, line);
	value = file_value(line->text, "localip");
	if (value)
		add_pools(ppp, &ppp->local, value, line);
	value = file_value(line->text, "option");
	if (value)
		snprintf(ppp->options, sizeof(ppp->options), "%s", value);
	return true;
}

static void note_mtu(struct ppp *ppp, const char *word, const char *value,
		     const struct file_line *line)
{
	unsigned int mtu = atoi(value);

	if (mtu <= ppp->mtu)
		return;
	ppp->mtu = mtu;
	ppp->mtu_word = word;
	ppp->mtu_file = text(ppp->d, "%s", line->path);
	ppp->mtu_owner = text(ppp->d, "%s:%u", line->path, line->number);
}

/* Options of pppd stand on lines of their own, or several on one. */
static bool read_options(struct file_line *line, void *data)
{
	char *rest = line->text, *word, *colon;
	struct ppp *ppp = data;

	while ((word = strsep(&rest, " \t"))) {
		if (*word == '#')
			break;
		if (!strcmp(word, "mtu") && rest)
			note_mtu(ppp, "mtu", rest, line);
		else if (!strcmp(word, "mru") && rest)
			note_mtu(ppp, "mru", rest, line);
		else if (!strcmp(word, "proxyarp"))
			ppp->proxyarp = true;
		else if (strstr(word, "mppe") && strncmp(word, "no", 2))
			ppp->mppe = true;
		colon = strchr(word, ':');
		if (colon)
			add_pool(ppp, &ppp->remote, colon + 1, line);
	}
	return true;
}

static bool read_accel(struct file_line *line, void *data)
{
	struct ppp *ppp = data;
	const char *value;

	if (!strcmp(line->section, "ip-pool")) {
		value = file_value(line->text, "gw-ip-address");
		if (value)
			add_pool(ppp, &ppp->local, value, line);
		else
			add_pool(ppp, &ppp->remote, line->text, line);
	} else if (!strcmp(line->section, "ppp")) {
		value = file_value(line->text, "mtu");
		if (value)
			note_mtu(ppp, "mtu", value, line);
		value = file_value(line->text, "mru");
		if (value)
			note_mtu(ppp, "mru", value, line);
		value = file_value(line->text, "mppe");
		ppp->mppe |= value && strcmp(value, "deny");
	}
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

static void report_pool_route(struct doctor *d, const struct pool *p, const struct route *r)
{
	const char *owner = r->line ? place_of_route(d, r)
				    : "protocol pptpgw";
	unsigned int len = prefix_of(p);
	__u32 net = p->first & (len ? ~0U << (32 - len) : 0);
	const struct finding f = {
		.id = "pool-overlap",
		.severity = SEVERITY_WARNING,
		.what = text(d, "a corporate route has addresses that clients are given, %s: %s",
			     text_of_pool(d, p), text_of_route(d, r)),
		.breaks = "packets for clients that are not connected may loop between the routers",
		.owner = text(d, "%s, %s", p->owner, owner),
		.fix = len > r->dst_len ? text(d, "ip route add blackhole %s/%u proto %u",
					       text_of_address(d, net), len, ROUTE_PROTOCOL) : NULL,
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
		report(d, &f);
	} else if (!a->peer && overlap(p, a->net, a->len) && (p->accel || !ppp->proxyarp) &&
		   sysctl_of_dev(a->dev, "proxy_arp") <= 0 &&
		   sysctl_ipv4("conf/all/proxy_arp") <= 0) {
		f.id = "pool-connected";
		f.what = text(d, "clients are given addresses of %s's subnet without proxy ARP: %s",
			      a->dev, text_of_pool(d, p));
		f.breaks = text(d, "hosts on %s cannot reach the clients", a->dev);
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
		report(d, &f);
	}
}

static void check_mtu(struct doctor *d, const struct ppp *ppp, const struct iface *iface)
{
	unsigned int overhead = ppp->mppe ? OVERHEAD_MPPE : OVERHEAD;
	unsigned int fits = iface->state.mtu - overhead;
	const struct finding f = {
		.id = "mtu",
		.severity = SEVERITY_WARNING,
		.what = text(d, "PPP packets of %u bytes do not fit into uplink %s: %u + %u > %u",
			     ppp->mtu, iface->name, ppp->mtu, overhead, iface->state.mtu),
		.breaks = text(d, "full packets are fragmented or lost: " RFC_2637 "%s leave %u",
			       ppp->mppe ? " + MPPE 4" : "", fits),
		.owner = ppp->mtu_owner,
		.fix = text(d, "sed -i -E 's/^(mtu|mru)([ =]+).*/\\1\\2%u/' %s", fits,
			    ppp->mtu_file),
	};

	if (ppp->mtu + overhead > iface->state.mtu)
		report(d, &f);
}

void ppp_read(struct doctor *d, struct ppp *ppp)
{
	*ppp = (struct ppp){ .d = d, .options = "/etc/ppp/options.pptpd" };
	files_read(PPTPD_CONF, read_pptpd, ppp);
	files_read("/etc/ppp/options", read_options, ppp);
	files_read(ppp->options, read_options, ppp);
	files_read(ACCEL_CONF, read_accel, ppp);
}

void check_ppp(struct doctor *d)
{
	struct ppp ppp;
	const struct iface *iface;
	const struct pool *p;
	unsigned int i;

	ppp_read(d, &ppp);
	for (p = ppp.remote; p; p = p->next)
		check_pool(d, &ppp, p);
	for (i = 0; i < d->conf.route_count; i++)
		check_connected(d, &d->conf.routes[i]);
	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next))
		check_mtu(d, &ppp, iface);
}
