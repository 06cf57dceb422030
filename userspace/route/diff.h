/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be done for the kernel to have the routes of the configuration. */
#ifndef ROUTE_DIFF_H
#define ROUTE_DIFF_H

#include "genl/nl.h"
#include "lib/memory.h"
#include "route/conf.h"

/**
 * struct change - one change
 * @old: what the kernel has, or NULL to add
 * @new: what it is to have, in the configuration, or NULL to delete
 */
struct change {
	const struct route *old;
	struct route *new;
};

struct changes {
	struct change *list;
	unsigned int count;
};

/*
 * In the order in which they are made, save that the last two are left alone: @old is
 * another owner's route, which is in the way of @new, or takes its packets. To restore is
 * for the wanted route among several with its key, which the kernel may take for one that
 * is to be deleted: these are deleted once more, and it is added once more.
 */
enum change_kind {
	CHANGE_ADD,
	CHANGE_REPLACE,
	CHANGE_DELETE,
	CHANGE_RESTORE,
	CHANGE_CONFLICT,
	CHANGE_SHADOWED,
	CHANGE_KINDS
};

/**
 * struct plan - the difference between the kernel and the configuration
 * @changes: by kind
 * @unsent: how many of them were never sent to the kernel, by kind, after batch_all()
 * @unchanged: how many routes are as they should be
 * @held: how many cannot work now
 * @pool: memory of the routes that the kernel has
 */
struct plan {
	struct changes changes[CHANGE_KINDS];
	unsigned int unsent[CHANGE_KINDS];
	unsigned int unchanged, held;
	struct obstack pool;
};

/**
 * plan_make - compare
 * @plan: set
 * @conf: what is wanted, as conf_check() left it; the states of its routes are set
 * @nl: connection
 *
 * Return: an exit status; after success plan_free() is needed
 */
int plan_make(struct plan *plan, struct conf *conf, struct nl *nl);

/*
 * The same; @foreign gets all other owners' routes that the kernel dumps meanwhile. What
 * they add to the plan is dropped if the dump has to be made again.
 */
int plan_make_beside(struct plan *plan, struct conf *conf, struct nl *nl,
		     void (*foreign)(const struct route *has, void *data), void *data);
void plan_free(struct plan *plan);

/**
 * plan_use - make a plan, use it, and free it
 * @make: plan_make(), or shadow_plan()
 * @conf: what is wanted
 * @use: returns an exit status
 * @data: passed on to it
 *
 * Return: an exit status
 */
int plan_use(int (*make)(struct plan *plan, struct conf *conf, struct nl *nl), struct conf *conf,
	     int (*use)(struct plan *plan, struct conf *conf, struct nl *nl, const void *data),
	     const void *data);

/* Drop the changes to whose route @stays does not hold. */
void changes_filter(struct changes *c, bool (*stays)(const struct route *new));

/* Note one more change. */
void plan_add(struct plan *plan, enum change_kind kind, const struct route *old,
	      struct route *new);

/* How many changes there are to make. */
unsigned int plan_size(const struct plan *plan);

#endif /* ROUTE_DIFF_H */
