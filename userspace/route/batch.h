/* SPDX-License-Identifier: GPL-2.0 */
/* Make the changes of a plan: all or none, or as many as can be made. */
#ifndef ROUTE_BATCH_H
#define ROUTE_BATCH_H

#include "route/diff.h"

/**
 * batch_all - make all changes, or none
 * @plan: the changes; there is no conflict in it
 * @conf: of which the plan was made
 * @nl: connection of rtnetlink
 *
 * The first change that fails has those before it undone; so has a signal that
 * waits (lib/signals.h), until the last change is made.
 *
 * Return: an exit status; what went wrong has been reported
 */
int batch_all(const struct plan *plan, struct conf *conf, struct nl *nl);

/* Undo all changes of @plan, made or not. An exit status. */
int batch_undo(const struct plan *plan, struct conf *conf, struct nl *nl);

/* Make what changes can be made, and return how many failed. */
unsigned int batch_some(const struct plan *plan, struct nl *nl);

/* The same; those that failed are reported, and those of @conf are marked as held. */
unsigned int batch_report_some(const struct plan *plan, struct conf *conf, struct nl *nl);

#endif /* ROUTE_BATCH_H */
