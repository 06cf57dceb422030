/* SPDX-License-Identifier: GPL-2.0 */
/* The command of the family that explains. */
#ifndef PGW_NETLINK_EXPLAIN_H
#define PGW_NETLINK_EXPLAIN_H

#include <net/genetlink.h>

extern const struct nla_policy pgw_explain_policy[];

int pgw_nl_explain(struct sk_buff *request, struct genl_info *info);

#endif /* PGW_NETLINK_EXPLAIN_H */
