/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes through corporate interfaces that together take what a default route takes:
 * 0/0, two halves of it, or so many parts of it.
 */
#ifndef ROUTE_CORPORATE_H
#define ROUTE_CORPORATE_H

#include "route/conf.h"

/**
 * struct corporate - the routes through corporate interfaces
 * @list: those that are short enough to count
 * @count: how many
 */
struct corporate {
	struct corporate_route {
		struct route *route;
		__u32 ifindex;
		bool alone;
	} *list;
	unsigned int count;
};

/* Of the interface: the configuration's, by any of its names; else the module's. */
int corporate_role(const struct conf *conf, __u32 ifindex);

/* It is in a table that all packets come to, and takes something worth counting. */
bool corporate_counts(const struct route *route);

void corporate_add(struct corporate *c, struct route *route, __u32 ifindex);

/*
 * Leave those in @c that have to go so that the rest takes less than half of the
 * addresses; @alone: that one would take it by itself.
 */
void corporate_find(struct corporate *c);

/* A default route through @dev (0: none) that would take replies to the corporate side. */
bool is_corporate_default(const struct conf *conf, const struct route *route, __u16 dev);

#endif /* ROUTE_CORPORATE_H */
