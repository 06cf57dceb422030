/* SPDX-License-Identifier: GPL-2.0 */
/* An interface and its settings, as the module has them. */
#ifndef GENL_DEV_H
#define GENL_DEV_H

#include "genl/counters.h"

/* A setting that is not given. */
#define UNSET -1

/**
 * struct settings - of an interface; each may be UNSET
 * @role: enum pptpgw_role
 * @policy: enum pptpgw_policy
 * @unroutable: enum pptpgw_unroutable
 * @guard: enum pptpgw_guard
 */
struct settings {
	int role, policy, unroutable, guard;
};

/**
 * struct dev - an interface
 * @ifname: name; in the message
 * @set: its settings
 * @peers: how many have their ingress here
 * @counters: by number
 */
struct dev {
	const char *ifname;
	struct settings set;
	unsigned int peers;
	__u64 counters[COUNTERS];
};

void dev_read(const struct nlmsghdr *nlh, struct dev *dev);

/* Read the settings of one interface; an exit status. */
int dev_get(const char *ifname, struct settings *settings);

/* Change its settings to those that are not UNSET; an exit status. */
int dev_set(const char *ifname, const struct settings *settings);

#endif /* GENL_DEV_H */
