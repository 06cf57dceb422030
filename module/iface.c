// SPDX-License-Identifier: GPL-2.0
/*
 * Network interfaces. Every network device of a namespace with an uplink gets a struct
 * pgw_iface, so that a peer can remember any of them as its ingress, whatever its role
 * is now. In other namespaces devices cost no more than the files of their settings.
 */
#include "iface.h"

#include <linux/netdevice.h>
#include <linux/slab.h>

#define UPLINK XA_MARK_0	/* in pgw_net.ifaces */

static struct kmem_cache *iface_cache __read_mostly;

/* Shown for a device without a struct pgw_iface. */
static const struct pgw_iface iface_default = {
	.guard = PPTPGW_GUARD_WARN,
	.refs = REFCOUNT_INIT(1),
};

/**
 * pgw_iface_find - the interface with this index
 * @pn: namespace
 * @ifindex: index
 *
 * Context: RCU or RTNL. Return: the interface, not a reference, or NULL.
 */
struct pgw_iface *pgw_iface_find(struct pgw_net *pn, int ifindex)
{
	return xa_load(&pn->ifaces, ifindex);
}

/* Context: RCU. Return: the interface, if it is an uplink, or NULL. */
struct pgw_iface *pgw_iface_uplink(struct pgw_net *pn, int ifindex)
{
	struct pgw_iface *iface = ifindex ? pgw_iface_find(pn, ifindex) : NULL;

	return iface && pgw_iface_is(iface, PPTPGW_ROLE_INTERNET) ? iface : NULL;
}

/* Is it gone, or unable to receive? Context: RCU. */
bool pgw_iface_is_down(const struct pgw_iface *iface)
{
	struct net_device *dev;

	dev = dev_get_by_index_rcu(iface->pn->net, READ_ONCE(iface->ifindex));
	return !dev || !netif_running(dev) || !netif_carrier_ok(dev);
}

/* One of the uplinks, preferably one that is up; or NULL. Context: RCU. */
struct pgw_iface *pgw_iface_any_uplink(struct pgw_net *pn)
{
	struct pgw_iface *iface, *any = NULL;
	unsigned long ifindex;

	xa_for_each_marked(&pn->ifaces, ifindex, iface, UPLINK) {
		any = iface;
		if (!pgw_iface_is_down(iface))
			break;
	}
	return any;
}

/**
 * pgw_iface_show - the interface that a device is, to be read
 * @dev: device
 *
 * Context: RCU or RTNL. Return: the interface, not a reference, or one with default
 * settings that has counted nothing.
 */
const struct pgw_iface *pgw_iface_show(const struct net_device *dev)
{
	return pgw_iface_find(pgw_net(dev_net(dev)), dev->ifindex) ?:
	       &iface_default;
}

/* Count where only an index is at hand. Context: RCU. */
void pgw_iface_count(struct pgw_net *pn, int ifindex, enum pptpgw_counter c)
{
	struct pgw_iface *iface = pgw_iface_find(pn, ifindex);

	if (iface)
		pgw_count(iface, c);
}

/* Context: RCU. Return: false if the interface is being freed. */
bool pgw_iface_get(struct pgw_iface *iface)
{
	return refcount_inc_not_zero(&iface->refs);
}

static void iface_free_rcu(struct rcu_head *rcu)
{
	struct pgw_iface *iface = container_of(rcu, struct pgw_iface, rcu);
	struct pgw_iface_cpu *here;
	int cpu;

	for_each_possible_cpu(cpu) {
		here = per_cpu_ptr(iface->cpu, cpu);
		dst_release(rcu_dereference_protected(here->common, true));
	}
	free_percpu(iface->cpu);
	kmem_cache_free(iface_cache, iface);
}

/* Context: any. Readers under RCU may still hold the pointer. */
void pgw_iface_put(struct pgw_iface *iface)
{
	if (refcount_dec_and_test(&iface->refs))
		call_rcu(&iface->rcu, iface_free_rcu);
}

/* How many peers have their ingress here: all references but the device's own. */
unsigned int pgw_iface_peers(const struct pgw_iface *iface)
{
	return refcount_read(&iface->refs) - 1;
}

