// SPDX-License-Identifier: GPL-2.0
/*
 * When hooks and tables exist in a namespace: from its first uplink until the last one
 * loses its role, or was deleted and has no peers left. Any other namespace has no hooks
 * and no tables: pptpgw costs it nothing.
 */
#include "netns.h"

#include <linux/memcontrol.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>

#include "distrust.h"
#include "guard.h"
#include "halfopen.h"
#include "hook.h"
#include "peer.h"

enum pgw_forward pgw_forward __read_mostly = PGW_FORWARD_NAT;

/* Not a shared one: its other works may wait for RTNL, whose holder waits for ours. */
static struct workqueue_struct *cleanup_wq __read_mostly;

/* The module stays loaded: a namespace ends only as a whole. */
static bool ends_whole;

/*
 * All forwarded packets pay for the FORWARD hook, but only a PPTP server behind this
 * host needs it, and clients reach that by destination NAT. No notifier reports NAT, but
 * it takes a prerouting hook here, and nf_nat.
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
static void forward_work(struct work_struct *work)
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

static int hooks_start(struct pgw_net *pn)
{
	unsigned int i;
	int err;

	for (i = 0; i < PGW_HOOKS; i++) {
		pn->hooks[i] = pgw_hooks[i];
		pn->hooks[i].priv = pn;
	}
	pn->forwarding = pgw_forward == PGW_FORWARD_ALWAYS;
	err = nf_register_net_hooks(pn->net, pn->hooks, hooks_in_use(pn));
	if (!err && pgw_forward == PGW_FORWARD_NAT)
		forward_work(&pn->forward_work.work);
	return err;
}

static void hooks_stop(struct pgw_net *pn)
{
	cancel_delayed_work_sync(&pn->forward_work);
	nf_unregister_net_hooks(pn->net, pn->hooks, hooks_in_use(pn));
}

/* Peers are examined at a quarter of the timeout, but at least every 30 s. */
static void expiry_schedule(struct pgw_net *pn)
{
	unsigned int seconds = READ_ONCE(pgw_peer_timeout) / 4;

	queue_delayed_work(system_power_efficient_wq, &pn->expiry,
			   clamp(seconds, 1U, 30U) * HZ);
}

static void expiry_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(to_delayed_work(work), struct pgw_net,
					  expiry);

	pgw_peer_expire(pn);
	if (!READ_ONCE(pn->uplinks) && !atomic_read(&pn->peers.n))
		schedule_work(&pn->idle);
	expiry_schedule(pn);
}

/* Context: may sleep. Return: 0 or -ENOMEM. */
static int tables_start(struct pgw_net *pn)
{
	int err;

	err = pgw_half_open_start(pn);
	if (err)
		return err;
	err = pgw_distrust_start(pn);
	if (err)
		goto err_half_open;
	err = pgw_table_start(&pn->peers, pn->memcg);
	if (err)
		goto err_distrust;
	expiry_schedule(pn);
	return 0;
err_distrust:
	pgw_distrust_stop(pn);
err_half_open:
	pgw_half_open_stop(pn);
	return err;
}

/* Context: may sleep, for long with a million peers. */
static void tables_stop(struct pgw_net *pn)
{
	/* Hooks may still run on other CPUs. */
	synchronize_net();
	cancel_delayed_work_sync(&pn->expiry);
	pgw_peer_stop(pn);
	pgw_distrust_stop(pn);
	pgw_half_open_stop(pn);
	mem_cgroup_put(pn->memcg);
}

static void cleanup_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(work, struct pgw_net, cleanup);

	tables_stop(pn);
	/* Pairs with uplink_get() in settings.c: all is freed before it looks. */
	smp_store_release(&pn->stopping, false);
}

