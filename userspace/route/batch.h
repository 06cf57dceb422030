/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make the changes of a plan: all or none, or as many as can be made.
 */
#ifndef APPLY_H
#define APPLY_H

#include <signal.h>

#include "route/diff.h"

/* Enlarges the buffers of a connection for what is to come. */
void apply_prepare(struct nl *nl);

/* SIGINT and SIGTERM wait from now on; @before: the signals that waited already. */
void apply_block_signals(sigset_t *before);

/**
 * apply_all - make all changes, or none
 * @plan: the changes; there is no conflict in it
 * @conf: of which the plan was made
 * @nl: connection, after apply_prepare()
 *
 * The first change that fails has those before it undone; so have SIGINT and SIGTERM,
 * until the last change is made. A caller that wants to end with its own status then
 * blocks them before.
 *
 * Return: an exit status; errors have been printed
 */
int apply_all(const struct plan *plan, const struct conf *conf, struct nl *nl);

/* Undo all changes of @plan, made or not. An exit status. */
int apply_undo(const struct plan *plan, const struct conf *conf, struct nl *nl);

/* Make what changes can be made, and return how many failed. */
unsigned int apply_some(const struct plan *plan, struct nl *nl);

#endif /* APPLY_H */
