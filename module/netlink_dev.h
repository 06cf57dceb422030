/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of the family that are about interfaces and counters. */
#ifndef PGW_NETLINK_DEV_H
#define PGW_NETLINK_DEV_H

#include <net/genetlink.h>

extern const struct nla_policy pgw_dev_policy[];

int pgw_nl_dev_get(struct sk_buff *skb, struct genl_info *info);
int pgw_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb);
int pgw_nl_dev_set(struct sk_buff *skb, struct genl_info *info);
int pgw_nl_stats_get(struct sk_buff *skb, struct genl_info *info);

#endif /* PGW_NETLINK_DEV_H */
