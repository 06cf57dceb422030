/* SPDX-License-Identifier: GPL-2.0 */
/* Several next hops behind one interface. */
#ifndef PGW_PATHS_H
#define PGW_PATHS_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <net/ip_fib.h>
#include <net/route.h>

#include "table.h"

/* Routes by other gateways that are kept; beyond that, the first next hop is used. */
#define PGW_PATHS 64

/* Nobody uses a route that has been stale for so long. */
#define PGW_PATH_LASTS (5 * HZ)

/**
 * struct pgw_path - a route by another gateway than the first
 * @node: in pgw_paths.routes
 * @rt: it; a reference
 * @old: it was found stale
 * @since: when, in jiffies
 */
struct pgw_path {
	struct list_head node;
	struct rtable *rt;
	bool old;
	unsigned long since;
};

/**
 * struct pgw_paths - the routes by the gateways behind an interface
 * @lock: guards the rest
 * @gone: the interface is gone, and with it all routes
 * @n: how many
 * @routes: struct pgw_path
 */
struct pgw_paths {
	spinlock_t lock; /* with bottom halves off */
	bool gone;
	unsigned int n;
	struct list_head routes;
};

struct rtable *pgw_path_choose(struct pgw_paths *paths, const struct pgw_key *key,
			       const struct fib_result *res, struct rtable *first,
			       int genid);
void pgw_paths_init(struct pgw_paths *paths);
void pgw_paths_end(struct pgw_paths *paths);

#endif /* PGW_PATHS_H */
