// SPDX-License-Identifier: GPL-2.0
/*
 * What one network namespace owns. A namespace without an uplink has no
 * hooks and no tables: pptpgw costs it nothing.
 */
#include "pernet.h"

#include <linux/memcontrol.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/netns/generic.h>

const char *const pgw_counter_names[PGW_COUNTERS] = {
	[PPTPGW_COUNTER_STEERED]			= "steered",
	[PPTPGW_COUNTER_ALREADY_RIGHT]			= "already_right",
	[PPTPGW_COUNTER_UNROUTABLE_DROPS]		= "unroutable_drops",
	[PPTPGW_COUNTER_UNROUTABLE_PASSES]		= "unroutable_passes",
	[PPTPGW_COUNTER_OBSERVED_STEERS]		= "observed_steers",
	[PPTPGW_COUNTER_OBSERVED_DROPS]			= "observed_drops",
	[PPTPGW_COUNTER_BY_HALF_OPEN]			= "by_half_open",
	[PPTPGW_COUNTER_BY_ADDRESS]			= "by_address",
	[PPTPGW_COUNTER_NOT_UPLINK]			= "not_uplink",
	[PPTPGW_COUNTER_NO_INGRESS]			= "no_ingress",
	[PPTPGW_COUNTER_UNSTEERABLE]			= "unsteerable",
	[PPTPGW_COUNTER_NO_MEMORY_DROPS]		= "no_memory_drops",
	[PPTPGW_COUNTER_LEARNED]			= "learned",
	[PPTPGW_COUNTER_MOVED]				= "moved",
	[PPTPGW_COUNTER_MOVE_REFUSED]			= "move_refused",
	[PPTPGW_COUNTER_EXPIRED]			= "expired",
	[PPTPGW_COUNTER_TABLE_FULL]			= "table_full",
	[PPTPGW_COUNTER_HALF_OPEN]			= "half_open",
	[PPTPGW_COUNTER_CALLS_OPENED]			= "calls_opened",
	[PPTPGW_COUNTER_CALLS_CLOSED]			= "calls_closed",
	[PPTPGW_COUNTER_CALLS_REFUSED]			= "calls_refused",
	[PPTPGW_COUNTER_CONTROL_ODD]			= "control_odd",
	[PPTPGW_COUNTER_GRE_UNKNOWN]			= "gre_unknown",
	[PPTPGW_COUNTER_GRE_OTHER]			= "gre_other",
	[PPTPGW_COUNTER_FRAGMENTS]			= "fragments",
	[PPTPGW_COUNTER_TRUNCATED]			= "truncated",
	[PPTPGW_COUNTER_GUARD_WARNED]			= "guard_warned",
	[PPTPGW_COUNTER_GUARD_DENIED]			= "guard_denied",
};

static unsigned int pgw_net_id __read_mostly;
static const struct pgw_net_ops *net_ops __read_mostly;

/* Of its own: others may wait for RTNL in a shared one, whose holder waits for this. */
static struct workqueue_struct *cleanup_wq __read_mostly;
static bool nets_end_whole;

struct pgw_net *pgw_net(const struct net *net)
{
	return net_generic(net, pgw_net_id);
}

/*
 * All forwarded packets pay for the FORWARD hook, but only a PPTP server behind this
 * host needs it, and that is reached through destination NAT. No event tells that there
 * is NAT, but it takes a prerouting hook here, and nf_nat.
 */
static bool may_forward(const struct net *net)
{
#if IS_ENABLED(CONFIG_NF_NAT)
	return rcu_access_pointer(nf_nat_hook) &&
	       rcu_access_pointer(net->nf.hooks_ipv4[NF_INET_PRE_ROUTING]);
#else
	return false;
#endif
}

/* Context: process. Without memory for the hook it is tried again. */
static void net_forward_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(to_delayed_work(work), struct pgw_net,
					  forward_work);
	struct nf_hook_ops *hook = &pn->hooks[PGW_HOOKS_LOCAL];
	bool wanted = may_forward(pn->net);

	if (wanted && !pn->forwarding) {
		pn->forwarding = !nf_register_net_hook(pn->net, hook);
	} else if (!wanted && pn->forwarding) {
		nf_unregister_net_hook(pn->net, hook);
		pn->forwarding = false;
	}
	queue_delayed_work(system_power_efficient_wq, &pn->forward_work, HZ);
}

