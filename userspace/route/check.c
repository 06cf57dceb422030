// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel would refuse, or would take to the harm of the host, is found
 * before the first route is changed, and reported with its line.
 */
#include <arpa/inet.h>
#include <err.h>
#include <linux/pptpgw.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "route/conf.h"
#include "genl/dev.h"
#include "lib/grow.h"
#include "lib/ifnames.h"
#include "lib/quiet.h"
#include "route/rtnl.h"

/* Routes share gateways and interfaces: so many answers are remembered. */
#define GATEWAYS 4096
#define DEVS 256

#define FAULT_LIKE_PRINTF format(printf, 2, 3)

/* An answer of the kernel: @via is the interface that leads to @hop's gateway. */
struct known_gateway {
	struct nexthop hop;
	__u16 via;
	enum reach reach;
};

struct known_dev {
	__u16 name;
	__u32 ifindex;
	bool up;
};

/**
 * struct check - a check of a configuration
 * @conf: configuration
 * @nl: connection to the kernel
 * @socket: any, for its ioctls
 * @how: see conf_check()
 * @route: the route that is being checked
 * @direct: numbers of the routes without a gateway
 * @direct_count: how many
 * @gateways: by hash of the next hop
 * @devs: by number of the name
 */
struct check {
	struct conf *conf;
	struct nl nl;
	int socket;
	enum conf_check how;
	struct route *route;
	__u32 *direct;
	unsigned int direct_count;
	struct known_gateway gateways[GATEWAYS];
	struct known_dev devs[DEVS];
};

/* The route cannot be installed now. */
static void __attribute__((FAULT_LIKE_PRINTF))
fault(struct check *c, const char *format, ...)
{
	va_list args;

	c->route->held = true;
	c->conf->errors += c->how == CHECK_STRICT;
	if (c->how == CHECK_SILENT)
		return;
	va_start(args, format);
	conf_say_args(c->conf, c->route, format, args);
	va_end(args);
}

/* Of the module; PPTPGW_ROLE_NONE without it. */
static int live_role(const char *name)
{
	struct conf_dev live = { };
	struct quiet quiet;

	quiet_begin(&quiet);
	dev_get(name, &live);
	quiet_end(&quiet);
	free(quiet.text);
	return live.role;
}

static bool is_corporate(const struct conf *conf, __u16 name)
{
	const struct conf_dev *dev = conf_find_dev(conf, name);

	return (dev ? dev->role : live_role(ifname(name))) == PPTPGW_ROLE_CORPORATE;
}

static const char the_rule[] =
	"the default gateway must be on the internet side only, or replies go astray";

static void check_default(struct check *c, __u16 name)
{
	char dst[64];

	if (!name || !route_is_default(c->route) || !is_corporate(c->conf, name))
		return;
	c->conf->errors += c->how == CHECK_WARN;
	fault(c, "%s through %s, a corporate interface: %s",
	      route_dst_text(c->route, dst, sizeof(dst)), ifname(name), the_rule);
}

static bool covers(const struct route *r, const __u8 *address)
{
	unsigned int bytes = r->dst_len / 8, bits = r->dst_len % 8;

	return !memcmp(r->dst, address, bytes) &&
	       (!bits || !((r->dst[bytes] ^ address[bytes]) >> (8 - bits)));
}

/* A route of the configuration itself may bring the gateway on link. */
static bool comes_on_link(const struct check *c, const struct nexthop *hop, __u16 *via)
{
	const struct route *r;
	unsigned int i;

	for (i = 0; i < c->direct_count; i++) {
		r = &c->conf->routes[c->direct[i]];
		if (r->family != hop->family || !covers(r, hop->gateway) ||
		    (hop->name && hop->name != r->hop.name))
			continue;
		*via = r->hop.name;
		return true;
	}
	return false;
}

static void ask(struct check *c, struct known_gateway *k)
{
	__u32 ifindex = k->hop.ifindex;

	k->reach = route_reach(&c->nl, k->hop.family, k->hop.gateway, &ifindex);
	if (k->reach == REACH_DIRECT)
		k->via = ifname_number_of_index(ifindex);
	else if (comes_on_link(c, &k->hop, &k->via))
		k->reach = REACH_DIRECT;
}

static const struct known_gateway *look_up(struct check *c, const struct nexthop *hop)
{
	struct route key = { .family = hop->family, .metric = hop->name };
	struct known_gateway *k;

	memcpy(key.dst, hop->gateway, sizeof(key.dst));
	k = &c->gateways[route_hash(&key) % GATEWAYS];
	if (k->hop.family != hop->family || k->hop.name != hop->name ||
	    memcmp(k->hop.gateway, hop->gateway, sizeof(hop->gateway))) {
		k->hop = *hop;
		ask(c, k);
	}
	return k;
}

static void check_gateway(struct check *c, const struct nexthop *hop)
{
	const struct known_gateway *k;
	char address[INET6_ADDRSTRLEN];

	if (!hop->family || hop->flags & RTNH_F_ONLINK || is_link_local(hop))
		return;
	k = look_up(c, hop);
	if (k->reach == REACH_DIRECT) {
		check_default(c, hop->name ? 0 : k->via);
		return;
	}
	inet_ntop(hop->family, hop->gateway, address, sizeof(address));
	if (hop->name)
		fault(c, "gateway %s is not on link on %s (say 'onlink' if it is)", address,
		      ifname(hop->name));
	else
		fault(c, "gateway %s is not on link on any interface", address);
}

static const struct known_dev *look_up_dev(struct check *c, __u16 name)
{
	struct known_dev *d = &c->devs[name % DEVS];
	struct ifreq ifr = { };

	if (d->name == name)
		return d;
	memset(d, 0, sizeof(*d));
	d->name = name;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname(name));
	if (ioctl(c->socket, SIOCGIFINDEX, &ifr) < 0)
		return d;
	d->ifindex = ifr.ifr_ifindex;
	d->up = !ioctl(c->socket, SIOCGIFFLAGS, &ifr) && ifr.ifr_flags & IFF_UP;
	return d;
}

/* The interface's number goes into @hop. */
static bool check_dev(struct check *c, struct nexthop *hop)
{
	const struct known_dev *d = look_up_dev(c, hop->name);

	hop->ifindex = d->ifindex;
	if (!d->ifindex)
		fault(c, "there is no interface '%s'", ifname(hop->name));
	else if (!d->up)
		fault(c, "interface '%s' is down", ifname(hop->name));
	return d->up;
}

static void check_hop(struct check *c, struct nexthop *hop)
{
	if (hop->name && !check_dev(c, hop))
		return;
	check_default(c, hop->name);
	check_gateway(c, hop);
}

static void check_route(struct check *c, struct route *r)
{
	struct nexthop *hop = (struct nexthop *)route_hops(r);
	int i;

	c->route = r;
	r->held = false;
	for (i = 0; i < r->hop_count; i++)
		check_hop(c, &hop[i]);
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
	if (route_nl_open(&c->nl))
		return EXIT_KERNEL;
	c->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	note_direct_routes(c);
	for (i = 0; i < conf->route_count; i++)
		check_route(c, &conf->routes[i]);
	close(c->socket);
	nl_close(&c->nl);
	free(c->direct);
	free(c);
	return conf->errors ? EXIT_USAGE : EXIT_SUCCESS;
}
