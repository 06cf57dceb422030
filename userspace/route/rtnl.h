/* SPDX-License-Identifier: GPL-2.0 */
/* Routes and the kernel: as messages of rtnetlink(7), and dumps of them. */
#ifndef ROUTE_RTNL_H
#define ROUTE_RTNL_H

#include "genl/nl.h"
#include "route/route.h"

/* The longest request: a route with HOPS_MAX next hops, all with gateways. */
#define ROUTE_REQUEST_SIZE NL_REQUEST_SIZE

/* A connection; an exit status. nl_close() is needed after success only. */
int rtnl_open(struct nl *nl);

/* Write a request, RTM_NEWROUTE or RTM_DELROUTE, at @at; the caller sets nlmsg_seq. */
struct nlmsghdr *route_request(void *at, __u16 type, __u16 flags, const struct route *route);

/*
 * Read a route. Its next hops, if several, are in @hops, with room for HOPS_MAX.
 * False if it is not one of the configuration's kind: multicast, cached.
 */
bool route_read(const struct nlmsghdr *nlh, struct route *route, struct nexthop *hops);

/**
 * route_dump - read what routes the kernel has
 * @nl: connection
 * @protocol: only this owner's; 0 for all
 * @cb: gets each, whose next hops are gone when it returns
 * @data: for @cb
 *
 * Return: an exit status. @nl->interrupted means that the table changed
 * meanwhile, so that some may be missing.
 */
int route_dump(struct nl *nl, __u8 protocol, void (*cb)(const struct route *route, void *data),
	       void *data);

/*
 * Whether the kernel reaches the gateway of @hop without another one, or need not:
 * there is none, it is marked on link, or link-local. @ifindex: the interface.
 */
bool gateway_is_on_link(struct nl *nl, const struct nexthop *hop, __u32 *ifindex);

#endif /* ROUTE_RTNL_H */
