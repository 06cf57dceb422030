/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: see uapi/linux/pptpgw.h. */
#ifndef PGW_NETLINK_H
#define PGW_NETLINK_H

#include <net/genetlink.h>

extern struct genl_family pgw_family;

struct sk_buff *pgw_nl_reply_new(struct genl_info *info, void **header);
int pgw_nl_reply(struct sk_buff *skb, struct genl_info *info, void *header,
		 int err);

int pgw_netlink_init(void);
void pgw_netlink_exit(void);

#endif /* PGW_NETLINK_H */
