// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of the family that are about interfaces and counters.
 */
#include "netlink_dev.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "netlink_msg.h"
#include "netns.h"
#include "settings.h"

const struct nla_policy pgw_dev_policy[PPTPGW_A_DEV_MAX + 1] = {
	[PPTPGW_A_DEV_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[PPTPGW_A_DEV_IFNAME] = { .type = NLA_NUL_STRING,
				  .len = IFNAMSIZ - 1 },
	[PPTPGW_A_DEV_ROLE] = NLA_POLICY_MAX(NLA_U32, PGW_ROLES - 1),
	[PPTPGW_A_DEV_POLICY] = NLA_POLICY_MAX(NLA_U32, PGW_POLICIES - 1),
	[PPTPGW_A_DEV_UNROUTABLE] = NLA_POLICY_MAX(NLA_U32,
						   PGW_UNROUTABLES - 1),
	[PPTPGW_A_DEV_GUARD] = NLA_POLICY_MAX(NLA_U32, PGW_GUARDS - 1),
};

/* @value: by number. */
static int put_counters(struct sk_buff *skb, int attr, const u64 *value)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int c;

	if (!nest)
		return -EMSGSIZE;
	for (c = PGW_COUNTER_FIRST; c < PGW_COUNTERS; c++)
		if (nla_put_u64_64bit(skb, c, value[c], PPTPGW_COUNTER_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_dev_counters(struct sk_buff *skb, const struct pgw_iface *iface)
{
	u64 value[PGW_COUNTERS];
	int c;

	for (c = PGW_COUNTER_FIRST; c < PGW_COUNTERS; c++)
		value[c] = pgw_iface_counter(iface, c);
	return put_counters(skb, PPTPGW_A_DEV_COUNTERS, value);
}

static int put_dev(struct sk_buff *skb, const struct net_device *dev,
		   const struct pgw_iface *iface)
{
	const struct pgw_settings settings = pgw_iface_settings(iface);

	if (nla_put_u32(skb, PPTPGW_A_DEV_IFINDEX, dev->ifindex) ||
	    nla_put_string(skb, PPTPGW_A_DEV_IFNAME, dev->name) ||
	    nla_put_u32(skb, PPTPGW_A_DEV_ROLE, settings.role) ||
	    nla_put_u32(skb, PPTPGW_A_DEV_POLICY, settings.policy) ||
	    nla_put_u32(skb, PPTPGW_A_DEV_UNROUTABLE, settings.unroutable) ||
	    nla_put_u32(skb, PPTPGW_A_DEV_GUARD, settings.guard) ||
	    nla_put_u32(skb, PPTPGW_A_DEV_PEERS, pgw_iface_peers(iface)))
		return -EMSGSIZE;
	return put_dev_counters(skb, iface);
}

/* The interface that a request names. Context: RTNL. */
static struct net_device *request_dev(struct genl_info *info)
{
	struct nlattr *index = info->attrs[PPTPGW_A_DEV_IFINDEX];
	struct nlattr *name = info->attrs[PPTPGW_A_DEV_IFNAME];
	struct net *net = genl_info_net(info);
	struct net_device *dev;

	if (!index == !name) {
		NL_SET_ERR_MSG(info->extack,
			       "name one interface, by ifindex or by ifname");
		return ERR_PTR(-EINVAL);
	}
	dev = index ? __dev_get_by_index(net, nla_get_u32(index)) :
		      __dev_get_by_name(net, nla_data(name));
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, index ?: name, "no such interface");
	return ERR_PTR(-ENODEV);
}

int pgw_nl_dev_get(struct sk_buff *request, struct genl_info *info)
{
	struct net_device *dev;
	struct sk_buff *skb;
	void *header;
	int err;

	skb = pgw_nl_reply_new(info, &header);
	if (!skb)
		return -ENOMEM;
	rtnl_lock();
	dev = request_dev(info);
	err = IS_ERR(dev) ? PTR_ERR(dev) :
			    put_dev(skb, dev, pgw_iface_show(dev));
	rtnl_unlock();
	return pgw_nl_reply(skb, info, header, err);
}

static int dump_dev(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct net_device *dev)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &pgw_family, NLM_F_MULTI,
			     PPTPGW_CMD_DEV_GET);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (put_dev(skb, dev, pgw_iface_show(dev))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* A request for one interface has no NLM_F_DUMP. */
static int dump_whole(struct netlink_callback *cb)
{
	struct nlattr **attrs = pgw_dump_attrs(cb);
	struct nlattr *filter;

	filter = attrs[PPTPGW_A_DEV_IFINDEX] ?: attrs[PPTPGW_A_DEV_IFNAME];
	if (!filter)
		return 0;
	NL_SET_ERR_MSG_ATTR(cb->extack, filter, "a dump is of all interfaces");
	return -EINVAL;
}

/* cb->args[0]: how many devices are done. */
int pgw_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(skb->sk);
	struct net_device *dev;
	long n = 0;
	int err;

	err = dump_whole(cb);
	if (err)
		return err;
	rcu_read_lock();
	cb->seq = READ_ONCE(net->dev_base_seq);
	for_each_netdev_rcu(net, dev) {
		if (n++ < cb->args[0])
			continue;
		if (dump_dev(skb, cb, dev))
			break;
		cb->args[0]++;
	}
	rcu_read_unlock();
	return skb->len;
}

/* A setting that a request does not give stays. */
static void take(u8 *setting, const struct nlattr *attr)
{
	if (attr)
		*setting = nla_get_u32(attr);
}

static int dev_set(struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct pgw_settings settings;
	struct net_device *dev;
	int err;

	dev = request_dev(info);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	settings = pgw_iface_settings(pgw_iface_show(dev));
	take(&settings.role, attrs[PPTPGW_A_DEV_ROLE]);
	take(&settings.policy, attrs[PPTPGW_A_DEV_POLICY]);
	take(&settings.unroutable, attrs[PPTPGW_A_DEV_UNROUTABLE]);
	take(&settings.guard, attrs[PPTPGW_A_DEV_GUARD]);
	err = pgw_settings_set(dev, &settings, info->extack);
	if (!err && attrs[PPTPGW_A_DEV_GUARD] &&
	    settings.guard == PPTPGW_GUARD_DENY && !pgw_can_refuse_routes())
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[PPTPGW_A_DEV_GUARD],
				    "guard deny acts as warn on this kernel");
	return err;
}

