// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel would refuse, or would take to the harm of the host, is found
 * before the first route is changed, and reported by the line it is in.
 */
#include "route/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>

#include "lib/diag.h"
#include "lib/memory.h"
#include "lib/ifnames.h"
#include "route/corporate.h"
#include "route/local.h"
#include "route/probe.h"
#include "route/rtnl.h"
#include "route/text.h"

/* Routes share gateways and interfaces: so many answers are remembered. */
#define GATEWAYS 4096
#define DEVS 256

/**
 * struct known_gateway - what the kernel answered about a next hop
 * @hop: the next hop; its family is 0 if this is unused
 * @family: of the route
 * @table: ditto
 * @error: why the kernel does not take it, or 0
 * @reason: its words for it
 * @via: the interface that leads to it, or 0
 */
struct known_gateway {
	struct nexthop hop;
	__u8 family;
	__u32 table;
	int error;
	char reason[96];
	__u32 via;
};

struct known_dev {
	__u16 name;
	struct ifstate state;
	int role;
};

/* No more routes than these are reported as held. */
#define REPORTS_MAX 20

/**
 * struct check - a check of a configuration
 * @conf: configuration
 * @nl: connection to the kernel
 * @how: see conf_check()
 * @route: the route that is being checked
 * @direct: numbers of the routes without a gateway
 * @direct_count: how many
 * @corporate: routes that lead to the corporate side
 * @compared: what the kernel has is in the states of the routes
 * @gateways: by hash of the next hop
 * @devs: by number of the name
 * @local: the addresses of this host
 * @reports: how many routes were reported as held
 */
struct check {
	struct conf *conf;
	struct nl nl;
	enum conf_check how;
	struct route *route;
	__u32 *direct;
	unsigned int direct_count;
	struct corporate corporate;
	unsigned int reports;
	bool compared;
	struct known_gateway gateways[GATEWAYS];
	struct known_dev devs[DEVS];
	struct local local;
};

/* The route cannot work now. */
__printf(2, 3)
static void hold(struct check *c, const char *format, ...)
{
	const struct route *r = c->route;
	va_list args;

	c->route->held = true;
	c->conf->errors += c->how == CHECK_STRICT;
	if (c->how == CHECK_SILENT || (c->how == CHECK_WARN && ++c->reports > REPORTS_MAX))
		return;
	va_start(args, format);
	diag_at(c->conf->files[r->file], r->line, r->column, format, args);
	va_end(args);
}

/* A route of the configuration itself may bring the gateway on link. */
static bool comes_on_link(const struct check *c, const struct nexthop *hop, __u32 *via)
{
	const struct route *r;
	unsigned int i;

	for (i = 0; i < c->direct_count; i++) {
		r = &c->conf->routes[c->direct[i]];
		if (r->family != hop->family || !route_covers(r, hop->gateway) ||
		    (hop->ifindex && hop->ifindex != if_nametoindex(ifname(r->hop.name))))
			continue;
		*via = if_nametoindex(ifname(r->hop.name));
		return true;
	}
	return false;
}

static void query_gateway(struct check *c, const struct nexthop *hop, struct known_gateway *k)
{
	*k = (struct known_gateway){
		.hop = *hop,
		.family = c->route->family,
		.table = c->route->table,
		.error = probe_hop(&c->nl, c->route, hop),
	};
	snprintf(k->reason, sizeof(k->reason), "%s", c->nl.extack.message ?: strerror(k->error));
	k->via = hop->ifindex ?: probe_dev(&c->nl, hop);
	if (k->error && comes_on_link(c, hop, &k->via))
		k->error = 0;
}

static bool is_known(const struct check *c, const struct nexthop *hop,
		     const struct known_gateway *k)
{
	return k->hop.family == hop->family && k->hop.ifindex == hop->ifindex &&
	       k->hop.flags == hop->flags && k->family == c->route->family &&
	       k->table == c->route->table &&
	       !memcmp(k->hop.gateway, hop->gateway, sizeof(hop->gateway));
}

