// SPDX-License-Identifier: GPL-2.0
/* The generic netlink family and its commands: see uapi/linux/pptpgw.h. */
#include "netlink.h"

#include "compat.h"
#include "event.h"
#include "netlink_dev.h"
#include "netlink_explain.h"
#include "netlink_msg.h"
#include "netlink_tunnel.h"

/* The request has no attributes. */
static const struct nla_policy stats_policy[PPTPGW_A_STATS_MAX + 1] = {};

/*
 * Validation is strict: an attribute that a command does not take is refused, not
 * ignored, so that nobody who asks for a part takes the whole for it.
 */
static const struct genl_ops netlink_ops[] = {
	{
		.cmd = PPTPGW_CMD_DEV_GET,
		.doit = pgw_nl_dev_get,
		.dumpit = pgw_nl_dev_dump,
		.policy = pgw_dev_policy,
		.maxattr = PPTPGW_A_DEV_IFNAME,	/* settings are for DEV_SET */
	}, {
		.cmd = PPTPGW_CMD_DEV_SET,
		.doit = pgw_nl_dev_set,
		.policy = pgw_dev_policy,
		.maxattr = PPTPGW_A_DEV_MAX,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = PPTPGW_CMD_TUNNEL_GET,
		.dumpit = pgw_nl_tunnel_dump,
		.policy = pgw_tunnel_policy,
		.maxattr = PPTPGW_A_TUNNEL_MAX,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = PPTPGW_CMD_TUNNEL_FLUSH,
		.doit = pgw_nl_tunnel_flush,
		.policy = pgw_tunnel_policy,
		.maxattr = PPTPGW_A_TUNNEL_MAX,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = PPTPGW_CMD_STATS_GET,
		.doit = pgw_nl_stats_get,
		.policy = stats_policy,
		.maxattr = PPTPGW_A_STATS_MAX,
	}, {
		.cmd = PPTPGW_CMD_EXPLAIN,
		.doit = pgw_nl_explain,
		.policy = pgw_explain_policy,
		.maxattr = PPTPGW_A_EXPLAIN_MAX,
		.flags = GENL_UNS_ADMIN_PERM,
	},
};

/* Events say as much as TUNNEL_GET: they need the same capability. */
static const struct genl_multicast_group groups[] = {
	{ .name = PPTPGW_MCGRP_EVENTS, .flags = PGW_GROUP_ADMIN },
};

/*
 * parallel_ops: no handler relies on the mutex that all families share, and none holds
 * it while it waits for RTNL. sysfs, notifiers and packets take no netlink lock, so what
 * each handler reads is guarded anyway:
 *
 * - DEV_GET, DEV_SET, STATS_GET, EXPLAIN: RTNL. It keeps interfaces, settings, and
 *   whether a namespace has tables.
 * - TUNNEL_FLUSH: RCU, and the mutex of those who remove peers, for a batch at a time.
 * - The dumps: RCU, from one message to the next. pgw_table_next() finds no table
 *   when the last uplink is gone, and a table is freed after a grace period. Where
 *   a dump goes on is in cb->ctx, which is of this dump alone; the socket's own
 *   mutex keeps two calls apart.
 *
 * A dump holds the module; unregistering waits for the others.
 */
int __init pgw_netlink_init(void)
{
	int err;

	pgw_family.parallel_ops = true;
	pgw_family.ops = netlink_ops;
	pgw_family.n_ops = ARRAY_SIZE(netlink_ops);
	pgw_family.mcgrps = groups;
	pgw_family.n_mcgrps = ARRAY_SIZE(groups);
	err = genl_register_family(&pgw_family);
	if (!err)
		pgw_event_start(&pgw_family);
	return err;
}

void pgw_netlink_exit(void)
{
	pgw_event_stop();
	genl_unregister_family(&pgw_family);
}