static unsigned int hooks_in_use(const struct pgw_net *pn)
{
	return pn->forwarding ? PGW_HOOKS : PGW_HOOKS_LOCAL;
}

static int net_register_hooks(struct pgw_net *pn)
{
	unsigned int i;

	for (i = 0; i < PGW_HOOKS; i++) {
		pn->hooks[i] = net_ops->hooks[i];
		pn->hooks[i].priv = pn;
	}
	pn->forwarding = net_ops->forward == PGW_FORWARD_ALWAYS;
	return nf_register_net_hooks(pn->net, pn->hooks, hooks_in_use(pn));
}

/* Waits if what was there before is still being freed. */
static int net_start(struct pgw_net *pn)
{
	int err;

	flush_work(&pn->cleanup);
	pn->memcg = get_mem_cgroup_from_mm(current->mm);
	err = net_ops->start(pn);
	if (err)
		goto put;
	err = net_register_hooks(pn);
	if (err)
		goto stop;
	if (net_ops->forward == PGW_FORWARD_NAT)
		net_forward_work(&pn->forward_work.work);
	pn->active = true;
	return 0;

stop:
	synchronize_net();
	net_ops->stop(pn);
put:
	mem_cgroup_put(pn->memcg);
	return err;
}

/* A million peers take their time, for which no lock may be held. */
static void net_cleanup_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(work, struct pgw_net, cleanup);

	/* Let the hooks that still run on other CPUs leave the tables. */
	synchronize_net();
	net_ops->stop(pn);
	mem_cgroup_put(pn->memcg);
}

static void net_stop(struct pgw_net *pn)
{
	pn->active = false;
	cancel_delayed_work_sync(&pn->forward_work);
	nf_unregister_net_hooks(pn->net, pn->hooks, hooks_in_use(pn));
	queue_work(cleanup_wq, &pn->cleanup);
}

/**
 * pgw_net_uplink_get - one more interface of @pn has role internet
 * @pn: namespace
 *
 * The first one brings the tables and the hooks. Context: RTNL.
 * Return: 0 or -errno, then nothing has changed.
 */
int pgw_net_uplink_get(struct pgw_net *pn)
{
	int err;

	ASSERT_RTNL();
	if (!pn->active) {
		err = net_start(pn);
		if (err)
			return err;
	}
	pn->uplinks++;
	return 0;
}

/**
 * pgw_net_uplink_put - an interface of @pn is no longer an uplink, as told
 * @pn: namespace
 *
 * The last one takes hooks and tables along. Context: RTNL.
 */
void pgw_net_uplink_put(struct pgw_net *pn)
{
	ASSERT_RTNL();
	if (!--pn->uplinks)
		net_stop(pn);
}

/* Nobody is left to fail closed for. */
static bool net_is_idle(const struct pgw_net *pn)
{
	return pn->active && !pn->uplinks && !atomic_read(&pn->peers.n);
}

/**
 * pgw_net_uplink_lost - an uplink of @pn was deleted
 * @pn: namespace
 *
 * While it has peers their replies must not leave by another interface: hooks
 * and tables stay until the device is back or the last peer has expired.
 * Context: RTNL.
 */
void pgw_net_uplink_lost(struct pgw_net *pn)
{
	ASSERT_RTNL();
	pn->uplinks--;
	if (net_is_idle(pn))
		net_stop(pn);
}

/**
 * pgw_net_idle - @pn has no peers any more
 * @pn: active namespace
 *
 * Context: any.
 */
void pgw_net_idle(struct pgw_net *pn)
{
	if (!READ_ONCE(pn->uplinks))
		schedule_work(&pn->idle);
}

static void net_idle_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(work, struct pgw_net, idle);

	rtnl_lock();
	if (net_is_idle(pn))
		net_stop(pn);
	rtnl_unlock();
}

/* Routes may have changed in a way that is not told. Context: any. */
void pgw_net_guard_look(struct pgw_net *pn)
{
	mod_delayed_work(system_power_efficient_wq, &pn->guard.work, 0);
}

/* In a second, if not earlier. */
static void net_guard_schedule(struct pgw_net *pn)
{
	queue_delayed_work(system_power_efficient_wq, &pn->guard.work, HZ);
}