static const struct known_gateway *find_gateway(struct check *c, const struct nexthop *hop)
{
	struct known_gateway *k = &c->gateways[address_hash(hop->gateway, hop->ifindex) % GATEWAYS];

	if (!is_known(c, hop, k))
		query_gateway(c, hop, k);
	return k;
}

static void note_presence(const struct route *has, void *data)
{
	struct route *wanted = conf_find(data, has);

	if (wanted && route_matches(wanted, has))
		wanted->state = ROUTE_SAME;
}

/* The kernel took it when it could; it need not take it again. */
static bool is_there(struct check *c)
{
	if (!c->compared)
		route_dump(&c->nl, ROUTE_PROTOCOL, note_presence, c->conf);
	c->compared = true;
	return c->route->state == ROUTE_SAME;
}

static bool is_off_link(const struct known_gateway *k)
{
	return k->error == ENETUNREACH || k->error == EHOSTUNREACH ||
	       strstr(k->reason, "invalid gateway");
}

static void hold_for_gateway(struct check *c, const struct nexthop *hop,
			     const struct known_gateway *k)
{
	char address[INET6_ADDRSTRLEN];

	c->conf->refused += !is_off_link(k);
	inet_ntop(hop->family, hop->gateway, address, sizeof(address));
	if (!is_off_link(k) || hop->flags & RTNH_F_ONLINK)
		hold(c, "gateway %s: %s", address, k->reason);
	else if (hop->name)
		hold(c, "gateway %s is not on link on %s (say 'onlink' if it is)", address,
		     ifname(hop->name));
	else
		hold(c, "gateway %s is not on link on any interface", address);
}

/* The interface by which the gateway is reached. */
static __u32 check_gateway(struct check *c, const struct nexthop *hop)
{
	const struct known_gateway *k;

	if (!hop->family)
		return hop->ifindex;
	k = find_gateway(c, hop);
	if (k->error && !is_there(c))
		hold_for_gateway(c, hop, k);
	return k->via;
}

static struct known_dev *find_dev(struct check *c, __u16 name)
{
	struct known_dev *d = &c->devs[name % DEVS];

	if (d->name == name)
		return d;
	ifname_state(ifname(name), &d->state);
	d->name = name;
	d->role = d->state.index ? corporate_role(c->conf, d->state.index) : PPTPGW_ROLE_NONE;
	return d;
}

/* The interface's number goes into @hop. */
static bool check_dev(struct check *c, struct nexthop *hop)
{
	const struct known_dev *d = find_dev(c, hop->name);
	bool up = d->state.flags & IFF_UP;

	hop->ifindex = d->state.index;
	if (!hop->ifindex)
		hold(c, "there is no interface '%s'", ifname(hop->name));
	else if (!up)
		hold(c, "interface '%s' is down", ifname(hop->name));
	return up;
}

/*
 * Which interface the kernel will choose cannot be known before: a gateway that could be
 * reached by a corporate one counts.
 */
static __u32 corporate_dev(struct check *c, const struct nexthop *hop, __u32 via)
{
	const struct conf_dev *dev;
	const struct known_dev *d;
	struct nexthop by;

	if (hop->name)
		return find_dev(c, hop->name)->role == PPTPGW_ROLE_CORPORATE ? via : 0;
	if (via && corporate_role(c->conf, via) == PPTPGW_ROLE_CORPORATE)
		return via;
	for (dev = c->conf->devs; dev < conf_devs_end(c->conf); dev++) {
		d = find_dev(c, dev->name);
		by = *hop;
		by.ifindex = d->state.index;
		if (d->role == PPTPGW_ROLE_CORPORATE && !probe_hop(&c->nl, c->route, &by))
			return by.ifindex;
	}
	return 0;
}

static void check_hop(struct check *c, struct nexthop *hop)
{
	__u32 via;

	if (hop->name && !check_dev(c, hop))
		return;
	via = check_gateway(c, hop);
	if (corporate_counts(c->route))
		via = corporate_dev(c, hop, via);
	else
		via = 0;
	if (via)
		corporate_add(&c->corporate, c->route, via);
}

