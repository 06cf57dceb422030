// SPDX-License-Identifier: GPL-2.0
/*
 * The guard: an active default route must leave through an internet-side
 * interface. The FIB tells of a route when it becomes the first of its prefix,
 * in time to refuse it to the program that asks (route_first()); a nexthop
 * object is told of before it replaces another (nexthop_event()). What is not
 * told that way is looked for (look_at()), each second while an interface is
 * guarded: of routes that differ in TOS, for one, only the first is told of. A
 * namespace has the notifiers from its beginning: they cannot be registered
 * under RTNL, where an interface gets its role.
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

static void tell(struct pgw_net *pn, enum pptpgw_event_type type,
		 const struct pgw_violation *o)
{
	struct pgw_event event = {
		.type = type,
		.ifindex = o->iface->ifindex,
		.prefix = htonl(pgw_defaults[o->slot].dst),
		.prefix_len = pgw_defaults[o->slot].len,
		.gateway = o->gateway,
	};

	pgw_event_send(pn, &event);
}

/* Context: RCU and RTNL. */
static void report(struct pgw_net *pn, const struct pgw_violation *o)
{
	struct net_device *dev = dev_get_by_index_rcu(pn->net,
						      o->iface->ifindex);
	__be32 prefix = htonl(pgw_defaults[o->slot].dst);

	pn->guard.reported[o->slot] = o->iface->ifindex;
	pgw_count(o->iface, PPTPGW_COUNTER_GUARD_WARNED);
	tell(pn, PPTPGW_EVENT_GUARD_VIOLATION, o);
	if (dev && net_ratelimit())
		netdev_warn(dev, "pptpgw: default route %pI4/%d leaves through this corporate interface\n",
			    &prefix, pgw_defaults[o->slot].len);
}

static void count_refusal(struct pgw_net *pn, const struct pgw_violation *o)
{
	pgw_count(o->iface, PPTPGW_COUNTER_GUARD_DENIED);
	tell(pn, PPTPGW_EVENT_GUARD_DENIED, o);
}

/*
 * A route that was there before becomes the first because a better one is being
 * deleted: until the notifiers have been called, that one is still found. Better
 * is first a larger TOS, then a smaller metric.
 */
static bool is_promotion(struct pgw_net *pn, int slot,
			 const struct fib_entry_notifier_info *entry)
{
	const struct fib_info *active, *fi = entry->fi;
	unsigned int tos = pgw_entry_tos(entry);

	active = pgw_active_default(pn, slot, tos);
	if (active && active != fi && active->fib_priority <= fi->fib_priority)
		return true;
	while ((tos += PGW_TOS_STEP) < PGW_TOS_END)
		if (pgw_active_default(pn, slot, tos))
			return true;
	return false;
}

/* The kernel's own routes come with addresses, which nobody asked to refuse. */
static bool may_refuse(struct pgw_net *pn, const struct pgw_violation *o,
		       const struct fib_entry_notifier_info *entry)
{
	return o->guard == PPTPGW_GUARD_DENY && pgw_can_refuse_routes() &&
	       entry->fi->fib_protocol != RTPROT_KERNEL &&
	       !is_promotion(pn, o->slot, entry);
}

/*
 * Without an extack, the program asks by ioctl(), or else nobody asks: routes of
 * a link that went down are flushed, and this one is promoted. The answer does
 * not matter then. Which of the two it was will be seen in the table.
 */
static int refuse(struct pgw_net *pn, const struct pgw_violation *o,
		  struct netlink_ext_ack *extack)
{
	struct pgw_doubt *doubt = &pn->guard.doubts[o->slot];

	if (extack) {
		NL_SET_ERR_MSG(extack, REFUSAL);
		count_refusal(pn, o);
	} else {
		doubt->ifindex = o->iface->ifindex;
		doubt->gateway = o->gateway;
		pgw_net_guard_look(pn);
	}
	return -EPERM;
}

