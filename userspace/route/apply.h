/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The routes of a configuration, as a whole.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include "route/conf.h"

/*
 * Have the kernel make them its own, all or nothing, and say how many changed.
 * @conf has been checked, and the caller holds the lock (state.h). An exit status.
 */
int routes_apply(struct conf *conf);

#endif /* ROUTES_H */
