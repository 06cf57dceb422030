/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which configuration is in force where nobody watches, as when the host starts: not one
 * that was applied with "--confirm" and never confirmed.
 */
#ifndef ROUTE_CONFIRMED_H
#define ROUTE_CONFIRMED_H

#include "route/conf.h"

/*
 * Like conf_read(); but the routes are those of the configuration that was confirmed last,
 * as long as the files have one that was not. This is reported.
 */
int confirmed_read(struct conf *conf);

/* The files have a configuration that is not confirmed: it may still be, or not any more. */
bool confirmed_is_pending(void);

/*
 * Before the routes of @conf are applied with "--confirm": until confirmed_accept(), or
 * confirmed_set() of another run, it is not in force. An exit status.
 */
int confirmed_begin(const struct conf *conf, bool *was_pending);

/* It was confirmed. */
void confirmed_accept(void);

/* It was not applied at all: all is as before confirmed_begin(). */
void confirmed_cancel(bool was_pending);

/* @conf was applied for good. */
void confirmed_set(const struct conf *conf);

#endif /* ROUTE_CONFIRMED_H */
