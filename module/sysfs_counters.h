/* SPDX-License-Identifier: GPL-2.0 */
/* The files of a device that only show. */
#ifndef PGW_SYSFS_COUNTERS_H
#define PGW_SYSFS_COUNTERS_H

#include <linux/netdevice.h>

int pgw_sysfs_add_counters(struct net_device *dev);
void pgw_sysfs_del_counters(struct net_device *dev);

void pgw_sysfs_counters_init(void);

#endif /* PGW_SYSFS_COUNTERS_H */
