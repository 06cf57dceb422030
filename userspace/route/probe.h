/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the kernel takes a next hop: it is asked for a route that it checks as any other
 * but cannot make, so that nothing changes and its own rules decide.
 */
#ifndef ROUTE_PROBE_H
#define ROUTE_PROBE_H

#include "genl/nl.h"
#include "route/route.h"

/*
 * 0 if the kernel takes @hop for a route of the family and table of @route, or does not
 * let this process ask; else an errno, and @nl->extack has its reason.
 */
int probe_hop(struct nl *nl, const struct route *route, const struct nexthop *hop);

/* The interface by which packets to the gateway leave now, or 0. */
__u32 probe_dev(struct nl *nl, const struct nexthop *hop);

#endif /* ROUTE_PROBE_H */
