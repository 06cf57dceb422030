// SPDX-License-Identifier: GPL-2.0
/*
 * Several next hops behind one interface. A lookup that may leave by one interface
 * only always finds the first of them (fib_select_path() in net/ipv4/fib_semantics.c).
 * Replies are shared among all as the kernel shares them by default: by a hash of the
 * addresses, and by weight.
 *
 * Routes by the other gateways are made here. A route holds its device: they are kept
 * with the interface, too, so that they can be made to let go of it.
 */
#include "paths.h"

#include <linux/hash.h>
#include <net/ip.h>
#include <net/nexthop.h>

#include "compat.h"

/* Context: RCU. */
static u32 path_weight(const struct fib_info *fi, unsigned int i)
{
	const struct fib_nh_common *nhc = fib_info_nhc((struct fib_info *)fi, i);

	if (fi->nh && fi->nh->is_group)
		return rcu_dereference(fi->nh->nh_grp)->nh_entries[i].weight;
	return nhc->nhc_weight;
}

static bool is_behind(const struct fib_nh_common *nhc, int oif)
{
	return nhc && nhc->nhc_oif == oif && nhc->nhc_gw_family == AF_INET &&
	       !(nhc->nhc_flags & RTNH_F_DEAD);
}

/* The sum of the weights of the next hops behind @oif. */
static u32 sum_weights(struct fib_info *fi, int oif)
{
	unsigned int i;
	u32 sum = 0;

	for (i = 0; i < fib_info_num_path(fi); i++)
		if (is_behind(fib_info_nhc(fi, i), oif))
			sum += path_weight(fi, i);
	return sum;
}

/* Return: the gateway of the next hop at @point of the sum, or 0. */
static __be32 gateway_at(struct fib_info *fi, int oif, u32 point)
{
	const struct fib_nh_common *nhc;
	unsigned int i;
	u32 weight;

	for (i = 0; i < fib_info_num_path(fi); i++) {
		nhc = fib_info_nhc(fi, i);
		if (!is_behind(nhc, oif))
			continue;
		weight = path_weight(fi, i);
		if (point < weight)
			return nhc->nhc_gw.ipv4;
		point -= weight;
	}
	return 0;
}

static bool fits(const struct rtable *rt, const struct fib_info *fi,
		 __be32 gateway)
{
	return rt && rt->rt_gw4 == gateway &&
	       rt->rt_genid == rt_genid_ipv4(fi->fib_net) &&
	       dst_metrics_ptr((struct dst_entry *)&rt->dst) ==
	       fi->fib_metrics->metrics;
}

static void let_go(struct rtable **slot)
{
	struct rtable *rt = *slot;

	if (!rt)
		return;
	*slot = NULL;
	dst_dev_put(&rt->dst);
	dst_release(&rt->dst);
}

static struct rtable *path_new(struct rtable *first, const struct fib_info *fi,
			       __be32 gateway)
{
	struct rtable *rt;

	rt = pgw_rt_alloc(first->dst.dev, first->rt_flags,
			  first->dst.flags & DST_NOXFRM);
	if (!rt)
		return NULL;
	rt->rt_uses_gateway = 1;
	rt->rt_gw_family = AF_INET;
	rt->rt_gw4 = gateway;
	ip_dst_init_metrics(&rt->dst, fi->fib_metrics);
	return rt;
}

/* Context: lock. Return: a route that is kept, or NULL. */
static struct rtable *route_by(struct pgw_paths *paths, struct rtable *first,
			       const struct fib_info *fi, __be32 gateway)
{
	struct rtable **slot = &paths->route[hash_32((__force u32)gateway, 3)];
	unsigned int i;

	for (i = 0; i < PGW_PATHS; i++)
		if (fits(paths->route[i], fi, gateway))
			return paths->route[i];
	let_go(slot);
	*slot = path_new(first, fi, gateway);
	return *slot;
}

/**
 * pgw_path_choose - choose among the next hops of a route
 * @paths: of the interface that the route leaves by
 * @key: client and local address
 * @res: what the FIB says of a lookup that may leave by the interface only
 * @first: the route by the first next hop; the reference is consumed
 *
 * Context: RCU. Return: a reference to the route to take.
 */
struct rtable *pgw_path_choose(struct pgw_paths *paths, const struct pgw_key *key,
			       const struct fib_result *res, struct rtable *first)
{
	int oif = first->dst.dev->ifindex;
	struct rtable *rt = NULL;
	__be32 gateway;
	u32 sum;

	sum = sum_weights(res->fi, oif);
	gateway = gateway_at(res->fi, oif,
			     reciprocal_scale(hash_64(key->word, 32), sum));
	if (!gateway || gateway == first->rt_gw4)
		return first;
	spin_lock_bh(&paths->lock);
	if (!paths->gone)
		rt = route_by(paths, first, res->fi, gateway);
	if (rt)
		dst_hold(&rt->dst);
	spin_unlock_bh(&paths->lock);
	if (!rt)
		return first;
	ip_rt_put(first);
	return rt;
}

void pgw_paths_init(struct pgw_paths *paths)
{
	spin_lock_init(&paths->lock);
}

/* The interface goes, and no route may hold it. */
void pgw_paths_end(struct pgw_paths *paths)
{
	unsigned int i;

	spin_lock_bh(&paths->lock);
	paths->gone = true;
	for (i = 0; i < PGW_PATHS; i++)
		let_go(&paths->route[i]);
	spin_unlock_bh(&paths->lock);
}
