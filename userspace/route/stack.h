/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interfaces on top of others: a packet comes in by the upper one, which therefore is the
 * one that needs the role.
 */
#ifndef ROUTE_STACK_H
#define ROUTE_STACK_H

#include "route/conf.h"

/* Report the interfaces of the configuration whose addresses another one has. */
void stack_check(const struct conf *conf);

#endif /* ROUTE_STACK_H */
