/* SPDX-License-Identifier: GPL-2.0 */
/* A route in words. */
#ifndef ROUTE_TEXT_H
#define ROUTE_TEXT_H

#include "route/route.h"

/* The text of a route with HOPS_MAX next hops. */
#define ROUTE_TEXT_SIZE 32768

/* Router preferences of IPv6, by number; route.pref. */
extern const char *const pref_words[];

/* Options of a route that ip(8) has, and the configuration has not. */
extern const char *const unsupported_words[];

/* The prefix, as "default", "10.0.0.0/8", "192.0.2.1"; @size at least 64. */
const char *route_dst_text(const struct route *route, char *buf, size_t size);

/* The route in words that route_parse() reads; @size at least ROUTE_TEXT_SIZE. */
const char *route_text(const struct route *route, char *buf, size_t size);

#endif /* ROUTE_TEXT_H */
