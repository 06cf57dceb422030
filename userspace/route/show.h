/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes and plans in text and JSON, by lib/out.h: the names of a route's fields are
 * those of "ip -json route".
 */
#ifndef ROUTE_SHOW_H
#define ROUTE_SHOW_H

#include "route/diff.h"

/* The fields of a route, and its text, within a record. */
void route_out(const struct route *route);

/* Text only: which next hops are not in use, and why. */
void route_out_state(const struct route *route);

/* The changes, in lists by kind. */
void plan_out(const struct conf *conf, const struct plan *plan);

#endif /* ROUTE_SHOW_H */
