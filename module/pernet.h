/* SPDX-License-Identifier: GPL-2.0 */
/* What one network namespace has: its interfaces, its peers, its counters. */
#ifndef PGW_PERNET_H
#define PGW_PERNET_H

#include <linux/netfilter.h>
#include <linux/notifier.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "table.h"
#include "uapi/linux/pptpgw.h"

/* Counters are indexed by their numbers, some of which count nothing. */
#define PGW_COUNTER_FIRST	(PPTPGW_COUNTER_PAD + 1)
#define PGW_COUNTERS		(PPTPGW_COUNTER_MAX + 1)

/* As sysfs and the tracepoint spell them; NULL for a number that counts nothing. */
extern const char *const pgw_counter_names[PGW_COUNTERS];

/* Default routes: 0.0.0.0/0, 0.0.0.0/1 and 128.0.0.0/1. */
#define PGW_DEFAULTS	3

/**
 * struct pgw_pending - a refused default route whose fate is not known yet
 * @ifindex: the corporate interface; 0 if there is none
 * @gateway: its gateway, or 0
 */
struct pgw_pending {
	int ifindex;
	__be32 gateway;
};

/**
 * struct pgw_guard - state of the guard of one namespace
 * @fib: notifier of routes
 * @nexthop: notifier of nexthop objects
 * @registered: both are registered; their calls before that are ignored
 * @guarded: how many interfaces are corporate and have a guard that is not off; RTNL
 * @reported: the interface last reported, by default route; RTNL
 * @pending: by default route; RTNL
 * @work: rescans the routes; registers the notifiers if that failed at first
 */
struct pgw_guard {
	struct notifier_block fib;
	struct notifier_block nexthop;
	bool registered;
	unsigned int guarded;
	int reported[PGW_DEFAULTS];
	struct pgw_pending pending[PGW_DEFAULTS];
	struct delayed_work work;
};

/**
 * struct pgw_grace - a period in which cached routes may be older than the FIB
 * @genid: the FIB's generation when it began: routes looked up since are used
 * @since: jiffies when it began
 * @length: in jiffies
 */
struct pgw_grace {
	int genid;
	unsigned long since;
	unsigned long length;
};

/* Netfilter hooks: these of a server on this host, then the one of servers behind it. */
#define PGW_HOOKS_LOCAL 2
#define PGW_HOOKS 3

/**
 * struct pgw_net - one network namespace
 * @net: the namespace; no reference, as it lives longer
 * @hooks: registered while @active, but for the last
 * @forwarding: the last one is registered, too; written by @forward_work while it runs
 * @forward_work: checks whether there is NAT; runs while @active
 * @ifaces: struct pgw_iface by ifindex; written under RTNL, read under RCU
 * @uplinks: how many interfaces have role internet; RTNL
 * @active: hooks and tables exist; RTNL
 * @stopping: they are being freed; set under RTNL
 * @idle: stops these when the last uplink was deleted and its peers have expired
 * @retired: sums of the counters of interfaces that are gone; RTNL
 * @guard: watches the default routes
 * @peers: struct pgw_peer by {client, local}; exists while @active
 * @generation: changes when a peer comes or goes
 * @grace: how old their cached routes may be
 * @half_open: cells of halfopen.c; exist while @active
 * @half_open_mask: cells of it, less one
 * @distrusted: stamps of distrust.c; exist while @active
 * @distrusted_mask: stamps, less one
 * @calls_lock: guards the calls of all peers: they begin and end rarely
 * @memcg: charged for all of these, and for peers and calls: that of the process that
 *	made the first uplink; a reference, or NULL
 * @cleanup: frees them, which may take long
 * @event_lock: keeps events in the order of their numbers
 * @event_seq: number of the last event; under @event_lock
 * @expiry: removes idle peers; runs while @active
 */
struct pgw_net {
	struct net *net;
	struct nf_hook_ops hooks[PGW_HOOKS];
	bool forwarding;
	struct delayed_work forward_work;
	struct xarray ifaces;
	unsigned int uplinks;
	bool active;
	bool stopping;
	struct work_struct idle;
	u64 retired[PGW_COUNTERS];
	struct pgw_guard guard;

	struct pgw_table peers;
	unsigned int generation;
	struct pgw_grace grace;
	struct pgw_half_open *half_open;
	u32 half_open_mask;
	u32 *distrusted;
	u32 distrusted_mask;
	spinlock_t calls_lock; /* with bottom halves off */
	struct mem_cgroup *memcg;
	struct work_struct cleanup;
	spinlock_t event_lock; /* guards @event_seq, and sending */
	u32 event_seq;
	struct delayed_work expiry;
};

/*
 * Limits are small in namespaces of other user namespaces than the initial one, whatever
 * the module's parameters are.
 */
static inline bool pgw_net_is_trusted(const struct pgw_net *pn)
{
	return pn->net->user_ns == &init_user_ns;
}

extern unsigned int pgw_net_id;	/* of struct pgw_net in a struct net */

struct pgw_net *pgw_net(const struct net *net);

#endif /* PGW_PERNET_H */
