/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes of the configuration that the kernel has, and that get no packets, or not all of
 * theirs, because another owner's route takes them.
 */
#ifndef ROUTE_SHADOW_H
#define ROUTE_SHADOW_H

#include "route/diff.h"

/* Like plan_make(), with CHANGE_SHADOWED. */
int shadow_plan(struct plan *plan, struct conf *conf, struct nl *nl);

#endif /* ROUTE_SHADOW_H */
