/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Have the kernel make the routes of a configuration its own: all or nothing, or as
 * many as can be. What fails is reported.
 */
#ifndef ROUTE_APPLY_H
#define ROUTE_APPLY_H

#include "route/diff.h"

/**
 * struct apply_options - how to apply
 * @dry_run: only show what would change
 * @partial: make what changes can be made, and report the others
 * @confirm: undo it after so many seconds unless it is confirmed; 0 for never
 */
struct apply_options {
	bool dry_run, partial;
	unsigned int confirm;
};

/*
 * Both need the lock (lib/state.h), but for a dry run, and return an exit status.
 * After success SIGINT and SIGTERM stay blocked: they come too late to change it.
 */
int apply_plan(struct plan *plan, struct conf *conf, struct nl *nl, unsigned int confirm);

/* Compare @conf, which has been checked, apply it, and show how many routes changed. */
int apply_conf(struct conf *conf, const struct apply_options *options);

/* The routes that others have; EXIT_KERNEL if there are any. */
int report_conflicts(const struct conf *conf, const struct plan *plan);

#endif /* ROUTE_APPLY_H */
