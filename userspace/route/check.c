// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel would refuse, or would take to the harm of the host, is found
 * before the first route is changed, and reported by the line it is in.
 */
#include "route/check.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "lib/diag.h"
#include "lib/memory.h"
#include "lib/ifnames.h"
#include "route/local.h"
#include "route/rtnl.h"
#include "route/text.h"

/* Routes share gateways and interfaces: so many answers are remembered. */
#define GATEWAYS 4096
#define DEVS 256

/**
 * struct known_gateway - what the kernel answered about a next hop
 * @gateway: its gateway
 * @name: its interface, or 0
 * @family: of the gateway; 0 if this is unused
 * @on_link: it can be used
 * @via: the interface that leads to it
 */
struct known_gateway {
	__u8 gateway[16];
	__u16 name;
	__u8 family;
	bool on_link;
	__u16 via;
};

struct known_dev {
	__u16 name;
	struct ifstate state;
};

/**
 * struct check - a check of a configuration
 * @conf: configuration
 * @nl: connection to the kernel
 * @how: see conf_check()
 * @route: the route that is being checked
 * @direct: numbers of the routes without a gateway
 * @direct_count: how many
 * @gateways: by hash of the next hop
 * @devs: by number of the name
 * @local: the addresses of this host
 */
struct check {
	struct conf *conf;
	struct nl nl;
	enum conf_check how;
	struct route *route;
	__u32 *direct;
	unsigned int direct_count;
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
	if (c->how == CHECK_SILENT)
		return;
	va_start(args, format);
	diag_at(c->conf->files[r->file], r->line, r->column, format, args);
	va_end(args);
}

/* The configuration's, else the module's; PPTPGW_ROLE_NONE without either. */
static int conf_role(const struct conf *conf, __u16 name)
{
	const struct conf_dev *dev = conf_find_dev(conf, name);
	struct settings live = { };
	struct diag_list ignored;

	if (dev)
		return dev->set.role;
	diag_collect(&ignored);
	dev_get(ifname(name), &live);
	diag_end();
	diag_free(&ignored);
	return live.role;
}

bool is_corporate_default(const struct conf *conf, const struct route *route, __u16 dev)
{
	return dev && route_is_default(route) && conf_role(conf, dev) == PPTPGW_ROLE_CORPORATE;
}

static const char the_rule[] =
	"the default gateway must be on the internet side only, or replies go astray";

static void check_default(struct check *c, __u16 dev)
{
	char dst[64];

	if (!is_corporate_default(c->conf, c->route, dev))
		return;
	c->conf->errors += c->how == CHECK_WARN;
	hold(c, "%s through %s, a corporate interface: %s",
	     route_dst_text(c->route, dst, sizeof(dst)), ifname(dev), the_rule);
}

/* A route of the configuration itself may bring the gateway on link. */
static bool comes_on_link(const struct check *c, const struct nexthop *hop, __u16 *via)
{
	const struct route *r;
	unsigned int i;

	for (i = 0; i < c->direct_count; i++) {
		r = &c->conf->routes[c->direct[i]];
		if (r->family != hop->family || !route_covers(r, hop->gateway) ||
		    (hop->name && hop->name != r->hop.name))
			continue;
		*via = r->hop.name;
		return true;
	}
	return false;
}

static void query_gateway(struct check *c, const struct nexthop *hop, struct known_gateway *k)
{
	__u32 ifindex;

	memcpy(k->gateway, hop->gateway, sizeof(k->gateway));
	k->name = hop->name;
	k->family = hop->family;
	k->on_link = gateway_is_on_link(&c->nl, hop, &ifindex);
	k->via = k->on_link && ifindex ? ifname_number_of_index(ifindex) : 0;
	if (!k->on_link)
		k->on_link = comes_on_link(c, hop, &k->via);
}

static const struct known_gateway *find_gateway(struct check *c, const struct nexthop *hop)
{
	struct known_gateway *k = &c->gateways[address_hash(hop->gateway, hop->name) % GATEWAYS];

	if (k->family != hop->family || k->name != hop->name ||
	    memcmp(k->gateway, hop->gateway, sizeof(k->gateway)))
		query_gateway(c, hop, k);
	return k;
}

static void check_gateway(struct check *c, const struct nexthop *hop)
{
	const struct known_gateway *k;
	char address[INET6_ADDRSTRLEN];

	if (!hop->family || hop->flags & RTNH_F_ONLINK)
		return;
	k = find_gateway(c, hop);
	if (k->on_link) {
		check_default(c, hop->name ? 0 : k->via);
		return;
	}
	inet_ntop(hop->family, hop->gateway, address, sizeof(address));
	if (hop->name)
		hold(c, "gateway %s is not on link on %s (say 'onlink' if it is)", address,
		     ifname(hop->name));
	else
		hold(c, "gateway %s is not on link on any interface", address);
}

/* The interface's number goes into @hop. */
static bool check_dev(struct check *c, struct nexthop *hop)
{
	struct known_dev *d = &c->devs[hop->name % DEVS];
	bool up;

	if (d->name != hop->name)
		ifname_state(ifname(hop->name), &d->state);
	d->name = hop->name;
	hop->ifindex = d->state.index;
	up = d->state.flags & IFF_UP;
	if (!hop->ifindex)
		hold(c, "there is no interface '%s'", ifname(hop->name));
	else if (!up)
		hold(c, "interface '%s' is down", ifname(hop->name));
	return up;
}

static void check_hop(struct check *c, struct nexthop *hop)
{
	if (hop->name && !check_dev(c, hop))
		return;
	check_default(c, hop->name);
	check_gateway(c, hop);
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
	check_refusal(c);
	if (r->held)
		return;
	for (i = 0; i < r->hop_count; i++)
		check_hop(c, &hop[i]);
	if (!r->held)
		check_src(c);
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
	if (rtnl_open(&c->nl))
		return EXIT_KERNEL;
	note_direct_routes(c);
	local_read(&c->local, &c->nl);
	conf->refused = 0;
	for (i = 0; i < conf->route_count; i++)
		check_route(c, &conf->routes[i]);
	nl_close(&c->nl);
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
