/* SPDX-License-Identifier: GPL-2.0 */
/* The only file that asks for a kernel version. Linux 5.10 to 7.3. */
#ifndef PGW_COMPAT_H
#define PGW_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>

/* The attributes of a dump request, parsed by the operation's policy. */
static inline struct nlattr **pgw_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

/* __assign_str() lost its second argument. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define pgw_trace_assign_str(field, value) __assign_str(field, value)
#else
#define pgw_trace_assign_str(field, value) __assign_str(field)
#endif

#endif /* PGW_COMPAT_H */
