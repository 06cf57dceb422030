/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The interfaces of a configuration get their roles, and give them back. How they were
 * before is noted in a file, in the words of a configuration.
 */
#ifndef ROUTE_ROLES_H
#define ROUTE_ROLES_H

#include "route/conf.h"

/**
 * struct roles - what is known of the roles in this network namespace
 * @before: how "up" found the interfaces; empty if it was never up
 * @lock: keeps others from changing roles
 */
struct roles {
	struct conf before;
	int lock;
};

/* Lock and read; an exit status. roles_end() may follow in any case. */
int roles_begin(struct roles *roles);
void roles_end(struct roles *roles);

/* Note that this network namespace is up; an exit status. */
int roles_note(struct roles *roles);

/*
 * Load the module if it is needed, and set the roles of those interfaces that are there.
 * What fails is reported, and the rest is done; an exit status.
 */
int roles_set(struct roles *roles, const struct conf *conf);

/* Restore them, forget how they were, and unload the module; an exit status. */
int roles_restore(struct roles *roles);

/* Report the interfaces of the configuration that are not there, or not what they should be. */
void roles_check(const struct conf *conf);

#endif /* ROUTE_ROLES_H */
