/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_SYSCTL_H
#define DOCTOR_SYSCTL_H

#include "doctor/finding.h"

/* The value of net.ipv4.KEY, or -1. */
int sysctl_ipv4(const char *key);
int sysctl_of_dev(const char *dev, const char *key);

/* rp_filter of an interface as it acts: the greater of its own and that of all. */
int rp_filter_of(const char *dev);

/* Who sets it, for struct finding. */
const char *owner_of_sysctl(struct doctor *d, const char *key);

/*
 * Have the fix of @f (one more) set net.ipv4.conf.@dev.@key, or net.ipv4.@key if @dev is
 * NULL, now and at each start.
 */
void set_sysctl(struct doctor *d, struct finding *f, const char *dev, const char *key,
		const char *value);

void check_sysctls(struct doctor *d);

/* For hosts that forward to a PPTP server. */
void check_redirects(struct doctor *d);

#endif /* DOCTOR_SYSCTL_H */
