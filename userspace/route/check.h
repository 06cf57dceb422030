/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the routes of a configuration can work on this host. */
#ifndef ROUTE_CHECK_H
#define ROUTE_CHECK_H

#include "route/conf.h"

/* What conf_check() does about a route that cannot work now, but perhaps later. */
enum conf_check {
	CHECK_STRICT,	/* it is an error */
	CHECK_WARN,	/* hold it, and report it */
	CHECK_SILENT,	/* hold it; a default route to the corporate side, too */
};

/**
 * conf_check - whether the routes can work on this host
 * @conf: configuration; the interfaces' numbers are put into its routes, and those
 *	that are not to be added now are marked as held
 * @how: what to do about these
 *
 * Interfaces exist and are up, gateways are on link, and no default route
 * leads to the corporate side, which is always an error.
 *
 * Return: an exit status
 */
int conf_check(struct conf *conf, enum conf_check how);

/* Both, to report all that is wrong in one run; an exit status. */
int conf_read_and_check(struct conf *conf, enum conf_check how);

#endif /* ROUTE_CHECK_H */