/**
 * pgw_net_guard_changed - role or guard of an interface changed, or it is gone
 * @pn: namespace
 * @ifindex: its index
 * @before: it was guarded
 * @now: it is
 *
 * In force when this returns; what offends by then is reported. Context: RTNL.
 */
void pgw_net_guard_changed(struct pgw_net *pn, int ifindex, bool before,
			   bool now)
{
	int i;

	ASSERT_RTNL();
	if (!before && !now)
		return;
	WRITE_ONCE(pn->guard.guarded, pn->guard.guarded + now - before);
	for (i = 0; i < PGW_DEFAULTS; i++)
		if (pn->guard.reported[i] == ifindex)
			pn->guard.reported[i] = 0;
	net_ops->guard_look(pn);
	net_guard_schedule(pn);
}

/*
 * Registration fails while the FIB changes too fast to be dumped. What was not
 * told until it succeeds is looked for. Context: process, one at a time.
 */
static void net_guard_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(to_delayed_work(work), struct pgw_net,
					  guard.work);
	bool registered = pn->guard.registered || !net_ops->guard_start(pn);

	rtnl_lock();
	WRITE_ONCE(pn->guard.registered, registered);
	net_ops->guard_look(pn);
	rtnl_unlock();
	if (!registered || READ_ONCE(pn->guard.guarded))
		net_guard_schedule(pn);
}

/* Here, where RTNL is not held, for it cannot be done where a setting is written. */
static void __net_init net_guard_init(struct pgw_net *pn)
{
	INIT_DELAYED_WORK(&pn->guard.work, net_guard_work);
	pn->guard.registered = !net_ops->guard_start(pn);
	if (pn->guard.registered)
		return;
	pr_warn("pptpgw: netns %u: routes change too fast, default routes cannot be refused yet\n",
		pn->net->ns.inum);
	net_guard_schedule(pn);
}

/*
 * Between init and exit of the module a namespace only ends as a whole, and its
 * notifier chains with it, after all pernet exits: nobody need wait for their
 * readers then, which would take each namespace a grace period.
 */
static void __net_exit net_guard_exit(struct pgw_net *pn)
{
	cancel_delayed_work_sync(&pn->guard.work);
	if (pn->guard.registered && !nets_end_whole)
		net_ops->guard_stop(pn);
	/* Until here it may have been asked for, but not to register. */
	cancel_delayed_work_sync(&pn->guard.work);
}

static int __net_init net_init(struct net *net)
{
	struct pgw_net *pn = pgw_net(net);

	pn->net = net;
	xa_init_flags(&pn->ifaces, XA_FLAGS_ACCOUNT);
	net_ops->init(pn);
	pn->generation = 1;
	spin_lock_init(&pn->event_lock);
	spin_lock_init(&pn->calls_lock);
	INIT_WORK(&pn->idle, net_idle_work);
	INIT_WORK(&pn->cleanup, net_cleanup_work);
	INIT_DELAYED_WORK(&pn->forward_work, net_forward_work);
	net_guard_init(pn);
	return 0;
}

/* The devices are gone by now; peers of a deleted uplink may be left. */
static void __net_exit net_exit(struct net *net)
{
	struct pgw_net *pn = pgw_net(net);

	rtnl_lock();
	if (pn->active)
		net_stop(pn);
	rtnl_unlock();
	flush_work(&pn->cleanup);
	cancel_work_sync(&pn->idle);
	net_guard_exit(pn);
	WARN_ON(pn->uplinks);
	WARN_ON(!xa_empty(&pn->ifaces));
}

static struct pernet_operations pernet_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &pgw_net_id,
	.size = sizeof(struct pgw_net),
};

int __init pgw_net_init(const struct pgw_net_ops *ops)
{
	int err;

	net_ops = ops;
	cleanup_wq = alloc_workqueue("pptpgw", WQ_UNBOUND, 0);
	if (!cleanup_wq)
		return -ENOMEM;
	err = register_pernet_subsys(&pernet_ops);
	nets_end_whole = !err;
	if (err)
		destroy_workqueue(cleanup_wq);
	return err;
}

void pgw_net_exit(void)
{
	nets_end_whole = false;
	unregister_pernet_subsys(&pernet_ops);
	destroy_workqueue(cleanup_wq);
}
