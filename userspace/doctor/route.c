// SPDX-License-Identifier: GPL-2.0
/*
 * The rule: default routes lead to the Internet side only. And: routes lead
 * somewhere, and take no connected neighbours away.
 */
#include "doctor/route.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "doctor/owner.h"
#include "doctor/run.h"
#include "doctor/sysctl.h"
#include "lib/tables.h"
#include "route/check.h"
#include "route/corporate.h"
#include "route/probe.h"

/* No more gateways than these are checked. */
#define GATEWAYS_MAX 1024

/* No network of documents or private ones; nothing is sent there. */
#define SOMEWHERE "81.2.69.160"

static const char goes_astray[] =
	"replies that pptpgw does not steer leave by the wrong interface: \"LCP timeout\"";

static const char no_way_out[] =
	"replies to clients that came in by it have no way out: they are dropped";

static bool is_main_default(const struct route *r)
{
	return r->family == AF_INET && r->table == RT_TABLE_MAIN && route_is_default(r);
}

/* "ip route del" of that route, or what leaves it its uplinks. */
static const char *command_without(struct doctor *d, const struct route *r)
{
	struct nexthop hops[HOPS_MAX] = { };
	struct route left = *r;
	int i;

	left.hops = hops;
	left.hop_count = 0;
	for (i = 0; i < r->hop_count; i++)
		if (role_of(d, route_hops(r)[i].name) == PPTPGW_ROLE_INTERNET)
			hops[left.hop_count++] = route_hops(r)[i];
	left.hop = hops[0];
	if (left.hop_count)
		return route_command(d, "replace", r, text_of_route(d, &left));
	return command_to_delete(d, r);
}

static const struct route *default_through(const struct doctor *d, __u16 dev, bool main)
{
	const struct known_route *k;
	const struct route *r;
	bool is_main;

	for (k = d->routes; k; k = k->next) {
		r = &k->route;
		is_main = r->table == RT_TABLE_MAIN;
		if (r->family != AF_INET || r->dst_len || r->type != RTN_UNICAST || is_main != main)
			continue;
		if (route_leads_by(r, dev))
			return r;
	}
	return NULL;
}

/* Better a wrong way out than none. */
static bool can_take_over(const struct doctor *d)
{
	const struct iface *iface;

	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next))
		if (default_through(d, iface->number, true))
			return true;
	return false;
}

static bool is_corporate(const struct doctor *d, const struct route *r)
{
	int i;

	for (i = 0; i < r->hop_count; i++)
		if (role_of(d, route_hops(r)[i].name) != PPTPGW_ROLE_CORPORATE)
			return false;
	return true;
}

/* 0/1 and 128/1 beat all default routes, whatever their metric. */
static void report_default(struct doctor *d, const struct route *r, __u16 dev)
{
	bool corporate = is_corporate_default(&d->conf, r, dev), active = r == d->active;
	const char *route = text_of_route(d, r), *name = ifname(dev);
	struct finding f = {
		.severity = SEVERITY_ERROR,
		.breaks = goes_astray,
		.fix = command_without(d, r),
		.cause = active && !can_take_over(d) ? no_way_out : NULL,
		.repair = can_take_over(d) && is_corporate(d, r) ? repair_by_fix : NULL,
	};

	name_owner(d, r, dev, &f);
	if (r->dst_len) {
		f.id = "default-halves";
		f.cause = text(d, "%s %s", f.id, name);
		f.what = text(d,
			      "half of the Internet is routed through %s, which is no uplink: %s",
			      name, route);
	} else if (corporate) {
		f.id = active ? "default-corporate" : "default-standby";
		f.what = text(d, "%s default route leads through %s, a corporate interface: %s",
			      active ? "the active" : "another", name, route);
	} else if (active) {
		f.id = "default-no-role";
		f.severity = SEVERITY_WARNING;
		f.what = text(d, "the active default route leads through %s, which has no role: %s",
			      name, route);
	} else {
		return;
	}
	if (!r->dst_len && !active) {
		f.severity = SEVERITY_WARNING;
		f.breaks = "replies go astray as soon as the uplink's own route is gone";
	}
	report(d, &f);
}

void check_defaults(struct doctor *d)
{
	const struct known_route *k;
	__u16 dev;

	for (k = d->routes; k; k = k->next) {
		dev = is_main_default(&k->route) ? wrong_dev(d, &k->route) : 0;
		if (dev && next_uplink(d->ifaces))
			report_default(d, &k->route, dev);
	}
}

static __u32 metric_for_uplink(const struct doctor *d)
{
	const struct known_route *k;
	__u32 metric = 0;

	for (k = d->routes; k; k = k->next)
		if (is_main_default(&k->route) && k->route.metric >= metric)
			metric = k->route.metric + 100;
	return metric;
}

/* NULL if it has none. */
static const char *gateway_of(struct doctor *d, const struct route *r)
{
	__u32 address;

	if (!r || r->hop.family != AF_INET)
		return NULL;
	memcpy(&address, r->hop.gateway, sizeof(address));
	return text_of_address(d, ntohl(address));
}

/* Another table may know the gateway; a point-to-point link needs none. */
static void add_default(struct doctor *d, const struct iface *iface, struct finding *f)
{
	const struct route *other = default_through(d, iface->number, false);
	const char *gateway = gateway_of(d, other), *dev = iface->name;
	const char *via = gateway ? text(d, " via %s", gateway) : "";
	__u32 metric = metric_for_uplink(d);
	const char *end = metric ? text(d, " metric %u", metric) : "";

	if (!other && !(iface->state.flags & IFF_POINTOPOINT))
		return;
	f->fix = text(d, "ip route add default%s dev %s%s", via, dev, end);
	last_route(d, dev, gateway, metric, f);
}

