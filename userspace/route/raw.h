/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A route of the kernel as a message of rtnetlink(7), with all that it has: to name it
 * among others with the same key, and to put it back as it was.
 */
#ifndef ROUTE_RAW_H
#define ROUTE_RAW_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/memory.h"
#include "lib/text.h"
#include "route/route.h"

/* Room that raw_keep() may need. */
size_t raw_room(const struct nlmsghdr *dumped);

/*
 * Make of a dumped route, at @to, a message that can be sent: without what the kernel
 * reports but does not take. Returns its length.
 */
size_t raw_keep(void *to, const struct nlmsghdr *dumped);

/* A copy of a dumped route whose message is kept, as raw_keep() does. */
struct route *route_keep(struct obstack *pool, const struct route *r);

/* The request to make or delete that route and no other; the caller sets nlmsg_seq. */
struct nlmsghdr *raw_request(void *at, __u16 type, __u16 flags, const struct nlmsghdr *kept);

/* Both were kept, and are the same route; the time that it has left is not compared. */
bool raw_equal(const struct nlmsghdr *a, const struct nlmsghdr *b);

/* Add what the grammar of a configuration cannot say of it, in ip-route(8)'s words. */
void raw_text(const struct nlmsghdr *raw, struct text *t);

#endif /* ROUTE_RAW_H */
