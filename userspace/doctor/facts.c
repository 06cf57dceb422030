// SPDX-License-Identifier: GPL-2.0
#include "doctor/facts.h"

#include <arpa/inet.h>
#include <glob.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include "genl/family.h"
#include "route/raw.h"
#include "route/rtnl.h"
#include "route/text.h"

void *pool_copy(struct doctor *d, const void *data, size_t size)
{
	return obstack_copy(&d->pool, data, size);
}

void *pool_zero(struct doctor *d, size_t size)
{
	return memset(obstack_alloc(&d->pool, size), 0, size);
}

const char *text(struct doctor *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	obstack_vprintf(&d->pool, format, args);
	va_end(args);
	obstack_1grow(&d->pool, '\0');
	return obstack_finish(&d->pool);
}

static bool has_item(const char *list, const char *separator, const char *item)
{
	size_t gap = strlen(separator), len = strlen(item);
	const char *at = list;

	for (; (at = strstr(at, item)); at++)
		if ((at == list || (at >= list + gap && !strncmp(at - gap, separator, gap))) &&
		    (!at[len] || !strncmp(at + len, separator, gap)))
			return true;
	return false;
}

const char *join(struct doctor *d, const char *list, const char *separator, const char *next)
{
	if (!list || !*list || !next || !*next)
		return list && *list ? list : next;
	return has_item(list, separator, next) ? list : text(d, "%s%s%s", list, separator, next);
}

const char *text_of_route(struct doctor *d, const struct route *route)
{
	static char buf[ROUTE_TEXT_SIZE];

	return text(d, "%s", route_text(route, buf, sizeof(buf)));
}

const char *route_command(struct doctor *d, const char *verb, const struct route *route,
			  const char *words)
{
	const char *hops = strstr(words, " nexthop ") ?: words + strlen(words);

	return text(d, "ip %sroute %s %.*s proto %u%s", route->family == AF_INET6 ? "-6 " : "",
		    verb, (int)(hops - words), words, route->protocol, hops);
}

/* ip(8) does not take a nexthop object along with what is in it. */
const char *command_to_delete(struct doctor *d, const struct route *route)
{
	const char *words = text_of_route(d, route);
	struct route bare = *route;

	bare.hop_count = 0;
	if (strstr(words, " nhid "))
		words = text_of_route(d, &bare);
	return route_command(d, "del", route, words);
}

const char *place_of_route(struct doctor *d, const struct route *route)
{
	return text(d, "%s:%u", d->conf.files[route->file], route->line);
}

const char *place_of_dev(struct doctor *d, __u16 number)
{
	const struct conf_dev *dev = conf_find_dev(&d->conf, number);

	return dev ? text(d, "%s:%u", d->conf.files[dev->file], dev->line) : "the module's setting";
}

const char *tool_command(struct doctor *d, const char *words)
{
	return conf_path ? text(d, "pptpgw -c %s %s", conf_path, words)
			 : text(d, "pptpgw %s", words);
}

const char *text_of_address(struct doctor *d, __u32 address)
{
	struct in_addr in = { htonl(address) };

	return text(d, "%s", inet_ntoa(in));
}

struct iface *find_iface(const struct doctor *d, __u16 number)
{
	struct iface *iface;

	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->number == number)
			break;
	return iface;
}

int role_of(const struct doctor *d, __u16 number)
{
	const struct iface *iface = find_iface(d, number);

	return iface ? iface->role : PPTPGW_ROLE_NONE;
}

const struct iface *next_uplink(const struct iface *iface)
{
	while (iface && (iface->role != PPTPGW_ROLE_INTERNET || !is_there(iface)))
		iface = iface->next;
	return iface;
}

__u16 wrong_dev(const struct doctor *d, const struct route *r)
{
	int i;

	for (i = 0; i < r->hop_count; i++)
		if (role_of(d, route_hops(r)[i].name) != PPTPGW_ROLE_INTERNET)
			return route_hops(r)[i].name;
	return 0;
}

struct iface *read_iface(struct doctor *d, __u16 number)
{
	struct iface *iface = pool_zero(d, sizeof(*iface));

	iface->number = number;
	iface->name = text(d, "%s", ifname(number));
	iface->conf_role = UNSET;
	iface->live_role = UNSET;
	ifname_state(iface->name, &iface->state);
	return iface;
}

static struct iface *add_iface(struct doctor *d, __u16 number)
{
	struct iface *iface = read_iface(d, number);

	*d->last_iface = iface;
	d->last_iface = &iface->next;
	return iface;
}

static bool is_configured(void)
{
	glob_t found = { };
	bool is = conf_path || !glob(CONF_DIR "/{pptpgw.conf,conf.d/*.conf}", GLOB_BRACE, NULL,
				     &found);

	globfree(&found);
	return is;
}

static void read_conf(struct doctor *d)
{
	diag_collect(&d->conf_errors);
	d->conf_exists = is_configured();
	if (d->conf_exists)
		conf_read(&d->conf);
	diag_end();
}

static void read_conf_roles(struct doctor *d)
{
	const struct conf_dev *dev;
	struct iface *iface;

	for (dev = d->conf.devs; dev < conf_devs_end(&d->conf); dev++) {
		iface = add_iface(d, dev->name);
		iface->conf_role = dev->set.role;
		iface->role = dev->set.role;
	}
}