static int net_start(struct pgw_net *pn)
{
	int err;

	pn->memcg = get_mem_cgroup_from_mm(current->mm);
	err = tables_start(pn);
	if (err) {
		mem_cgroup_put(pn->memcg);
		return err;
	}
	err = hooks_start(pn);
	if (err) {
		tables_stop(pn);
		return err;
	}
	pn->active = true;
	return 0;
}

static void net_stop(struct pgw_net *pn)
{
	pn->active = false;
	pn->stopping = true;
	hooks_stop(pn);
	queue_work(cleanup_wq, &pn->cleanup);
}

/**
 * pgw_netns_uplink_get - one more interface of @pn has role internet
 * @pn: namespace
 *
 * The first one brings the tables and the hooks. Context: RTNL; @pn is not stopping.
 * Return: 0 or -errno, then nothing has changed.
 */
int pgw_netns_uplink_get(struct pgw_net *pn)
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
 * pgw_netns_wait_stopped - wait until tables that existed before are freed
 * @pn: namespace
 *
 * It takes an RCU grace period, and longer with many peers. Context: may sleep; who holds
 * RTNL keeps it from the whole host.
 */
void pgw_netns_wait_stopped(struct pgw_net *pn)
{
	flush_work(&pn->cleanup);
}

/**
 * pgw_netns_uplink_put - an interface of @pn lost role internet, by a setting
 * @pn: namespace
 *
 * With the last one go the hooks and the tables. Context: RTNL.
 */
void pgw_netns_uplink_put(struct pgw_net *pn)
{
	ASSERT_RTNL();
	if (!--pn->uplinks)
		net_stop(pn);
}

/* There is no client left whose replies must fail closed. */
static bool net_is_idle(const struct pgw_net *pn)
{
	return pn->active && !pn->uplinks && !atomic_read(&pn->peers.n);
}

/**
 * pgw_netns_uplink_lost - an uplink of @pn was deleted
 * @pn: namespace
 *
 * While it has peers their replies must not leave by another interface: hooks
 * and tables stay until the device is back or the last peer has expired.
 * Context: RTNL.
 */
void pgw_netns_uplink_lost(struct pgw_net *pn)
{
	ASSERT_RTNL();
	pn->uplinks--;
	if (net_is_idle(pn))
		net_stop(pn);
}

/* Not in expiry_work(): whoever holds RTNL may wait for that one to end. */
static void idle_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(work, struct pgw_net, idle);

	rtnl_lock();
	if (net_is_idle(pn))
		net_stop(pn);
	rtnl_unlock();
}

static int __net_init net_init(struct net *net)
{
	struct pgw_net *pn = pgw_net(net);

	pn->net = net;
	xa_init_flags(&pn->ifaces, XA_FLAGS_ACCOUNT);
	pgw_table_init(&pn->peers);
	pn->generation = 1;
	spin_lock_init(&pn->event_lock);
	spin_lock_init(&pn->calls_lock);
	INIT_WORK(&pn->idle, idle_work);
	INIT_WORK(&pn->cleanup, cleanup_work);
	INIT_DELAYED_WORK(&pn->forward_work, forward_work);
	INIT_DELAYED_WORK(&pn->expiry, expiry_work);
	pgw_guard_init(pn);
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
	pgw_guard_exit(pn, ends_whole);
	WARN_ON(pn->uplinks);
	WARN_ON(!xa_empty(&pn->ifaces));
}

static struct pernet_operations netns_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &pgw_net_id,
	.size = sizeof(struct pgw_net),
};

int __init pgw_netns_init(void)
{
	int err;

	cleanup_wq = alloc_workqueue("pptpgw", WQ_UNBOUND, 0);
	if (!cleanup_wq)
		return -ENOMEM;
	err = register_pernet_subsys(&netns_ops);
	ends_whole = !err;
	if (err)
		destroy_workqueue(cleanup_wq);
	return err;
}

void pgw_netns_exit(void)
{
	ends_whole = false;
	unregister_pernet_subsys(&netns_ops);
	destroy_workqueue(cleanup_wq);
}
