// SPDX-License-Identifier: GPL-2.0
/*
 * The command of the family that explains.
 */
#include "netlink_explain.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "explain.h"
#include "netlink.h"

const struct nla_policy pgw_explain_policy[PPTPGW_A_EXPLAIN_MAX + 1] = {
	[PPTPGW_A_EXPLAIN_CLIENT] = NLA_POLICY_MIN(NLA_U32, 1),
	[PPTPGW_A_EXPLAIN_LOCAL] = NLA_POLICY_MIN(NLA_U32, 1),
};

static int put_way(struct sk_buff *skb, struct net *net, int dev_attr,
		   int gateway_attr, const struct pgw_way *way)
{
	struct net_device *dev = dev_get_by_index_rcu(net, way->ifindex);

	if (dev && nla_put_string(skb, dev_attr, dev->name))
		return -EMSGSIZE;
	if (!way->gateway)
		return 0;
	return nla_put_in_addr(skb, gateway_attr, way->gateway);
}

static int put_explanation(struct sk_buff *skb, struct net *net,
			   const struct pgw_explanation *e)
{
	struct net_device *ingress = dev_get_by_index_rcu(net, e->ingress);

	if (nla_put_in_addr(skb, PPTPGW_A_EXPLAIN_CLIENT, e->key.client) ||
	    nla_put_in_addr(skb, PPTPGW_A_EXPLAIN_LOCAL, e->key.local) ||
	    nla_put_u32(skb, PPTPGW_A_EXPLAIN_VERDICT, e->verdict) ||
	    nla_put_u32(skb, PPTPGW_A_EXPLAIN_REASON, e->reason) ||
	    nla_put_u32(skb, PPTPGW_A_EXPLAIN_SOURCE, e->source))
		return -EMSGSIZE;
	if (ingress && nla_put_string(skb, PPTPGW_A_EXPLAIN_INGRESS, ingress->name))
		return -EMSGSIZE;
	if (e->has_peer &&
	    nla_put_u64_64bit(skb, PPTPGW_A_EXPLAIN_IDLE,
			      jiffies_to_msecs(e->idle),
			      PPTPGW_A_EXPLAIN_PAD))
		return -EMSGSIZE;
	return put_way(skb, net, PPTPGW_A_EXPLAIN_DEV,
		       PPTPGW_A_EXPLAIN_GATEWAY, &e->way) ?:
	       put_way(skb, net, PPTPGW_A_EXPLAIN_TABLE_DEV,
		       PPTPGW_A_EXPLAIN_TABLE_GATEWAY, &e->table);
}

/* Context: may sleep. */
static int explain_request(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *client = info->attrs[PPTPGW_A_EXPLAIN_CLIENT];
	struct nlattr *local = info->attrs[PPTPGW_A_EXPLAIN_LOCAL];
	struct pgw_net *pn = pgw_net(genl_info_net(info));
	struct pgw_explanation e;
	struct pgw_key key;
	int err;

	key.client = nla_get_in_addr(client);
	key.local = local ? nla_get_in_addr(local) :
			    pgw_explain_local(pn, key.client);
	if (!key.local) {
		NL_SET_ERR_MSG(info->extack,
			       "no route to the client: name the local address");
		return -EHOSTUNREACH;
	}
	rtnl_lock();
	rcu_read_lock();
	pgw_explain(pn, &key, &e);
	err = put_explanation(skb, pn->net, &e);
	rcu_read_unlock();
	rtnl_unlock();
	return err;
}

int pgw_nl_explain(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb;
	void *header;
	int err;

	if (!info->attrs[PPTPGW_A_EXPLAIN_CLIENT]) {
		NL_SET_ERR_MSG(info->extack, "name a client");
		return -EINVAL;
	}
	skb = pgw_nl_reply_new(info, &header);
	if (!skb)
		return -ENOMEM;
	err = explain_request(skb, info);
	return pgw_nl_reply(skb, info, header, err);
}
