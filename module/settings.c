// SPDX-License-Identifier: GPL-2.0
/*
 * The one way to change an interface's settings, and what follows from them: the first
 * uplink of a namespace brings hooks and tables, and each device there gets a struct
 * pgw_iface and the files of its counters. All runs under RTNL.
 */
#include "settings.h"

#include <linux/rtnetlink.h>

#include "compat.h"
#include "event.h"
#include "guard.h"
#include "netns.h"
#include "sysfs_counters.h"

/*
 * The interface that a device is, to be written. Return: the interface, not a reference;
 * -ENOENT if the device has not been announced yet; another -errno.
 */
static struct pgw_iface *iface_make(struct net_device *dev)
{
	struct pgw_net *pn = pgw_net(dev_net(dev));
	struct pgw_iface *iface;
	int err;

	iface = pgw_iface_find(pn, dev->ifindex);
	if (iface)
		return iface;
	iface = pgw_iface_add(pn, dev->ifindex);
	if (IS_ERR(iface))
		return iface;
	err = pgw_sysfs_add_counters(dev);
	if (!err)
		return iface;
	pgw_iface_del(iface);
	return ERR_PTR(err);
}

/* For all devices. While the module is being loaded, some will be announced later. */
static int ifaces_make(struct pgw_net *pn)
{
	struct pgw_iface *iface;
	struct net_device *dev;

	for_each_netdev(pn->net, dev) {
		if (pgw_iface_find(pn, dev->ifindex))
			continue;
		iface = iface_make(dev);
		if (!IS_ERR(iface))
			iface->fresh = true;
		else if (PTR_ERR(iface) != -ENOENT)
			return PTR_ERR(iface);
	}
	return 0;
}

/* Keep what ifaces_make() made, or undo it: no hook has seen it. */
static void ifaces_made(struct pgw_net *pn, bool keep)
{
	struct pgw_iface *iface;
	struct net_device *dev;

	for_each_netdev(pn->net, dev) {
		iface = pgw_iface_find(pn, dev->ifindex);
		if (!iface || !iface->fresh)
			continue;
		iface->fresh = false;
		if (keep)
			continue;
		pgw_sysfs_del_counters(dev);
		pgw_iface_del(iface);
	}
}

static int uplink_get(struct pgw_net *pn)
{
	int err;

	if (pn->active)
		return pgw_netns_uplink_get(pn);
	/* Pairs with cleanup_work() in netns.c. */
	if (smp_load_acquire(&pn->stopping))
		return -EINPROGRESS;
	err = ifaces_make(pn) ?: pgw_netns_uplink_get(pn);
	ifaces_made(pn, !err);
	return err;
}

static bool is_guarded(const struct pgw_iface *iface)
{
	return iface->role == PPTPGW_ROLE_CORPORATE &&
	       iface->guard != PPTPGW_GUARD_OFF;
}

/* Return: 0 or -errno, then the role is what it was. */
static int set_role(struct pgw_iface *iface, u8 role,
		    struct netlink_ext_ack *extack)
{
	bool guarded = is_guarded(iface);
	u8 old = iface->role;
	int err;

	if (role == old)
		return 0;
	if (role == PPTPGW_ROLE_INTERNET) {
		err = uplink_get(iface->pn);
		if (err) {
			NL_SET_ERR_MSG(extack, "cannot set up the first uplink");
			return err;
		}
	}
	pgw_iface_set_role(iface, role);
	if (old == PPTPGW_ROLE_INTERNET)
		pgw_netns_uplink_put(iface->pn);
	pgw_guard_changed(iface->pn, iface->ifindex, guarded,
			  is_guarded(iface));
	return 0;
}

static void set_guard(struct pgw_iface *iface, u8 guard)
{
	bool guarded = is_guarded(iface);

	if (guard == iface->guard)
		return;
	if (guard == PPTPGW_GUARD_DENY && !pgw_can_refuse_routes())
		pr_warn("pptpgw: guard deny acts as warn on this kernel\n");
	WRITE_ONCE(iface->guard, guard);
	pgw_guard_changed(iface->pn, iface->ifindex, guarded,
			  is_guarded(iface));
}

static void notify(const struct pgw_iface *iface)
{
	const struct pgw_event event = {
		.type = PPTPGW_EVENT_DEV_CHANGED,
		.ifindex = iface->ifindex,
		.role = iface->role,
		.policy = iface->policy,
		.unroutable = iface->unroutable,
		.guard = iface->guard,
	};

	rcu_read_lock();
	pgw_event_send(iface->pn, &event);
	rcu_read_unlock();
}

/**
 * pgw_settings_set - change settings of an interface
 * @dev: device
 * @to: all its settings, as they shall be
 * @extack: where to say why not, or NULL
 *
 * Listeners are notified once, if anything really changed. The role is the only setting
 * that can fail: it goes first. Context: RTNL.
 * Return: 0 or -errno, then nothing has changed. -EINPROGRESS: again after
 * pgw_netns_wait_stopped(), or a moment later.
 */
int pgw_settings_set(struct net_device *dev, const struct pgw_settings *to,
		     struct netlink_ext_ack *extack)
{
	struct pgw_settings from;
	struct pgw_iface *iface;
	int err;

	ASSERT_RTNL();
	iface = iface_make(dev);
	if (IS_ERR(iface)) {
		NL_SET_ERR_MSG(extack, "cannot set up the interface");
		return PTR_ERR(iface);
	}
	from = pgw_iface_settings(iface);
	err = set_role(iface, to->role, extack);
	if (err)
		return err;
	WRITE_ONCE(iface->policy, to->policy);
	WRITE_ONCE(iface->unroutable, to->unroutable);
	set_guard(iface, to->guard);
	if (memcmp(&from, to, sizeof(from)))
		notify(iface);
	return 0;
}

/* Context: RTNL. Return: 0 or -errno. */
int pgw_settings_dev_added(struct net_device *dev)
{
	if (!pgw_net(dev_net(dev))->active)
		return 0;
	return PTR_ERR_OR_ZERO(iface_make(dev));
}

/**
 * pgw_settings_dev_gone - a device goes
 * @dev: device
 *
 * If it was an uplink, its peers keep it as their ingress, with no index: find_route() in
 * steer.c has no route for them, so that their replies fail closed. Context: RTNL.
 */
void pgw_settings_dev_gone(struct net_device *dev)
{
	struct pgw_net *pn = pgw_net(dev_net(dev));
	struct pgw_iface *iface = pgw_iface_find(pn, dev->ifindex);
	bool uplink, guarded;

	if (!iface)
		return;
	uplink = pgw_iface_is(iface, PPTPGW_ROLE_INTERNET);
	guarded = is_guarded(iface);
	pgw_iface_del(iface);
	if (uplink)
		pgw_netns_uplink_lost(pn);
	pgw_guard_changed(pn, dev->ifindex, guarded, false);
}
