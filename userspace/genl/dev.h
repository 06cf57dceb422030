/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An interface, as the kernel tells it.
 */
#ifndef DEV_H
#define DEV_H

#include <linux/types.h>

#include "route/conf.h"
#include "genl/counters.h"

/**
 * struct dev - one interface
 * @ifname: name; in the message
 * @role: enum pptpgw_role
 * @policy: enum pptpgw_policy
 * @unroutable: enum pptpgw_unroutable
 * @guard: enum pptpgw_guard
 * @peers: how many have their ingress here
 * @counters: by number
 */
struct dev {
	const char *ifname;
	unsigned int role, policy, unroutable, guard, peers;
	__u64 counters[COUNTERS];
};

/* MNL_CB_OK, or MNL_CB_ERROR and errno. */
int dev_read(const struct nlmsghdr *nlh, struct dev *dev);

/* Read the settings of one interface, but its name and counters; an exit status. */
int dev_get(const char *ifname, struct conf_dev *settings);

/* Change its settings to those that are not UNSET; an exit status. */
int dev_set(const char *ifname, const struct conf_dev *settings);

#endif /* DEV_H */
