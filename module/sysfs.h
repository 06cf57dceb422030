/* SPDX-License-Identifier: GPL-2.0 */
/* /sys/class/net/<if>/pptpgw/: the settings and counters of one interface. */
#ifndef PGW_SYSFS_H
#define PGW_SYSFS_H

struct net_device;

void pgw_sysfs_init(void);
int pgw_sysfs_add(struct net_device *dev);
int pgw_sysfs_add_counters(struct net_device *dev);
void pgw_sysfs_del_counters(struct net_device *dev);
void pgw_sysfs_del(struct net_device *dev);

#endif /* PGW_SYSFS_H */
