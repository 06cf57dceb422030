/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An interface, as the kernel tells it.
 */
#ifndef DEV_H
#define DEV_H

#include <linux/types.h>

#include "counters.h"

/**
 * struct dev - one interface
 * @ifname: name; in the message
 * @role: enum pptpgw_role
 * @policy: enum pptpgw_policy
 * @unroutable: enum pptpgw_unroutable
 * @peers: how many have their door here
 * @counters: by number
 */
struct dev {
	const char *ifname;
	unsigned int role, policy, unroutable, peers;
	__u64 counters[COUNTERS];
};

/* MNL_CB_OK, or MNL_CB_ERROR and errno. */
int dev_read(const struct nlmsghdr *nlh, struct dev *dev);

/* "dev set": an exit status; @args are IF KEY VALUE... */
int dev_set(char **args);

#endif /* DEV_H */
