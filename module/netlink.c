// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: what it offers, and how its commands answer. What
 * each command takes and gives stands in uapi/linux/pptpgw.h.
 */
#include "netlink.h"

#include "compat.h"
#include "event.h"
#include "netlink_dev.h"
#include "netlink_explain.h"
#include "netlink_tunnel.h"

/* The request has no attributes. */
static const struct nla_policy stats_policy[PPTPGW_A_STATS_MAX + 1] = {};

/**
 * pgw_nl_reply_new - begin the answer to a request
 * @info: request
 * @header: its header, for pgw_nl_reply()
 *
 * Return: message, or NULL.
 */
struct sk_buff *pgw_nl_reply_new(struct genl_info *info, void **header)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*header = genlmsg_put_reply(skb, info, &pgw_family, 0,
				    info->genlhdr->cmd);
	if (*header)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/* Send what pgw_nl_reply_new() began, unless @err says that it failed. */
int pgw_nl_reply(struct sk_buff *skb, struct genl_info *info, void *header,
		 int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

/*
 * Validation is strict: an attribute that a command has no use for is refused, not
 * ignored. Who asks for less must not take all for it.
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

/* Events tell as much as TUNNEL_GET, so they are for the same people. */
static const struct genl_multicast_group groups[] = {
	{ .name = PPTPGW_MCGRP_EVENTS, .flags = PGW_GROUP_ADMIN },
};

/*
 * parallel_ops: no handler leans on the mutex that all families share, and none
 * holds it up while it waits for RTNL or the guard. What each reads is guarded
 * anyway, for sysfs, notifiers and packets go by no netlink lock:
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
struct genl_family pgw_family __ro_after_init = {
	.name = PPTPGW_FAMILY_NAME,
	.version = PPTPGW_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = netlink_ops,
	.n_ops = ARRAY_SIZE(netlink_ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int __init pgw_netlink_init(void)
{
	int err = genl_register_family(&pgw_family);

	if (!err)
		pgw_event_start(&pgw_family);
	return err;
}

void pgw_netlink_exit(void)
{
	pgw_event_stop();
	genl_unregister_family(&pgw_family);
}
