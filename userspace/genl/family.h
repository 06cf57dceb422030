/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the module, by its family of generic netlink. What fails is reported. */
#ifndef GENL_FAMILY_H
#define GENL_FAMILY_H

#include "genl/nl.h"

/*
 * Open a connection for one request, and begin that: @flags is NLM_F_DUMP or 0.
 * NULL if there is no connection: EXIT_KERNEL.
 */
struct nlmsghdr *family_begin(struct nl *nl, __u8 command, __u16 flags);

/* Send it, give each message of the answer to @cb, and close; an exit status. */
int family_finish(struct nl *nl, mnl_cb_t cb, void *data);

/* Both, for a request without attributes. */
int family_request(__u8 command, __u16 flags, mnl_cb_t cb, void *data);

/* A connection that receives the module's events; nl_close() ends it. An exit status. */
int family_subscribe(struct nl *nl);

/* The message says that the module's family is gone. */
bool family_is_gone(const struct nl *nl, const struct nlmsghdr *nlh);

#endif /* GENL_FAMILY_H */
