/* SPDX-License-Identifier: GPL-2.0 */
/* The host's own addresses: a source must be one of them, and a gateway none. */
#ifndef ROUTE_LOCAL_H
#define ROUTE_LOCAL_H

#include "genl/nl.h"
#include "route/route.h"

/* What the kernel would make of an address as a source. */
enum local_state {
	LOCAL_NONE,		/* no interface has it */
	LOCAL_TENTATIVE,	/* duplicate address detection goes on */
	LOCAL_DUPLICATE,	/* it has found another host */
	LOCAL_USABLE,
};

struct local_address;

/**
 * struct local - the addresses of all interfaces; to be freed by free(@list)
 * @list: addresses
 * @count: how many
 */
struct local {
	struct local_address *list;
	unsigned int count;
};

void local_read(struct local *local, struct nl *nl);

enum local_state local_find(const struct local *local, struct nl *nl, __u8 family,
			    const __u8 *address);

/* An interface has an IPv4 address. */
bool local_is_on(const struct local *local, __u32 ifindex);

/* Why the kernel would refuse the next hops of a route; NULL if it would not. */
const char *local_fault(const struct local *local, const struct route *route);

#endif /* ROUTE_LOCAL_H */
