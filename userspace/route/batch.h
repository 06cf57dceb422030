/* SPDX-License-Identifier: GPL-2.0 */
/* Make the changes of a plan: until one fails, or as many as can be made. */
#ifndef ROUTE_BATCH_H
#define ROUTE_BATCH_H

#include "route/diff.h"

/**
 * batch_all - make all changes
 * @plan: the changes; there is no conflict in it
 * @conf: of which the plan was made
 * @nl: connection of rtnetlink
 *
 * It ends with the first change that fails, or with a signal that waits
 * (lib/signals.h): undo.h has what was made until then undone.
 *
 * Return: an exit status; what went wrong has been reported
 */
int batch_all(struct plan *plan, struct conf *conf, struct nl *nl);

/**
 * struct batch_result - what became of changes
 * @failures: how many failed, by kind; the last counts errors of no certain change
 * @message: what the kernel said of the first of them
 */
struct batch_result {
	unsigned int failures[CHANGE_KINDS];
	char message[256];
};

/*
 * Make what changes can be made: how many failed. With @conf, these are reported by their
 * lines, and marked as held there.
 */
unsigned int batch_some(const struct plan *plan, struct conf *conf, struct nl *nl,
			struct batch_result *result);

#endif /* ROUTE_BATCH_H */
