// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: an active default route must leave through an internet-side
 * interface. The FIB notifier reports a route when it becomes the first of its
 * prefix, in time to refuse it to the program that asks (route_first()); the nexthop
 * notifier reports an object before it replaces another (nexthop_event()). A scan finds
 * what neither reports (rescan_slot()), each second while an interface is guarded: of
 * routes that differ in TOS, for one, only the first is reported. A namespace has the
 * notifiers from its beginning: they cannot be registered under RTNL, where an
 * interface gets its role.
 *
 * Notifier calls come under RTNL, which protects the guard's state, and must not
 * sleep.
 */
#include "guard.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/fib_notifier.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>

#include "compat.h"
#include "event.h"
#include "iface.h"
#include "violation.h"

#define REFUSAL \
	"pptpgw: default route must leave through an internet-side interface."
#define WARNING \
	"pptpgw: default route leaves through a corporate interface."

static void notify(struct pgw_net *pn, enum pptpgw_event_type type,
		   const struct pgw_violation *v)
{
	struct pgw_event event = {
		.type = type,
		.ifindex = v->iface->ifindex,
		.prefix = htonl(pgw_defaults[v->slot].dst),
		.prefix_len = pgw_defaults[v->slot].len,
		.gateway = v->gateway,
	};

	pgw_event_send(pn, &event);
}

/* Context: RCU and RTNL. */
static void report(struct pgw_net *pn, const struct pgw_violation *v)
{
	struct net_device *dev = dev_get_by_index_rcu(pn->net,
						      v->iface->ifindex);
	__be32 prefix = htonl(pgw_defaults[v->slot].dst);

	pn->guard.reported[v->slot] = v->iface->ifindex;
	pgw_count(v->iface, PPTPGW_COUNTER_GUARD_WARNED);
	notify(pn, PPTPGW_EVENT_GUARD_VIOLATION, v);
	if (dev && net_ratelimit())
		netdev_warn(dev, "pptpgw: default route %pI4/%d leaves through this corporate interface\n",
			    &prefix, pgw_defaults[v->slot].len);
}

static void count_refusal(struct pgw_net *pn, const struct pgw_violation *v)
{
	pgw_count(v->iface, PPTPGW_COUNTER_GUARD_DENIED);
	notify(pn, PPTPGW_EVENT_GUARD_DENIED, v);
}

/* The kernel's own routes come with addresses: refusing them would break these. */
static bool may_refuse(struct pgw_net *pn, const struct pgw_violation *v,
		       const struct fib_entry_notifier_info *entry)
{
	return v->guard == PPTPGW_GUARD_DENY && pgw_can_refuse_routes() &&
	       entry->fi->fib_protocol != RTPROT_KERNEL &&
	       !pgw_is_promotion(pn, v->slot, entry);
}

/* Routes may have changed in a way that no notifier reports. Context: any. */
static void rescan_now(struct pgw_net *pn)
{
	mod_delayed_work(system_power_efficient_wq, &pn->guard.work, 0);
}

/*
 * Without an extack, the program asks by ioctl(), or else nobody asks: routes of
 * a link that went down are flushed, and this one is promoted. The answer does
 * not matter then. Which of the two it was will be seen in the table.
 */
static int refuse(struct pgw_net *pn, const struct pgw_violation *v,
		  struct netlink_ext_ack *extack)
{
	struct pgw_pending *pending = &pn->guard.pending[v->slot];

	if (extack) {
		NL_SET_ERR_MSG(extack, REFUSAL);
		count_refusal(pn, v);
	} else {
		pending->ifindex = v->iface->ifindex;
		pending->gateway = v->gateway;
		rescan_now(pn);
	}
	return -EPERM;
}

/* A route is now the first of its prefix. Return: 0, or -errno to refuse it. */
static int route_first(struct pgw_net *pn,
		       const struct fib_entry_notifier_info *entry)
{
	struct netlink_ext_ack *extack = entry->info.extack;
	int slot = pgw_default_slot(entry);
	struct pgw_violation v;

	if (slot < 0)
		return 0;
	if (entry->type != RTN_UNICAST || entry->fi->fib_flags & RTNH_F_DEAD ||
	    !pgw_route_violates(pn, entry->fi, slot, &v)) {
		pn->guard.reported[slot] = 0;
		return 0;
	}
	if (may_refuse(pn, &v, entry))
		return refuse(pn, &v, extack);
	NL_SET_ERR_MSG(extack, WARNING);
	report(pn, &v);
	return 0;
}

