/* SPDX-License-Identifier: GPL-2.0 */
/* The one way to change an interface's settings, and what follows from them. */
#ifndef PGW_SETTINGS_H
#define PGW_SETTINGS_H

#include <linux/netdevice.h>
#include <linux/netlink.h>

#include "iface.h"

int pgw_settings_set(struct net_device *dev, const struct pgw_settings *to,
		     struct netlink_ext_ack *extack);
int pgw_settings_dev_added(struct net_device *dev);
void pgw_settings_dev_gone(struct net_device *dev);

#endif /* PGW_SETTINGS_H */
