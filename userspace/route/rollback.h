/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of routes that are undone unless they are confirmed, so that who locks
 * himself out of a distant host is let in again.
 */
#ifndef CONFIRM_H
#define CONFIRM_H

#include "route/diff.h"

/**
 * confirm_begin - have the changes of a plan undone, unless...
 * @plan: the changes, none of which has been made
 * @conf: of which the plan was made
 * @seconds: how long after confirm_made() to wait for confirm_give()
 *
 * A process of its own waits, and keeps the lock that the caller holds. It undoes
 * the changes at once if the caller dies before confirm_made().
 *
 * Return: a file descriptor, or -1 after saying why
 */
int confirm_begin(const struct plan *plan, const struct conf *conf, unsigned int seconds);

/* The changes were made (or undone: @made is false); closes @fd. */
void confirm_made(int fd, bool made);

/* Confirm what another run of the tool made. An exit status. */
int confirm_give(void);

#endif /* CONFIRM_H */