/* The last route of its prefix is gone. */
static void route_gone(struct pgw_net *pn,
		       const struct fib_entry_notifier_info *entry)
{
	int slot = pgw_default_slot(entry);

	if (slot >= 0)
		pn->guard.reported[slot] = 0;
}

/*
 * A link lost or found its carrier. With ignore_routes_with_linkdown other routes
 * become active then, which no notifier reports. A link that is down is DEAD and has its
 * routes deleted, each of which is reported.
 */
static void link_changed(struct pgw_net *pn,
			 const struct fib_nh_notifier_info *link)
{
	if (!(link->fib_nh->fib_nh_flags & RTNH_F_DEAD))
		rescan_now(pn);
}

/* All that the guard costs other namespaces. */
static bool has_work(const struct pgw_guard *guard)
{
	return READ_ONCE(guard->guarded) && READ_ONCE(guard->registered);
}

/* Context: RCU and RTNL; only RCU while it is being registered. */
static int fib_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct pgw_net *pn = container_of(nb, struct pgw_net, guard.fib);
	struct fib_notifier_info *info = ptr;
	int err = 0;

	if (info->family != AF_INET || !has_work(&pn->guard))
		return NOTIFY_DONE;
	switch (event) {
	case FIB_EVENT_ENTRY_REPLACE:
		err = route_first(pn, ptr);
		break;
	case FIB_EVENT_ENTRY_DEL:
		route_gone(pn, ptr);
		break;
	case FIB_EVENT_NH_ADD:
	case FIB_EVENT_NH_DEL:
		link_changed(pn, ptr);
		break;
	}
	return notifier_from_errno(err);
}

/* Context: RCU. */
static bool uses_nexthop(const struct fib_info *fi, u32 id)
{
	const struct nh_group *group;
	int i;

	if (!fi->nh || fi->nh->id == id || !fi->nh->is_group)
		return fi->nh && fi->nh->id == id;
	group = rcu_dereference(fi->nh->nh_grp);
	for (i = 0; i < group->num_nh; i++)
		if (group->nh_entries[i].nh->id == id)
			return true;
	return false;
}

/*
 * The active default route uses the nexthop object that gets the paths in @ptr.
 * A violation that exists already cannot be refused any more, and the notifier reports
 * a group that loses a path after the fact.
 */
static int paths_replaced(struct pgw_net *pn, int slot, struct fib_info *fi,
			  void *ptr, struct netlink_ext_ack *extack)
{
	struct pgw_violation before, v = { .slot = slot };
	struct pgw_nexthop_path path;
	unsigned int i;

	for (i = 0; pgw_nexthop_path(ptr, i, &path); i++)
		pgw_violation_pick(pn, &v, path.dev, path.gateway);
	pgw_route_violates(pn, fi, slot, &before);
	if (!v.iface) {
		pn->guard.reported[slot] = 0;
	} else if (v.guard == PPTPGW_GUARD_DENY && before.guard < v.guard &&
		   pgw_can_refuse_routes()) {
		NL_SET_ERR_MSG(extack, REFUSAL);
		count_refusal(pn, &v);
		return -EPERM;
	} else if (pn->guard.reported[slot] != v.iface->ifindex) {
		NL_SET_ERR_MSG(extack, WARNING);
		report(pn, &v);
	}
	return 0;
}

/* Context: RTNL. */
static int nexthop_event(struct notifier_block *nb, unsigned long event,
			 void *ptr)
{
	struct pgw_net *pn = container_of(nb, struct pgw_net, guard.nexthop);
	struct netlink_ext_ack *extack;
	struct fib_info *fi;
	int slot, err = 0;
	u32 id;
	u8 tos;

	if (!has_work(&pn->guard) ||
	    !pgw_nexthop_replaced(event, ptr, &id, &extack))
		return NOTIFY_DONE;
	rcu_read_lock();
	for (slot = 0; slot < PGW_DEFAULTS; slot++) {
		for (tos = 0; !err && tos < PGW_TOS_END; tos += PGW_TOS_STEP) {
			fi = pgw_active_default(pn, slot, tos);
			if (fi && uses_nexthop(fi, id))
				err = paths_replaced(pn, slot, fi, ptr, extack);
		}
	}
	rcu_read_unlock();
	return notifier_from_errno(err);
}