const char *command_to_add_default(struct doctor *d, const struct iface *uplink, const char *dev)
{
	const char *gateway = gateway_of(d, default_through(d, uplink->number, true));

	return gateway ? text(d, "ip route add default via %s dev %s onlink metric %u", gateway,
			      dev, metric_for_uplink(d)) : "true";
}

/* Rules may lead to other tables; pptpgw asks like this. */
static bool has_way_out(struct doctor *d, const struct iface *iface)
{
	const struct address *a;
	char *answer;

	for (a = d->addresses; a; a = a->next) {
		if (strcmp(a->dev, iface->name))
			continue;
		answer = run_program(NULL, "ip", "route", "get", SOMEWHERE, "from",
				     text_of_address(d, a->address), "oif", iface->name,
				     "fibmatch");
		free(answer);
		if (!answer)
			return false;
	}
	return true;
}

void check_uplinks(struct doctor *d)
{
	const struct iface *iface;
	struct finding f;

	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next)) {
		if (default_through(d, iface->number, true) || has_way_out(d, iface))
			continue;
		f = (struct finding){
			.id = "uplink-no-default",
			.severity = SEVERITY_ERROR,
			.what = text(d, "uplink %s has no default route in table main",
				     iface->name),
			.breaks = no_way_out,
			.cause = can_take_over(d) ? NULL : no_way_out,
			.owner = "whoever sets up the uplink; a high metric is enough",
		};
		add_default(d, iface, &f);
		report(d, &f);
	}
}

/* What the configuration has is meant. */
static void check_reverse_path(struct doctor *d, const struct route *r, __u16 dev)
{
	const struct iface *iface = next_uplink(d->ifaces);
	struct finding f = {
		.id = "rp-filter",
		.severity = SEVERITY_WARNING,
		.fix = command_without(d, r),
	};

	while (iface && rp_filter_of(iface->name) != 1)
		iface = next_uplink(iface->next);
	if (!iface)
		return;
	f.what = text(d, "rp_filter is strict on uplink %s, but public addresses lead by %s: %s",
		      iface->name, ifname(dev), text_of_route(d, r));
	f.breaks = text(d, "%s drops these clients; with rp_filter 2, replies would go to %s",
			iface->name, ifname(dev));
	name_owner(d, r, dev, &f);
	f.cause = text(d, "reverse path %s %s", ifname(dev), f.owner);
	report(d, &f);
}

void check_reverse_paths(struct doctor *d)
{
	const struct known_route *k;
	const struct route *r;

	for (k = d->routes; k; k = k->next) {
		r = &k->route;
		if (r->family == AF_INET && r->table == RT_TABLE_MAIN && r->hop_count &&
		    r->protocol != ROUTE_PROTOCOL && !route_is_default(r))
			check_reverse_path(d, r, wrong_dev(d, r));
	}
}

struct seen {
	unsigned int count;
	struct nexthop hops[GATEWAYS_MAX];
};

/* Each once. */
static bool is_new(struct seen *seen, const struct nexthop *hop)
{
	unsigned int i;

	for (i = 0; i < seen->count; i++)
		if (seen->hops[i].ifindex == hop->ifindex && seen->hops[i].family == hop->family &&
		    !memcmp(seen->hops[i].gateway, hop->gateway, sizeof(hop->gateway)))
			return false;
	if (seen->count == GATEWAYS_MAX)
		return false;
	seen->hops[seen->count++] = *hop;
	return true;
}

static bool is_off_link(struct doctor *d, const struct route *r, struct nexthop *hop)
{
	const struct iface *dev = hop->name ? read_iface(d, hop->name) : NULL;

	if (hop->flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN) || (dev && !is_there(dev)))
		return false;
	if (dev)
		hop->ifindex = dev->state.index;
	return hop->family && probe_hop(&d->nl, r, hop);
}

static void check_hops(struct doctor *d, struct seen *seen, const struct route *r)
{
	struct finding f = {
		.id = "gateway-not-on-link",
		.severity = SEVERITY_ERROR,
		.breaks = "nothing gets by this route: nobody answers for the gateway's address",
	};
	char address[INET6_ADDRSTRLEN];
	struct nexthop hop;
	int i;

	for (i = 0; i < r->hop_count; i++) {
		hop = route_hops(r)[i];
		if (!is_new(seen, &hop) || !is_off_link(d, r, &hop))
			continue;
		inet_ntop(hop.family, hop.gateway, address, sizeof(address));
		f.owner = r->line ? place_of_route(d, r)
				  : text(d, "protocol %s", protocol_name(r->protocol));
		f.what = text(d, "gateway %s is not on link: %s", address, text_of_route(d, r));
		report(d, &f);
	}
}

/* conf_check() holds what it cannot have now; it knows what other routes bring on link. */
void check_gateways(struct doctor *d)
{
	struct seen seen = { };
	const struct known_route *k;
	const struct route *r;
	unsigned int i;

	conf_check(&d->conf, CHECK_SILENT);
	for (i = 0; i < d->conf.route_count; i++) {
		r = &d->conf.routes[i];
		if (r->held && !route_is_default(r))
			check_hops(d, &seen, r);
	}
	for (k = d->routes; k; k = k->next)
		if (k->route.table == RT_TABLE_MAIN)
			check_hops(d, &seen, &k->route);
}
