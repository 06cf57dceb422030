/* SPDX-License-Identifier: GPL-2.0 */
/* A route in the words of ip-route(8). */
#ifndef ROUTE_PARSE_H
#define ROUTE_PARSE_H

#include "lib/lines.h"
#include "route/route.h"

/**
 * route_parse - read a route from the rest of a line
 * @line: the line, after "route"
 * @route: set; @route->hops is to be freed
 *
 * Return: success. If not, the error has been reported, and @route->hops is NULL.
 */
bool route_parse(struct line *line, struct route *route);

#endif /* ROUTE_PARSE_H */
