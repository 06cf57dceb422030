/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of the family that are about tunnels. */
#ifndef PGW_NETLINK_TUNNEL_H
#define PGW_NETLINK_TUNNEL_H

#include <net/genetlink.h>

extern const struct nla_policy pgw_tunnel_policy[];

int pgw_nl_tunnel_dump(struct sk_buff *skb, struct netlink_callback *cb);
int pgw_nl_tunnel_flush(struct sk_buff *request, struct genl_info *info);

#endif /* PGW_NETLINK_TUNNEL_H */