static int read_live_role(const struct nlmsghdr *nlh, void *data)
{
	struct doctor *d = data;
	struct iface *iface;
	struct dev dev;
	__u16 number;

	dev_read(nlh, &dev);
	number = ifname_number(dev.ifname);
	iface = find_iface(d, number);
	if (!iface && dev.set.role == PPTPGW_ROLE_NONE)
		return MNL_CB_OK;
	if (!iface) {
		iface = add_iface(d, number);
		iface->role = dev.set.role;
	}
	iface->live_role = dev.set.role;
	return MNL_CB_OK;
}

/* What it does not report is UNSET. */
static void read_live_roles(struct doctor *d)
{
	struct diag_list ignored;

	d->loaded = !access("/sys/module/pptpgw", F_OK);
	if (!d->loaded)
		return;
	diag_collect(&ignored);
	family_request(PPTPGW_CMD_DEV_GET, NLM_F_DUMP, read_live_role, d);
	diag_end();
	diag_free(&ignored);
}

bool is_public(const struct doctor *d, __u32 a)
{
	const struct address *own;

	if (a >> 24 == 0 || a >> 24 == 10 || a >> 24 == 127 || a >> 28 >= 14 ||
	    a >> 16 == 0xc0a8 || a >> 20 == 0xac1 || a >> 16 == 0xa9fe || a >> 22 == 0x191)
		return false;
	for (own = d->addresses; own; own = own->next)
		if (!own->len || !((own->net ^ a) & ~0U << (32 - own->len)))
			return false;
	return true;
}

/*
 * Who would be a client of the Internet is reached by another way than an uplink. Shorter
 * prefixes take most of the Internet: the trial sees that.
 */
static bool takes_clients(const struct doctor *d, const struct route *r)
{
	__u32 dst;

	memcpy(&dst, r->dst, sizeof(dst));
	return r->table == RT_TABLE_MAIN && r->type == RTN_UNICAST && !r->tos && r->dst_len >= 8 &&
	       r->protocol != RTPROT_KERNEL && is_public(d, ntohl(dst) + (r->dst_len < 32)) &&
	       wrong_dev(d, r);
}

static void keep_route(const struct route *route, void *data)
{
	bool ours = route->protocol == ROUTE_PROTOCOL;
	struct doctor *d = data;
	struct known_route *k;

	if (!ours && (route->family != AF_INET ||
		      !(route->dst_len <= 1 || takes_clients(d, route))))
		return;
	k = pool_zero(d, sizeof(*k));
	k->route = *route_keep(&d->pool, route);
	*d->last_route = k;
	d->last_route = &k->next;
}

const struct route *find_default(const struct doctor *d, bool by_uplinks)
{
	const struct route *r, *best = NULL;
	const struct known_route *k;

	for (k = d->routes; k; k = k->next) {
		r = &k->route;
		if (r->family == AF_INET && !r->dst_len && r->table == RT_TABLE_MAIN &&
		    r->type == RTN_UNICAST && !r->tos && !(r->hop.flags & RTNH_F_DEAD) &&
		    !(by_uplinks && wrong_dev(d, r)) && (!best || r->metric < best->metric))
			best = r;
	}
	return best;
}

static __u32 address_in(const struct sockaddr *sa)
{
	return sa ? ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr) : 0;
}

static void add_address(struct doctor *d, const struct ifaddrs *ifa)
{
	struct address *a = pool_zero(d, sizeof(*a));

	a->address = address_in(ifa->ifa_addr);
	a->len = __builtin_popcount(address_in(ifa->ifa_netmask));
	a->net = a->address & address_in(ifa->ifa_netmask);
	if (ifa->ifa_flags & IFF_POINTOPOINT)
		a->peer = address_in(ifa->ifa_dstaddr);
	a->dev = text(d, "%s", ifa->ifa_name);
	a->next = d->addresses;
	d->addresses = a;
}

static void read_addresses(struct doctor *d)
{
	struct ifaddrs *all, *ifa;

	if (getifaddrs(&all) < 0)
		return;
	for (ifa = all; ifa; ifa = ifa->ifa_next)
		if (ifa->ifa_addr && ifa->ifa_addr->sa_family == AF_INET &&
		    !(ifa->ifa_flags & IFF_LOOPBACK))
			add_address(d, ifa);
	freeifaddrs(all);
}

int doctor_open(struct doctor *d)
{
	int status;

	memset(d, 0, sizeof(*d));
	d->last_iface = &d->ifaces;
	d->last_route = &d->routes;
	d->last_finding = &d->findings;
	status = rtnl_open(&d->nl);
	if (status)
		return status;
	obstack_init(&d->pool);
	read_conf(d);
	read_conf_roles(d);
	read_live_roles(d);
	read_addresses(d);
	status = route_dump(&d->nl, 0, keep_route, d);
	d->active = find_default(d, false);
	if (status)
		doctor_close(d);
	return status;
}

void doctor_close(struct doctor *d)
{
	diag_free(&d->conf_errors);
	conf_free(&d->conf);
	nl_close(&d->nl);
	obstack_free(&d->pool, NULL);
}
