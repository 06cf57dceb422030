/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of the generic netlink family. */
#ifndef PGW_NETLINK_H
#define PGW_NETLINK_H

int pgw_netlink_init(void);
void pgw_netlink_exit(void);

#endif /* PGW_NETLINK_H */