/* Report violations that are not reported yet. Context: RCU and RTNL. */
static void rescan_slot(struct pgw_net *pn, int slot)
{
	struct pgw_pending *pending = &pn->guard.pending[slot];
	int *reported = &pn->guard.reported[slot];
	struct pgw_violation v;

	if (!pgw_active_violates(pn, slot, &v))
		*reported = 0;
	else if (*reported != v.iface->ifindex)
		report(pn, &v);
	if (pending->ifindex && pending->ifindex != *reported) {
		v.iface = pgw_iface_find(pn, pending->ifindex);
		v.gateway = pending->gateway;
		if (v.iface)
			count_refusal(pn, &v);
	}
	pending->ifindex = 0;
}

static void rescan(struct pgw_net *pn)
{
	int slot;

	rcu_read_lock();
	for (slot = 0; slot < PGW_DEFAULTS; slot++)
		rescan_slot(pn, slot);
	rcu_read_unlock();
}

/* In a second, if not earlier. */
static void rescan_later(struct pgw_net *pn)
{
	queue_delayed_work(system_power_efficient_wq, &pn->guard.work, HZ);
}

/**
 * pgw_guard_changed - role or guard of an interface changed, or it is gone
 * @pn: namespace
 * @ifindex: its index
 * @before: it was guarded
 * @now: it is
 *
 * In force when this returns; a violation that exists by then is reported. Context:
 * RTNL.
 */
void pgw_guard_changed(struct pgw_net *pn, int ifindex, bool before, bool now)
{
	int i;

	ASSERT_RTNL();
	if (!before && !now)
		return;
	WRITE_ONCE(pn->guard.guarded, pn->guard.guarded + now - before);
	for (i = 0; i < PGW_DEFAULTS; i++)
		if (pn->guard.reported[i] == ifindex)
			pn->guard.reported[i] = 0;
	rescan(pn);
	rescan_later(pn);
}

/*
 * Context: process, without RTNL. Return: 0, or -errno if the routes change too fast to
 * be dumped, which registration does.
 */
static int notifiers_register(struct pgw_net *pn)
{
	struct pgw_guard *guard = &pn->guard;
	int err;

	guard->fib.notifier_call = fib_event;
	guard->nexthop.notifier_call = nexthop_event;
	err = pgw_register_nexthop_notifier(pn->net, &guard->nexthop);
	if (err)
		return err;
	err = register_fib_notifier(pn->net, &guard->fib, NULL, NULL);
	if (err)
		unregister_nexthop_notifier(pn->net, &guard->nexthop);
	return err;
}

/*
 * What the notifiers missed until they are registered is found by a scan. Context:
 * process, one at a time.
 */
static void guard_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(to_delayed_work(work), struct pgw_net,
					  guard.work);
	bool registered = pn->guard.registered || !notifiers_register(pn);

	rtnl_lock();
	WRITE_ONCE(pn->guard.registered, registered);
	rescan(pn);
	rtnl_unlock();
	if (!registered || READ_ONCE(pn->guard.guarded))
		rescan_later(pn);
}

/* A namespace appears. Context: process, without RTNL, which registration takes. */
void __net_init pgw_guard_init(struct pgw_net *pn)
{
	INIT_DELAYED_WORK(&pn->guard.work, guard_work);
	pn->guard.registered = !notifiers_register(pn);
	if (pn->guard.registered)
		return;
	pr_warn("pptpgw: netns %u: routes change too fast, default routes cannot be refused yet\n",
		pn->net->ns.inum);
	rescan_later(pn);
}

/**
 * pgw_guard_exit - a namespace ends, or the module
 * @pn: namespace
 * @with_net: its notifier chains end with it, after all pernet exits: nobody need wait
 *	for their readers then, which would take each namespace a grace period
 *
 * Context: process, without RTNL.
 */
void __net_exit pgw_guard_exit(struct pgw_net *pn, bool with_net)
{
	cancel_delayed_work_sync(&pn->guard.work);
	if (pn->guard.registered && !with_net) {
		unregister_fib_notifier(pn->net, &pn->guard.fib);
		unregister_nexthop_notifier(pn->net, &pn->guard.nexthop);
	}
	/* A notifier may have queued it once more, but not to register. */
	cancel_delayed_work_sync(&pn->guard.work);
}
