/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family, and how its commands answer. */
#ifndef PGW_NETLINK_MSG_H
#define PGW_NETLINK_MSG_H

#include <net/genetlink.h>

extern struct genl_family pgw_family;

struct sk_buff *pgw_nl_reply_new(struct genl_info *info, void **header);
int pgw_nl_reply(struct sk_buff *skb, struct genl_info *info, void *header,
		 int err);

#endif /* PGW_NETLINK_MSG_H */