/* For route apply it is the kernel that refuses it. */
static void check_src(struct check *c)
{
	const struct route *r = c->route;
	char address[INET6_ADDRSTRLEN];
	enum local_state state;

	if (!r->has_src || c->how == CHECK_STRICT)
		return;
	state = local_find(&c->local, &c->nl, r->family, r->src);
	inet_ntop(r->family, r->src, address, sizeof(address));
	if (state == LOCAL_NONE)
		hold(c, "src %s is not an address of this host yet", address);
	else if (state == LOCAL_TENTATIVE)
		hold(c, "src %s is not usable yet: duplicate address detection goes on", address);
	else if (state == LOCAL_DUPLICATE)
		hold(c, "src %s is not usable: another host has the same address", address);
}

/* What no interface that comes makes good. */
static void check_refusal(struct check *c)
{
	const char *fault = local_fault(&c->local, c->route);
	char dst[64];

	if (!fault)
		return;
	c->conf->refused++;
	hold(c, "%s: %s", route_dst_text(c->route, dst, sizeof(dst)), fault);
}

static void check_route(struct check *c, struct route *r)
{
	struct nexthop *hop = r->hop_count > 1 ? r->hops : &r->hop;
	int i;

	c->route = r;
	r->held = false;
	r->corporate = false;
	check_refusal(c);
	if (r->held)
		return;
	for (i = 0; i < r->hop_count; i++)
		check_hop(c, &hop[i]);
	if (!r->held)
		check_src(c);
}

static const char the_rule[] =
	"the default gateway must be on the internet side only, or replies go astray";

/* These are errors, however the check is made. */
static void check_defaults(struct check *c)
{
	const struct corporate_route *found;
	char dst[64], name[IF_NAMESIZE];
	unsigned int i;

	corporate_find(&c->corporate);
	for (i = 0; i < c->corporate.count; i++) {
		found = &c->corporate.list[i];
		c->route = found->route;
		c->route->corporate = true;
		c->conf->errors += c->how == CHECK_WARN;
		hold(c, "%s through %s, a corporate interface%s: %s",
		     route_dst_text(c->route, dst, sizeof(dst)),
		     if_indextoname(found->ifindex, name) ?: "?",
		     found->alone ? "" : ", takes half of the Internet with others", the_rule);
	}
}

static void note_direct_routes(struct check *c)
{
	const struct conf *conf = c->conf;
	unsigned int i;

	for (i = 0; i < conf->route_count; i++) {
		if (conf->routes[i].hop_count != 1 || conf->routes[i].hop.family)
			continue;
		c->direct = grow(c->direct, c->direct_count, sizeof(*c->direct));
		c->direct[c->direct_count++] = i;
	}
}

int conf_check(struct conf *conf, enum conf_check how)
{
	struct check *c = calloc(1, sizeof(*c));
	unsigned int i;

	if (!c)
		err(EXIT_KERNEL, NULL);
	c->conf = conf;
	c->how = how;
	if (rtnl_open(&c->nl)) {
		free(c);
		return EXIT_KERNEL;
	}
	note_direct_routes(c);
	local_read(&c->local, &c->nl);
	conf->refused = 0;
	for (i = 0; i < conf->route_count; i++) {
		conf->routes[i].state = ROUTE_ABSENT;
		check_route(c, &conf->routes[i]);
	}
	check_defaults(c);
	if (c->reports > REPORTS_MAX)
		diag("%u more routes wait, which are not listed", c->reports - REPORTS_MAX);
	nl_close(&c->nl);
	free(c->corporate.list);
	free(c->local.list);
	free(c->direct);
	free(c);
	return conf->errors ? EXIT_USAGE : EXIT_SUCCESS;
}

int conf_read_and_check(struct conf *conf, enum conf_check how)
{
	conf_read(conf);
	return conf_check(conf, how);
}
