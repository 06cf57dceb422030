// SPDX-License-Identifier: GPL-2.0
/*
 * Several next hops behind one interface. A lookup that may leave by one interface
 * only always finds the first of them (fib_select_path() in net/ipv4/fib_semantics.c).
 * Replies are shared among all as the kernel shares them by default: by a hash of the
 * addresses, and by weight.
 *
 * This file makes the routes by the other gateways. A route holds its device, so the
 * interface has a list of them, to release the device when it goes.
 */
#include "paths.h"

#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <net/ip.h>
#include <net/nexthop.h>

#include "compat.h"

/* A group may be replaced by a smaller one meanwhile. Context: RCU. */
static u32 path_weight(const struct fib_info *fi, unsigned int i,
		       const struct fib_nh_common *nhc)
{
	const struct nh_group *group;

	if (!fi->nh || !fi->nh->is_group)
		return nhc->nhc_weight;
	group = rcu_dereference(fi->nh->nh_grp);
	return i < group->num_nh ? group->nh_entries[i].weight : 0;
}

static bool is_behind(const struct fib_nh_common *nhc, int oif)
{
	return nhc && nhc->nhc_oif == oif && nhc->nhc_gw_family == AF_INET &&
	       !(nhc->nhc_flags & RTNH_F_DEAD);
}

/* The sum of the weights of the next hops behind @oif. */
static u32 sum_weights(struct fib_info *fi, int oif)
{
	const struct fib_nh_common *nhc;
	unsigned int i;
	u32 sum = 0;

	for (i = 0; i < fib_info_num_path(fi); i++) {
		nhc = fib_info_nhc(fi, i);
		if (is_behind(nhc, oif))
			sum += path_weight(fi, i, nhc);
	}
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
		weight = path_weight(fi, i, nhc);
		if (point < weight)
			return nhc->nhc_gw.ipv4;
		point -= weight;
	}
	return 0;
}

static bool fits(const struct rtable *rt, const struct fib_info *fi,
		 __be32 gateway, int genid)
{
	return rt->rt_gw4 == gateway && rt->rt_genid == genid &&
	       dst_metrics_ptr((struct dst_entry *)&rt->dst) ==
	       fi->fib_metrics->metrics;
}

/* Whoever still holds the route finds it dead, and looks up another. */
static void let_go(struct pgw_paths *paths, struct pgw_path *path)
{
	list_del(&path->node);
	paths->n--;
	dst_dev_put(&path->rt->dst);
	dst_release(&path->rt->dst);
	kfree(path);
}

/*
 * Stale routes are in use for as long as a grace period lasts (see pgw_route_in_grace()),
 * and by packets on their way.
 */
static void let_go_of_old(struct pgw_paths *paths, int genid)
{
	struct pgw_path *path, *next;

	list_for_each_entry_safe(path, next, &paths->routes, node) {
		if (path->rt->rt_genid == genid)
			continue;
		if (!path->old)
			path->since = jiffies;
		path->old = true;
		if (time_after(jiffies, path->since + PGW_PATH_LASTS))
			let_go(paths, path);
	}
}

static struct rtable *rt_new(struct rtable *first, const struct fib_info *fi,
			     __be32 gateway, int genid)
{
	struct rtable *rt;

	rt = pgw_rt_alloc(first->dst.dev, first->rt_flags,
			  first->dst.flags & DST_NOXFRM);
	if (!rt)
		return NULL;
	rt->rt_genid = genid;
	rt->rt_uses_gateway = 1;
	rt->rt_gw_family = AF_INET;
	rt->rt_gw4 = gateway;
	ip_dst_init_metrics(&rt->dst, fi->fib_metrics);
	return rt;
}

/* Context: lock. Return: a route that is kept, or NULL. */
static struct rtable *path_new(struct pgw_paths *paths, struct rtable *first,
			       const struct fib_info *fi, __be32 gateway, int genid)
{
	struct pgw_path *path;

	let_go_of_old(paths, genid);
	if (paths->n >= PGW_PATHS)
		return NULL;
	path = kmalloc(sizeof(*path), GFP_NOWAIT | __GFP_NOWARN);
	if (!path)
		return NULL;
	path->rt = rt_new(first, fi, gateway, genid);
	if (!path->rt) {
		kfree(path);
		return NULL;
	}
	path->old = false;
	list_add(&path->node, &paths->routes);
	paths->n++;
	return path->rt;
}

/* Context: lock. Return: a route that is kept, or NULL. */
static struct rtable *route_by(struct pgw_paths *paths, struct rtable *first,
			       const struct fib_info *fi, __be32 gateway, int genid)
{
	struct pgw_path *path;

	list_for_each_entry(path, &paths->routes, node)
		if (fits(path->rt, fi, gateway, genid))
			return path->rt;
	return path_new(paths, first, fi, gateway, genid);
}

/**
 * pgw_path_choose - choose among the next hops of a route
 * @paths: of the interface that the route leaves by
 * @key: client and local address
 * @res: the FIB's result of a lookup with the interface as output
 * @first: the route by the first next hop; the reference is consumed
 * @genid: the FIB's generation before that lookup
 *
 * Context: RCU. Return: a reference to the route to take.
 */
struct rtable *pgw_path_choose(struct pgw_paths *paths, const struct pgw_key *key,
			       const struct fib_result *res, struct rtable *first,
			       int genid)
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
		rt = route_by(paths, first, res->fi, gateway, genid);
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
	INIT_LIST_HEAD(&paths->routes);
}

/* The interface goes: no route may hold it. */
void pgw_paths_end(struct pgw_paths *paths)
{
	struct pgw_path *path, *next;

	spin_lock_bh(&paths->lock);
	paths->gone = true;
	list_for_each_entry_safe(path, next, &paths->routes, node)
		let_go(paths, path);
	spin_unlock_bh(&paths->lock);
}
