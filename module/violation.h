/* SPDX-License-Identifier: GPL-2.0 */
/* Default routes, and whether they lead through a corporate interface. */
#ifndef PGW_VIOLATION_H
#define PGW_VIOLATION_H

#include <net/ip_fib.h>

#include "iface.h"

/* Default routes: 0/1 and 128/1 together are one, too. */
struct pgw_default {
	u32 dst;
	int len;
};

extern const struct pgw_default pgw_defaults[PGW_DEFAULTS];

/* What routes may be for of a packet's TOS: IPTOS_RT_MASK of the kernel's own. */
#define PGW_TOS_STEP	0x04
#define PGW_TOS_END	0x20

/**
 * struct pgw_violation - a default route through a corporate interface
 * @slot: index in pgw_defaults[]
 * @iface: the interface, or NULL; of several, one with the strictest guard
 * @guard: that guard
 * @gateway: its gateway, or 0
 */
struct pgw_violation {
	int slot;
	struct pgw_iface *iface;
	u8 guard;
	__be32 gateway;
};

void pgw_violation_pick(struct pgw_net *pn, struct pgw_violation *v,
			const struct net_device *dev, __be32 gateway);
bool pgw_route_violates(struct pgw_net *pn, struct fib_info *route, int slot,
			struct pgw_violation *v);
bool pgw_active_violates(struct pgw_net *pn, int slot, struct pgw_violation *v);
struct fib_info *pgw_active_default(struct pgw_net *pn, int slot, u8 tos);
bool pgw_is_promotion(struct pgw_net *pn, int slot,
		      const struct fib_entry_notifier_info *entry);
int pgw_default_slot(const struct fib_entry_notifier_info *entry);

#endif /* PGW_VIOLATION_H */
