/* SPDX-License-Identifier: GPL-2.0 */
/* Have the routes that a plan changed as they were before, whatever was made of it. */
#ifndef ROUTE_UNDO_H
#define ROUTE_UNDO_H

#include "route/diff.h"

/**
 * undo_plan - undo what was made of a plan
 * @plan: of which all changes were made, or some, or none
 *
 * What is there now is read, and only what differs is changed: what the plan deleted or
 * replaced is put back with all that it had, and what it made is deleted. Other owners'
 * routes are left alone. It is tried again until nothing differs.
 *
 * Return: an exit status. After success a look at the routes has found them as they were;
 * after failure this has been reported
 */
int undo_plan(const struct plan *plan);

#endif /* ROUTE_UNDO_H */
