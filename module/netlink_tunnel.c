// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of the family that are about tunnels.
 */
#include "netlink_tunnel.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "netlink_msg.h"
#include "peer.h"

const struct nla_policy pgw_tunnel_policy[PPTPGW_A_TUNNEL_MAX + 1] = {
	[PPTPGW_A_TUNNEL_CLIENT] = NLA_POLICY_MIN(NLA_U32, 1),
	[PPTPGW_A_TUNNEL_LOCAL] = NLA_POLICY_MIN(NLA_U32, 1),
	[PPTPGW_A_TUNNEL_INGRESS_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* Which peers a request is about; 0 is any. */
struct selection {
	int ifindex;
	__be32 client;
	__be32 local;
};

static struct selection selection_of(struct nlattr **attrs)
{
	struct selection sel = {};

	if (attrs && attrs[PPTPGW_A_TUNNEL_INGRESS_IFINDEX])
		sel.ifindex = nla_get_u32(attrs[PPTPGW_A_TUNNEL_INGRESS_IFINDEX]);
	if (attrs && attrs[PPTPGW_A_TUNNEL_CLIENT])
		sel.client = nla_get_in_addr(attrs[PPTPGW_A_TUNNEL_CLIENT]);
	if (attrs && attrs[PPTPGW_A_TUNNEL_LOCAL])
		sel.local = nla_get_in_addr(attrs[PPTPGW_A_TUNNEL_LOCAL]);
	return sel;
}

static bool is_selective(struct selection sel)
{
	return sel.ifindex || sel.client || sel.local;
}

static bool is_selected(const struct pgw_peer *peer, const void *selection)
{
	const struct selection *sel = selection;
	const struct pgw_iface *ingress = rcu_dereference(peer->ingress);

	return (!sel->client || sel->client == peer->node.key.client) &&
	       (!sel->local || sel->local == peer->node.key.local) &&
	       (!sel->ifindex || sel->ifindex == READ_ONCE(ingress->ifindex));
}

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, PPTPGW_A_TUNNEL_PAD);
}

static int put_ifindex(struct sk_buff *skb, struct net *net, int ifindex)
{
	struct net_device *dev = dev_get_by_index_rcu(net, ifindex);

	if (!dev)
		return 0;
	return nla_put_u32(skb, PPTPGW_A_TUNNEL_INGRESS_IFINDEX, ifindex) ?:
	       nla_put_string(skb, PPTPGW_A_TUNNEL_INGRESS, dev->name);
}

static int put_call(struct sk_buff *skb, const struct pgw_call *call)
{
	struct nlattr *nest = nla_nest_start(skb, PPTPGW_A_TUNNEL_CALL);

	if (!nest ||
	    nla_put_u32(skb, PPTPGW_A_CALL_CLIENT_CALL_ID,
			call->client_call_id) ||
	    nla_put_u32(skb, PPTPGW_A_CALL_LOCAL_CALL_ID,
			call->local_call_id))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_calls(struct sk_buff *skb, const struct pgw_peer *peer)
{
	const struct pgw_call *call;
	int err = 0;

	hlist_for_each_entry_rcu(call, &peer->calls, node)
		err = err ?: put_call(skb, call);
	return err;
}

static int put_traffic(struct sk_buff *skb, const struct pgw_peer *peer)
{
	const struct pgw_traffic t = pgw_traffic_read(&peer->traffic,
						      &peer->recent);

	return put_u64(skb, PPTPGW_A_TUNNEL_RX_PACKETS, t.rx_packets) ?:
	       put_u64(skb, PPTPGW_A_TUNNEL_RX_BYTES, t.rx_bytes) ?:
	       put_u64(skb, PPTPGW_A_TUNNEL_TX_PACKETS, t.tx_packets) ?:
	       put_u64(skb, PPTPGW_A_TUNNEL_TX_BYTES, t.tx_bytes) ?:
	       put_u64(skb, PPTPGW_A_TUNNEL_STEERED, t.steered) ?:
	       nla_put_u32(skb, PPTPGW_A_TUNNEL_MOVED,
			   READ_ONCE(peer->moved));
}

static int put_times(struct sk_buff *skb, const struct pgw_peer *peer)
{
	u64 age = (u32)ktime_get_seconds() - peer->created;
	u32 idle = (u32)jiffies - READ_ONCE(peer->seen);

	/* A packet may have come since jiffies was read. */
	if ((s32)idle < 0)
		idle = 0;
	idle = jiffies_to_msecs(idle);
	/* The age is known to a second. */
	age = max_t(u64, age * MSEC_PER_SEC, idle);
	return put_u64(skb, PPTPGW_A_TUNNEL_AGE, age) ?:
	       put_u64(skb, PPTPGW_A_TUNNEL_IDLE, idle);
}

static int put_tunnel(struct sk_buff *skb, struct net *net,
		      const struct pgw_peer *peer)
{
	const struct pgw_iface *ingress = rcu_dereference(peer->ingress);

	return nla_put_in_addr(skb, PPTPGW_A_TUNNEL_CLIENT,
			       peer->node.key.client) ?:
	       nla_put_in_addr(skb, PPTPGW_A_TUNNEL_LOCAL, peer->node.key.local) ?:
	       put_ifindex(skb, net, READ_ONCE(ingress->ifindex)) ?:
	       put_times(skb, peer) ?:
	       put_traffic(skb, peer) ?:
	       put_calls(skb, peer);
}

static int dump_tunnel(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct pgw_peer *peer)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			     cb->nlh->nlmsg_seq, &pgw_family,
			     NLM_F_MULTI | cb->answer_flags,
			     PPTPGW_CMD_TUNNEL_GET);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (put_tunnel(skb, sock_net(skb->sk), peer)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Return: true if the message is full; the place is then before what did not fit. */
static bool dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
		       struct selection sel)
{
	struct pgw_place *place = (struct pgw_place *)cb->ctx;
	struct pgw_net *pn = pgw_net(sock_net(skb->sk));
	struct pgw_place before = *place;
	struct pgw_peer *peer;

	while ((peer = pgw_peer_next(pn, place))) {
		if (is_selected(peer, &sel) && dump_tunnel(skb, cb, peer)) {
			*place = before;
			return true;
		}
		before = *place;
	}
	return false;
}

int pgw_nl_tunnel_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct selection sel = selection_of(pgw_dump_attrs(cb));
	struct pgw_place *place = (struct pgw_place *)cb->ctx;
	struct pgw_net *pn = pgw_net(sock_net(skb->sk));
	bool full = false;

	cb->answer_flags = is_selective(sel) ? NLM_F_DUMP_FILTERED : 0;
	cb->seq = READ_ONCE(pn->generation);
	while (!place->end && !full) {
		rcu_read_lock();
		place->left = PGW_BATCH;
		full = dump_batch(skb, cb, sel);
		rcu_read_unlock();
		cond_resched();
	}
	/* A peer always fits in an empty message: see PGW_MAX_CALLS. */
	return skb->len;
}

int pgw_nl_tunnel_flush(struct sk_buff *request, struct genl_info *info)
{
	struct pgw_net *pn = pgw_net(genl_info_net(info));
	struct selection sel = selection_of(info->attrs);
	struct sk_buff *skb;
	void *header;
	u32 n;

	skb = pgw_nl_reply_new(info, &header);
	if (!skb)
		return -ENOMEM;
	n = pgw_peer_flush(pn, is_selected, &sel);
	return pgw_nl_reply(skb, info, header,
			    nla_put_u32(skb, PPTPGW_A_TUNNEL_COUNT, n));
}
