/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one network namespace owns: its interfaces, its peers, its counters.
 */
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
#define PGW_COUNTERS	(PPTPGW_COUNTER_MAX + 1)

#define pgw_for_each_counter(c) \
	for ((c) = PPTPGW_COUNTER_PAD + 1; (c) < PGW_COUNTERS; (c)++)

/* As sysfs and the tracepoint spell them; NULL for a number that counts nothing. */
extern const char *const pgw_counter_names[PGW_COUNTERS];

/* Default routes: 0.0.0.0/0, 0.0.0.0/1 and 128.0.0.0/1. */
#define PGW_DEFAULTS	3

/**
 * struct pgw_doubt - a default route of which it is not known what became
 * @ifindex: the corporate interface; 0 if there is no doubt
 * @gateway: its gateway, or 0
 */
struct pgw_doubt {
	int ifindex;
	__be32 gateway;
};

/**
 * struct pgw_guard - what the guard of one namespace has and knows
 * @fib: tells of routes
 * @nexthop: tells of nexthop objects
 * @registered: these two are; what their registration itself tells is no news
 * @guarded: how many interfaces are corporate and have a guard that is not off; RTNL
 * @reported: the interface last reported, by default route; RTNL
 * @doubts: by default route; RTNL
 * @work: looks at the routes; registers what could not be registered at first
 */
struct pgw_guard {
	struct notifier_block fib;
	struct notifier_block nexthop;
	bool registered;
	unsigned int guarded;
	int reported[PGW_DEFAULTS];
	struct pgw_doubt doubts[PGW_DEFAULTS];
	struct delayed_work work;
};

/**
 * struct pgw_hold - a time in which the changes of routes are not followed one by one
 * @genid: the FIB's generation when it began: routes looked up since are used
 * @since: jiffies when it began
 * @length: in jiffies
 */
struct pgw_hold {
	int genid;
	unsigned long since;
	unsigned long length;
};

/* Netfilter hooks: these of a server on this host, then the one of servers behind it. */
#define PGW_HOOKS_LOCAL 2
#define PGW_HOOKS 3

/**
 * enum pgw_forward - is there a PPTP server behind this host?
 * @PGW_FORWARD_NEVER: no
 * @PGW_FORWARD_NAT: there may be, where there is NAT
 * @PGW_FORWARD_ALWAYS: there may be, in any namespace with an uplink
 */
enum pgw_forward {
	PGW_FORWARD_NEVER,
	PGW_FORWARD_NAT,
	PGW_FORWARD_ALWAYS,
};

/**
 * struct pgw_net - one network namespace
 * @net: the namespace; not a reference: it outlives this
 * @hooks: registered while @active, but for the last
 * @forwarding: the last one is registered, too; written by @forward_work while it runs
 * @forward_work: looks whether there is NAT; runs while @active
 * @ifaces: struct pgw_iface by ifindex; written under RTNL, read under RCU
 * @uplinks: how many interfaces have role internet; RTNL
 * @active: hooks and tables exist; RTNL
 * @idle: ends that when the last uplink was deleted and its peers have expired
 * @retired: what interfaces that are gone have counted; RTNL
 * @guard: watches the default routes
 * @peers: struct pgw_peer by {client, local}; exists while @active
 * @generation: changes when a peer comes or goes
 * @hold: how old their cached routes may be
 * @half_open: what is known before handshakes are proven; exists while @active
 * @half_open_mask: cells of it, less one
 * @calls_lock: guards the calls of all peers: they begin and end rarely
 * @memcg: what is charged for all of these, and their peers and calls: whoever made
 *	the first uplink; a reference, or NULL
 * @cleanup: frees them, which may take long
 * @event_lock: makes listeners get events in the order of their numbers
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
	struct work_struct idle;
	u64 retired[PGW_COUNTERS];
	struct pgw_guard guard;

	struct pgw_table peers;
	unsigned int generation;
	struct pgw_hold hold;
	struct pgw_half_open *half_open;
	u32 half_open_mask;
	spinlock_t calls_lock; /* with bottom halves off */
	struct mem_cgroup *memcg;
	struct work_struct cleanup;
	spinlock_t event_lock; /* guards @event_seq, and sending */
	u32 event_seq;
	struct delayed_work expiry;
};

/**
 * struct pgw_net_ops - what the layers above do for a namespace
 * @init: prepare them, when the namespace appears
 * @start: allocate the tables; RTNL, may sleep; 0 or -errno
 * @stop: free the tables; may sleep; no hook is registered any more
 * @hooks: PGW_HOOKS netfilter hooks; they get the namespace as private pointer
 * @forward: when the last of them is registered
 * @guard_start: have the guard told of routes; may sleep, takes RTNL; 0, or -errno
 *	and then call it again later
 * @guard_stop: end that; likewise
 * @guard_look: report the default routes that offend and are not reported yet; RTNL
 */
struct pgw_net_ops {
	void (*init)(struct pgw_net *pn);
	int (*start)(struct pgw_net *pn);
	void (*stop)(struct pgw_net *pn);
	const struct nf_hook_ops *hooks;
	enum pgw_forward forward;
	int (*guard_start)(struct pgw_net *pn);
	void (*guard_stop)(struct pgw_net *pn);
	void (*guard_look)(struct pgw_net *pn);
};

/*
 * Who may only use namespaces of users gets less of what the host has: limits are
 * small there, whatever the module's parameters say.
 */
static inline bool pgw_net_is_trusted(const struct pgw_net *pn)
{
	return pn->net->user_ns == &init_user_ns;
}

struct pgw_net *pgw_net(const struct net *net);
int pgw_net_uplink_get(struct pgw_net *pn);
void pgw_net_uplink_put(struct pgw_net *pn);
void pgw_net_uplink_lost(struct pgw_net *pn);
void pgw_net_idle(struct pgw_net *pn);
void pgw_net_guard_look(struct pgw_net *pn);
void pgw_net_guard_changed(struct pgw_net *pn, int ifindex, bool before,
			   bool now);

int pgw_net_init(const struct pgw_net_ops *ops);
void pgw_net_exit(void);

#endif /* PGW_PERNET_H */
