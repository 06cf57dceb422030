/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of routes that are undone unless they are confirmed, so that who locks
 * himself out of a distant host is let in again.
 */
#ifndef ROUTE_ROLLBACK_H
#define ROUTE_ROLLBACK_H

#include "route/diff.h"

/**
 * rollback_begin - have the changes of a plan undone, unless...
 * @plan: the changes, none of which has been made
 * @conf: of which the plan was made
 * @seconds: how long after rollback_made() to wait for rollback_confirm()
 *
 * A process of its own waits, and keeps the lock that the caller holds. It undoes
 * the changes at once if the caller dies before rollback_made(). A configuration
 * that nobody confirms stays out of force, see confirmed.h.
 *
 * Return: a file descriptor, or -1 after a report
 */
int rollback_begin(const struct plan *plan, const struct conf *conf, unsigned int seconds);

/* What became of the changes: all were made, or undone; or neither, or it is not known. */
enum rollback_result {
	ROLLBACK_MADE,
	ROLLBACK_UNDONE,
	ROLLBACK_TORN,
};

/* Report it to the process that waits; closes @fd. */
void rollback_made(int fd, enum rollback_result result);

/* Confirm what another run of the tool made. An exit status. */
int rollback_confirm(void);

#endif /* ROUTE_ROLLBACK_H */
