// SPDX-License-Identifier: GPL-2.0
/*
 * pptpgw: PPTP replies leave by the interface their client came in by.
 * The parameters, and the order in which the parts begin and end.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/netdevice.h>

#include "iface.h"
#include "netdev.h"
#include "netlink.h"
#include "netns.h"
#include "peer.h"
#include "retired.h"

#define PGW_MAX_NAMES 32

static char *internet[PGW_MAX_NAMES];
static char *corporate[PGW_MAX_NAMES];
static struct pgw_netdev_names names = {
	.internet = internet,
	.corporate = corporate,
};

module_param_array(internet, charp, &names.ninternet, 0444);
MODULE_PARM_DESC(internet, "interfaces with role internet, by name");
module_param_array(corporate, charp, &names.ncorporate, 0444);
MODULE_PARM_DESC(corporate, "interfaces with role corporate, by name");

static int set_bounded(const char *val, const struct kernel_param *kp,
		       unsigned int max)
{
	unsigned int n;
	int err;

	err = kstrtouint(val, 0, &n);
	if (err)
		return err;
	if (n < 1 || n > max)
		return -EINVAL;
	WRITE_ONCE(*(unsigned int *)kp->arg, n);
	return 0;
}

static int set_max_peers(const char *val, const struct kernel_param *kp)
{
	return set_bounded(val, kp, PGW_MAX_PEERS_LIMIT);
}

static int set_peer_timeout(const char *val, const struct kernel_param *kp)
{
	return set_bounded(val, kp, PGW_PEER_TIMEOUT_LIMIT);
}

static const struct kernel_param_ops max_peers_ops = {
	.set = set_max_peers,
	.get = param_get_uint,
};

static const struct kernel_param_ops peer_timeout_ops = {
	.set = set_peer_timeout,
	.get = param_get_uint,
};

module_param_cb(max_peers, &max_peers_ops, &pgw_max_peers, 0644);
MODULE_PARM_DESC(max_peers, "peers per network namespace, 1 to 16777216");
module_param_cb(peer_timeout, &peer_timeout_ops, &pgw_peer_timeout, 0644);
MODULE_PARM_DESC(peer_timeout,
		 "seconds without a packet that end a peer, 1 to 604800");

static const char *const forwards[] = {
	[PGW_FORWARD_NEVER] = "never",
	[PGW_FORWARD_NAT] = "nat",
	[PGW_FORWARD_ALWAYS] = "always",
};

static int set_forward(const char *val, const struct kernel_param *kp)
{
	int forward = sysfs_match_string(forwards, val);

	if (forward < 0) {
		pr_err("forward=: '%s' is not never, nat or always\n", val);
		return forward;
	}
	pgw_forward = forward;
	return 0;
}

static int get_forward(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", forwards[pgw_forward]);
}

static const struct kernel_param_ops forward_ops = {
	.set = set_forward,
	.get = get_forward,
};

module_param_cb(forward, &forward_ops, NULL, 0444);
MODULE_PARM_DESC(forward, "steer for servers behind this host, too: never, nat (where there is NAT), always");

/* These log which name is wrong: insmod shows the error number only. */
static int __init check_list(const char *list, char *const *name,
			     unsigned int n)
{
	for (; n; n--, name++) {
		if (dev_valid_name(*name))
			continue;
		pr_err("%s=: '%s' is not an interface name\n", list, *name);
		return -EINVAL;
	}
	return 0;
}

static int __init check_disjoint(void)
{
	unsigned int i, j;

	for (i = 0; i < names.ninternet; i++) {
		for (j = 0; j < names.ncorporate; j++) {
			if (strcmp(internet[i], corporate[j]))
				continue;
			pr_err("'%s' is in both internet= and corporate=\n",
			       internet[i]);
			return -EINVAL;
		}
	}
	return 0;
}

static int __init check_names(void)
{
	return check_list("internet", internet, names.ninternet) ?:
	       check_list("corporate", corporate, names.ncorporate) ?:
	       check_disjoint();
}

static int __init pptpgw_init(void)
{
	int err;

	err = check_names();
	if (err)
		return err;
	err = pgw_retired_init();
	if (err)
		return err;
	err = pgw_iface_init();
	if (err)
		goto retired;
	err = pgw_peer_init();
	if (err)
		goto iface;
	err = pgw_netns_init();
	if (err)
		goto peer;
	err = pgw_netlink_init();
	if (err)
		goto net;
	err = pgw_netdev_start(&names);
	if (err)
		goto netlink;
	return 0;

netlink:
	pgw_netlink_exit();
net:
	pgw_netns_exit();
peer:
	pgw_peer_exit();
iface:
	pgw_iface_exit();
retired:
	pgw_retired_exit();
	return err;
}

/* A peer's end drops its ingress: interfaces go after peers, and routes when none is used. */
static void __exit pptpgw_exit(void)
{
	pgw_netdev_stop();
	pgw_netlink_exit();
	pgw_netns_exit();
	pgw_peer_exit();
	pgw_iface_exit();
	pgw_retired_exit();
}

module_init(pptpgw_init);
module_exit(pptpgw_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("PPTP replies leave by the interface their client came in by");
MODULE_VERSION(PPTPGW_VERSION);
