/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Each network interface of a namespace: its role and settings, its counters.
 */
#ifndef PGW_IFACE_H
#define PGW_IFACE_H

#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "paths.h"
#include "pernet.h"
#include "uapi/linux/pptpgw.h"

#define PGW_ROLES	(PPTPGW_ROLE_CORPORATE + 1)
#define PGW_POLICIES	(PPTPGW_POLICY_OBSERVE + 1)
#define PGW_UNROUTABLES	(PPTPGW_UNROUTABLE_PASS + 1)
#define PGW_GUARDS	(PPTPGW_GUARD_DENY + 1)

/**
 * struct pgw_iface_cpu - what an interface has for each processor
 * @n: counters
 * @common: the route that clients share who have none but the default route of the routing
 *	table main, or NULL; a reference
 */
struct pgw_iface_cpu {
	u64 n[PGW_COUNTERS];
	struct dst_entry __rcu *common;
};

/**
 * struct pgw_iface - one network interface
 * @ifindex: its index; 0 once the device is gone
 * @role: enum pptpgw_role
 * @policy: enum pptpgw_policy
 * @unroutable: enum pptpgw_unroutable
 * @guard: enum pptpgw_guard
 * @fresh: made for a first uplink that may still fail; RTNL
 * @unroutable_event: when an event of that type was last sent
 * @table_full_event: likewise
 * @moved_event: likewise
 * @paths: routes by its gateways, where it has several
 * @cpu: for each processor
 * @pn: its namespace
 * @refs: one for the device while it exists, one for each peer whose ingress
 *	this is: such a peer fails closed when the device is deleted
 * @rcu: frees it
 *
 * The settings are written under RTNL and read under RCU. A device gets one when a setting
 * of it is changed, or its namespace gets an uplink; before that it has the default
 * settings. It stays until the device goes.
 */
struct pgw_iface {
	int ifindex;
	u8 role;
	u8 policy;
	u8 unroutable;
	u8 guard;
	bool fresh;
	u32 unroutable_event;
	u32 table_full_event;
	u32 moved_event;
	struct pgw_paths paths;
	struct pgw_iface_cpu __percpu *cpu;
	struct pgw_net *pn;
	refcount_t refs;
	struct rcu_head rcu;
};

static inline void pgw_count(struct pgw_iface *iface, enum pptpgw_counter c)
{
	this_cpu_inc(iface->cpu->n[c]);
}

static inline bool pgw_iface_is(const struct pgw_iface *iface,
				enum pptpgw_role role)
{
	return READ_ONCE(iface->role) == role;
}

struct net_device;

struct pgw_iface *pgw_iface_find(struct pgw_net *pn, int ifindex);
struct pgw_iface *pgw_iface_uplink(struct pgw_net *pn, int ifindex);
bool pgw_iface_is_down(const struct pgw_iface *iface);
struct pgw_iface *pgw_iface_any_uplink(struct pgw_net *pn);
const struct pgw_iface *pgw_iface_show(const struct net_device *dev);
struct pgw_iface *pgw_iface_add(struct pgw_net *pn, int ifindex);
void pgw_iface_del(struct pgw_iface *iface);
void pgw_iface_set_role(struct pgw_iface *iface, u8 role);
void pgw_iface_count(struct pgw_net *pn, int ifindex, enum pptpgw_counter c);
bool pgw_iface_get(struct pgw_iface *iface);
void pgw_iface_put(struct pgw_iface *iface);
unsigned int pgw_iface_peers(const struct pgw_iface *iface);
u64 pgw_iface_counter(const struct pgw_iface *iface, enum pptpgw_counter c);

void pgw_iface_totals(struct pgw_net *pn, u64 *sum);

/**
 * struct pgw_settings - the settings of an interface
 * @role: enum pptpgw_role
 * @policy: enum pptpgw_policy
 * @unroutable: enum pptpgw_unroutable
 * @guard: enum pptpgw_guard
 */
struct pgw_settings {
	u8 role;
	u8 policy;
	u8 unroutable;
	u8 guard;
};

struct pgw_settings pgw_iface_settings(const struct pgw_iface *iface);

int pgw_iface_init(void);
void pgw_iface_exit(void);

#endif /* PGW_IFACE_H */