u64 pgw_iface_counter(const struct pgw_iface *iface, enum pptpgw_counter c)
{
	u64 sum = 0;
	int cpu;

	if (!iface->cpu)
		return 0;
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(iface->cpu, cpu)->n[c]);
	return sum;
}

/**
 * pgw_iface_totals - sum the counters of a namespace since the module was loaded
 * @pn: namespace
 * @sum: PGW_COUNTERS numbers
 *
 * Context: RTNL.
 */
void pgw_iface_totals(struct pgw_net *pn, u64 *sum)
{
	struct pgw_iface *iface;
	unsigned long ifindex;
	int c;

	memcpy(sum, pn->retired, sizeof(pn->retired));
	xa_for_each(&pn->ifaces, ifindex, iface)
		for (c = PGW_COUNTER_FIRST; c < PGW_COUNTERS; c++)
			sum[c] += pgw_iface_counter(iface, c);
}

static struct pgw_iface *iface_alloc(struct pgw_net *pn, int ifindex)
{
	struct pgw_iface *iface;

	iface = kmem_cache_zalloc(iface_cache, GFP_KERNEL_ACCOUNT);
	if (!iface)
		return NULL;
	iface->cpu = alloc_percpu_gfp(struct pgw_iface_cpu, GFP_KERNEL_ACCOUNT);
	if (!iface->cpu) {
		kmem_cache_free(iface_cache, iface);
		return NULL;
	}
	iface->ifindex = ifindex;
	iface->guard = PPTPGW_GUARD_WARN;
	iface->pn = pn;
	pgw_paths_init(&iface->paths);
	refcount_set(&iface->refs, 1);
	return iface;
}

/**
 * pgw_iface_add - a device gets an interface
 * @pn: namespace
 * @ifindex: the device's index
 *
 * Context: RTNL. Return: the interface, not a reference, or -errno.
 */
struct pgw_iface *pgw_iface_add(struct pgw_net *pn, int ifindex)
{
	struct pgw_iface *iface = iface_alloc(pn, ifindex);
	int err;

	if (!iface)
		return ERR_PTR(-ENOMEM);
	err = xa_insert(&pn->ifaces, ifindex, iface, GFP_KERNEL);
	if (!err)
		return iface;
	pgw_iface_put(iface);
	return ERR_PTR(err);
}

static void iface_retire(struct pgw_net *pn, const struct pgw_iface *iface)
{
	int c;

	for (c = PGW_COUNTER_FIRST; c < PGW_COUNTERS; c++)
		pn->retired[c] += pgw_iface_counter(iface, c);
}

/* The device goes, or does not get it. Peers may keep it. Context: RTNL. */
void pgw_iface_del(struct pgw_iface *iface)
{
	struct pgw_net *pn = iface->pn;

	xa_erase(&pn->ifaces, iface->ifindex);
	WRITE_ONCE(iface->ifindex, 0);
	pgw_paths_end(&iface->paths);
	iface_retire(pn, iface);
	pgw_iface_put(iface);
}

/*
 * Which client is corporate depends on which interfaces are uplinks: routes that are
 * cached for clients get stale. Context: RTNL.
 */
void pgw_iface_set_role(struct pgw_iface *iface, u8 role)
{
	WRITE_ONCE(iface->role, role);
	if (role == PPTPGW_ROLE_INTERNET)
		xa_set_mark(&iface->pn->ifaces, iface->ifindex, UPLINK);
	else
		xa_clear_mark(&iface->pn->ifaces, iface->ifindex, UPLINK);
	rt_genid_bump_ipv4(iface->pn->net);
}

/* Context: RTNL or RCU. */
struct pgw_settings pgw_iface_settings(const struct pgw_iface *iface)
{
	return (struct pgw_settings){
		.role = READ_ONCE(iface->role),
		.policy = READ_ONCE(iface->policy),
		.unroutable = READ_ONCE(iface->unroutable),
		.guard = READ_ONCE(iface->guard),
	};
}

int __init pgw_iface_init(void)
{
	iface_cache = KMEM_CACHE(pgw_iface, SLAB_ACCOUNT);
	return iface_cache ? 0 : -ENOMEM;
}

/* Waits for pgw_iface_put(). The cache complains if an object is left. */
void pgw_iface_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(iface_cache);
}
