/* SPDX-License-Identifier: GPL-2.0 */
/* /sys/class/net/<if>/pptpgw/: the settings of one interface. */
#ifndef PGW_SYSFS_H
#define PGW_SYSFS_H

#include <linux/netdevice.h>

int pgw_sysfs_add(struct net_device *dev);
void pgw_sysfs_del(struct net_device *dev);

#endif /* PGW_SYSFS_H */
