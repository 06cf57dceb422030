// SPDX-License-Identifier: GPL-2.0
#include "route/corporate.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/diag.h"
#include "lib/ifnames.h"
#include "lib/memory.h"

/*
 * Longer prefixes do not count: more of them than there can be were needed. Of IPv4's
 * addresses 221/256 are Internet hosts': half of these. Of IPv6's only 2000::/3 is in use.
 */
#define LEN_MAX_IPV4 20
#define LEN_MAX_IPV6 24
#define HALF_IPV4 (110.0 / 256)
#define HALF 0.5

/* What routes of a family take: of all addresses, of the Internet's. */
struct share {
	double all, internet;
};

static int live_role(__u32 ifindex)
{
	struct settings live = { };
	struct diag_list ignored;
	char name[IF_NAMESIZE];

	if (!if_indextoname(ifindex, name))
		return PPTPGW_ROLE_NONE;
	diag_collect(&ignored);
	dev_get(name, &live);
	diag_end();
	diag_free(&ignored);
	return live.role;
}

/* An interface may have several names, and a line each. */
int corporate_role(const struct conf *conf, __u32 ifindex)
{
	const struct conf_dev *dev;
	int role = UNSET;

	for (dev = conf->devs; dev < conf_devs_end(conf); dev++)
		if (role != PPTPGW_ROLE_CORPORATE && if_nametoindex(ifname(dev->name)) == ifindex)
			role = dev->set.role;
	return role == UNSET ? live_role(ifindex) : role;
}

/* Rules lead to other tables only what they choose. */
static bool is_everybodys(__u32 table)
{
	return table == RT_TABLE_MAIN || table == RT_TABLE_LOCAL || table == RT_TABLE_DEFAULT;
}

bool corporate_counts(const struct route *r)
{
	return r->type == RTN_UNICAST && is_everybodys(r->table) &&
	       r->dst_len <= (r->family == AF_INET ? LEN_MAX_IPV4 : LEN_MAX_IPV6);
}

bool is_corporate_default(const struct conf *conf, const struct route *route, __u16 dev)
{
	__u32 ifindex = dev ? if_nametoindex(ifname(dev)) : 0;

	return ifindex && route_is_default(route) && is_everybodys(route->table) &&
	       corporate_role(conf, ifindex) == PPTPGW_ROLE_CORPORATE;
}

void corporate_add(struct corporate *c, struct route *route, __u32 ifindex)
{
	if (c->count && c->list[c->count - 1].route == route)
		return;
	c->list = grow(c->list, c->count, sizeof(*c->list));
	c->list[c->count++] = (struct corporate_route){ .route = route, .ifindex = ifindex };
}

static bool covers(const struct route *outer, const struct route *inner)
{
	return outer->family == inner->family && outer->dst_len <= inner->dst_len &&
	       route_covers(outer, inner->dst);
}

static struct share share_of(const struct route *r)
{
	static const struct route internet = {
		.family = AF_INET6, .dst = { 0x20 }, .dst_len = 3,
	};
	struct share s = { .all = 1.0 / (1 << r->dst_len) };

	if (covers(r, &internet))
		s.internet = 1;
	else if (covers(&internet, r))
		s.internet = 8 * s.all;
	return s;
}

static bool is_half(__u8 family, const struct share *s)
{
	return s->all >= (family == AF_INET ? HALF_IPV4 : HALF) || s->internet >= HALF;
}

static int by_length(const void *a, const void *b)
{
	const struct corporate_route *x = a, *y = b;

	if (x->route->dst_len != y->route->dst_len)
		return x->route->dst_len < y->route->dst_len ? -1 : 1;
	return x->route < y->route ? -1 : 1;
}

static bool is_taken(struct route *const *kept, unsigned int count, const struct route *r)
{
	while (count)
		if (covers(kept[--count], r))
			return true;
	return false;
}

/* The longer prefixes come later: one that none of those before covers adds all of its share. */
static bool fits(struct share *sum, struct corporate_route *c)
{
	struct share own = share_of(c->route), more = { sum->all + own.all,
							sum->internet + own.internet };

	c->alone = is_half(c->route->family, &own);
	if (is_half(c->route->family, &more))
		return false;
	*sum = more;
	return true;
}

void corporate_find(struct corporate *c)
{
	struct route **kept = calloc(c->count + 1, sizeof(*kept));
	struct share sums[2] = { };
	unsigned int i, kept_count = 0, left = 0;
	struct route *r;

	if (!kept)
		err(EXIT_KERNEL, NULL);
	if (c->count)
		qsort(c->list, c->count, sizeof(*c->list), by_length);
	for (i = 0; i < c->count; i++) {
		r = c->list[i].route;
		if (is_taken(kept, kept_count, r))
			continue;
		if (fits(&sums[r->family == AF_INET6], &c->list[i]))
			kept[kept_count++] = r;
		else
			c->list[left++] = c->list[i];
	}
	c->count = left;
	free(kept);
}
