// SPDX-License-Identifier: GPL-2.0
/*
 * Network devices come, go and are renamed: each gets its files, and its role by name.
 */
#include "netdev.h"

#include <linux/netdevice.h>

#include "netns.h"
#include "settings.h"
#include "sysfs.h"
#include "sysfs_counters.h"

static const struct pgw_netdev_names *role_names __read_mostly;

static bool name_in(const char *name, char *const *names, unsigned int n)
{
	while (n--)
		if (!strcmp(names[n], name))
			return true;
	return false;
}

/* The role that the module parameters give to a device of this name. */
static enum pptpgw_role role_by_name(const char *name)
{
	const struct pgw_netdev_names *r = role_names;

	if (name_in(name, r->internet, r->ninternet))
		return PPTPGW_ROLE_INTERNET;
	if (name_in(name, r->corporate, r->ncorporate))
		return PPTPGW_ROLE_CORPORATE;
	return PPTPGW_ROLE_NONE;
}

/* A device appeared or was renamed; a role it has already stays. */
static void netdev_name_role(struct net_device *dev)
{
	u8 role = role_by_name(dev->name);
	struct pgw_settings settings;
	int err;

	if (!net_eq(dev_net(dev), &init_net) || role == PPTPGW_ROLE_NONE ||
	    pgw_iface_show(dev)->role != PPTPGW_ROLE_NONE)
		return;
	settings = pgw_iface_settings(pgw_iface_show(dev));
	settings.role = role;
	/* Under RTNL, as nobody would try again. */
	pgw_netns_wait_stopped(pgw_net(dev_net(dev)));
	err = pgw_settings_set(dev, &settings, NULL);
	if (err)
		netdev_err(dev, "pptpgw: cannot set the role: error %d\n", err);
}

static int netdev_add(struct net_device *dev)
{
	return pgw_sysfs_add(dev) ?: pgw_settings_dev_added(dev);
}

static void netdev_del(struct net_device *dev)
{
	/* A reminder for a device long gone, whose index may be another's. */
	if (dev->reg_state == NETREG_UNREGISTERED)
		return;
	pgw_sysfs_del(dev);
	pgw_settings_dev_gone(dev);
}

/* A device must not fail because of pptpgw: warn, and continue. */
static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	int err;

	switch (event) {
	case NETDEV_REGISTER:
		err = netdev_add(dev);
		if (err)
			netdev_warn(dev, "pptpgw: not available: error %d\n",
				    err);
		netdev_name_role(dev);
		break;
	case NETDEV_CHANGENAME:
		netdev_name_role(dev);
		break;
	case NETDEV_UNREGISTER:
		netdev_del(dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_notifier = {
	.notifier_call = netdev_event,
};

/* Existing devices are announced by the registration, in all namespaces. */
int __init pgw_netdev_start(const struct pgw_netdev_names *names)
{
	role_names = names;
	pgw_sysfs_counters_init();
	return register_netdevice_notifier(&netdev_notifier);
}

/* Announces the end of every device, which takes hooks and tables down. */
void pgw_netdev_stop(void)
{
	unregister_netdevice_notifier(&netdev_notifier);
}