/* A route is now the first of its prefix. Return: 0, or -errno to refuse it. */
static int route_first(struct pgw_net *pn,
		       const struct fib_entry_notifier_info *entry)
{
	struct netlink_ext_ack *extack = entry->info.extack;
	int slot = pgw_default_slot(entry);
	struct pgw_violation o;

	if (slot < 0)
		return 0;
	if (entry->type != RTN_UNICAST || entry->fi->fib_flags & RTNH_F_DEAD ||
	    !pgw_route_offends(pn, entry->fi, slot, &o)) {
		pn->guard.reported[slot] = 0;
		return 0;
	}
	if (may_refuse(pn, &o, entry))
		return refuse(pn, &o, extack);
	NL_SET_ERR_MSG(extack, WARNING);
	report(pn, &o);
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
 * A link lost or found its carrier, and with ignore_routes_with_linkdown other
 * routes are taken, of which nothing is told. One that is down for good is DEAD
 * and has its routes deleted, each of which is told.
 */
static void link_changed(struct pgw_net *pn,
			 const struct fib_nh_notifier_info *link)
{
	if (!(link->fib_nh->fib_nh_flags & RTNH_F_DEAD))
		pgw_net_guard_look(pn);
}

/* What other namespaces pay. */
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
 * What offends already cannot be refused any more, and a group that loses a path
 * is told of when that has happened.
 */
static int paths_replaced(struct pgw_net *pn, int slot, struct fib_info *fi,
			  void *ptr, struct netlink_ext_ack *extack)
{
	struct pgw_violation before, o = { .slot = slot };
	struct pgw_nexthop_path path;
	unsigned int i;

	for (i = 0; pgw_nexthop_path(ptr, i, &path); i++)
		pgw_violation_pick(pn, &o, path.dev, path.gateway);
	pgw_route_offends(pn, fi, slot, &before);
	if (!o.iface) {
		pn->guard.reported[slot] = 0;
	} else if (o.guard == PPTPGW_GUARD_DENY && before.guard < o.guard &&
		   pgw_can_refuse_routes()) {
		NL_SET_ERR_MSG(extack, REFUSAL);
		count_refusal(pn, &o);
		return -EPERM;
	} else if (pn->guard.reported[slot] != o.iface->ifindex) {
		NL_SET_ERR_MSG(extack, WARNING);
		report(pn, &o);
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

/* Report what is not reported yet. Context: RCU and RTNL. */
static void look_at(struct pgw_net *pn, int slot)
{
	struct pgw_doubt *doubt = &pn->guard.doubts[slot];
	int *reported = &pn->guard.reported[slot];
	struct pgw_violation o;

	if (!pgw_active_violates(pn, slot, &o))
		*reported = 0;
	else if (*reported != o.iface->ifindex)
		report(pn, &o);
	if (doubt->ifindex && doubt->ifindex != *reported) {
		o.iface = pgw_iface_find(pn, doubt->ifindex);
		o.gateway = doubt->gateway;
		if (o.iface)
			count_refusal(pn, &o);
	}
	doubt->ifindex = 0;
}

/**
 * pgw_guard_start - have the guard told of routes and nexthop objects
 * @pn: namespace
 *
 * Context: process, without RTNL. Return: 0, or -errno if the routes change too
 * fast to begin.
 */
int pgw_guard_start(struct pgw_net *pn)
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

/* Context: process, without RTNL. */
void pgw_guard_stop(struct pgw_net *pn)
{
	unregister_fib_notifier(pn->net, &pn->guard.fib);
	unregister_nexthop_notifier(pn->net, &pn->guard.nexthop);
}

/* Report what is not reported yet. Context: RTNL. */
void pgw_guard_look(struct pgw_net *pn)
{
	int slot;

	rcu_read_lock();
	for (slot = 0; slot < PGW_DEFAULTS; slot++)
		look_at(pn, slot);
	rcu_read_unlock();
}