int pgw_nl_dev_set(struct sk_buff *request, struct genl_info *info)
{
	int err;

	if (!info->attrs[PPTPGW_A_DEV_ROLE] &&
	    !info->attrs[PPTPGW_A_DEV_POLICY] &&
	    !info->attrs[PPTPGW_A_DEV_UNROUTABLE] &&
	    !info->attrs[PPTPGW_A_DEV_GUARD]) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: role, policy, unroutable or guard");
		return -EINVAL;
	}
	do {
		pgw_netns_wait_stopped(pgw_net(genl_info_net(info)));
		rtnl_lock();
		err = dev_set(info);
		rtnl_unlock();
	} while (err == -EINPROGRESS && !signal_pending(current));
	return err;
}

/* The sums of the namespace's counters, with those of interfaces that are gone. */
int pgw_nl_stats_get(struct sk_buff *request, struct genl_info *info)
{
	struct pgw_net *pn = pgw_net(genl_info_net(info));
	u64 sum[PGW_COUNTERS];
	struct sk_buff *skb;
	u32 peers = 0;
	void *header;
	int err;

	skb = pgw_nl_reply_new(info, &header);
	if (!skb)
		return -ENOMEM;
	rtnl_lock();
	pgw_iface_totals(pn, sum);
	if (pn->active)
		peers = atomic_read(&pn->peers.n);
	rtnl_unlock();
	err = nla_put_u32(skb, PPTPGW_A_STATS_PEERS, peers) ?:
	      put_counters(skb, PPTPGW_A_STATS_COUNTERS, sum);
	return pgw_nl_reply(skb, info, header, err);
}
