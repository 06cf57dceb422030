/* SPDX-License-Identifier: GPL-2.0 */
/* Several next hops behind one interface. */
#ifndef PGW_PATHS_H
#define PGW_PATHS_H

#include <linux/spinlock.h>
#include <net/ip_fib.h>
#include <net/route.h>

#include "table.h"

/* More gateways behind one interface than this are used, but not kept. */
#define PGW_PATHS 8

/**
 * struct pgw_paths - routes by the gateways behind an interface
 * @lock: guards the rest
 * @gone: the interface is; there are no routes any more
 * @route: references, or NULL
 */
struct pgw_paths {
	spinlock_t lock; /* with bottom halves off */
	bool gone;
	struct rtable *route[PGW_PATHS];
};

struct rtable *pgw_path_choose(struct pgw_paths *paths, const struct pgw_key *key,
			       const struct fib_result *res, struct rtable *first);
void pgw_paths_init(struct pgw_paths *paths);
void pgw_paths_end(struct pgw_paths *paths);

#endif /* PGW_PATHS_H */
