/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: see uapi/linux/pptpgw.h. */
#ifndef PGW_NETLINK_H
#define PGW_NETLINK_H

#include <net/genetlink.h>

extern struct genl_family pgw_family;

int pgw_netlink_init(void);
void pgw_netlink_exit(void);

#endif /* PGW_NETLINK_H */
