/* SPDX-License-Identifier: GPL-2.0 */
/* The only file that tests the kernel version. Linux 5.10 to 7.3. */
#ifndef PGW_COMPAT_H
#define PGW_COMPAT_H

#include <linux/ip.h>
#include <linux/sched/mm.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>
#include <net/tcp.h>
#include <net/xfrm.h>

/* The attributes of a dump request, parsed by the operation's policy. */
static inline struct nlattr **pgw_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

/* Not lazily: where call_rcu() may be (RCU_LAZY), it waits for up to ten seconds. */
static inline void pgw_call_rcu(struct rcu_head *head, rcu_callback_t func)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	call_rcu(head, func);
#else
	call_rcu_hurry(head, func);
#endif
}

/*
 * The established socket or request socket of a TCP segment that came in; a reference.
 * @ports: the segment's source and destination.
 */
static inline struct sock *pgw_lookup_established(struct net *net,
						  struct sk_buff *skb,
						  const u16 *ports)
{
	const struct iphdr *ip = ip_hdr(skb);

	return __inet_lookup_established(net,
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
					 &tcp_hashinfo,
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
					 net->ipv4.tcp_death_row.hashinfo,
#endif
					 ip->saddr, htons(ports[0]), ip->daddr,
					 ports[1], inet_iif(skb), inet_sdif(skb));
}

/* Does IPsec block packets without a policy? */
static inline bool pgw_ipsec_blocks(const struct net *net)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0) || !defined(CONFIG_XFRM)
	return false;
#else
	return net->xfrm.policy_default[XFRM_POLICY_OUT] == XFRM_USERPOLICY_BLOCK;
#endif
}

/* A route by a gateway, to be filled in. */
static inline struct rtable *pgw_rt_alloc(struct net_device *dev,
					  unsigned int flags, bool noxfrm)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
	return rt_dst_alloc(dev, flags, RTN_UNICAST, false, noxfrm);
#else
	return rt_dst_alloc(dev, flags, RTN_UNICAST, noxfrm);
#endif
}

/*
 * Charge @memcg for allocations until this is called again with the value it returned.
 * The packet path has no process to charge, and some kernels do not export a way to name
 * one there.
 */
static inline struct mem_cgroup *pgw_charge(struct mem_cgroup *memcg)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
	return NULL;
#else
	return set_active_memcg(memcg);
#endif
}

/* Is there an IPsec policy for output, of the host or of a socket? */
static inline bool pgw_has_ipsec(const struct net *net)
{
#ifdef CONFIG_XFRM
	return net->xfrm.policy_count[XFRM_POLICY_OUT] ||
	       net->xfrm.policy_count[XFRM_POLICY_MAX + XFRM_POLICY_OUT] ||
	       pgw_ipsec_blocks(net);
#else
	return false;
#endif
}

/* The flow of a packet, for IPsec to choose by. Return: 0 or -errno. */
static inline int pgw_decode_session(struct net *net, struct sk_buff *skb,
				     struct flowi4 *flow)
{
#ifndef CONFIG_XFRM
	return -EOPNOTSUPP;
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	return xfrm_decode_session(skb, flowi4_to_flowi(flow), AF_INET);
#else
	return xfrm_decode_session(net, skb, flowi4_to_flowi(flow), AF_INET);
#endif
}

/*
 * The flag of a multicast group that needs CAP_NET_ADMIN to join. Before 5.10.204 groups
 * had no flags; the module does not compile there.
 */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define PGW_GROUP_ADMIN GENL_MCAST_CAP_NET_ADMIN
#else
#define PGW_GROUP_ADMIN GENL_UNS_ADMIN_PERM
#endif

/* __assign_str() lost its second argument. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define pgw_trace_assign_str(field, value) __assign_str(field, value)
#else
#define pgw_trace_assign_str(field, value) __assign_str(field)
#endif

/*
 * A route that a FIB notifier refuses was in the table for a moment. Before 6.1 its alias
 * is freed without waiting for RCU readers
 * (fib_table_insert() in net/ipv4/fib_trie.c).
 */
static inline bool pgw_can_refuse_routes(void)
{
	return LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0);
}

/* Look a route up for packets with this TOS. */
static inline void pgw_flow_set_tos(struct flowi4 *flow, u8 tos)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
	flow->flowi4_tos = tos;
#else
	flow->flowi4_dscp = inet_dsfield_to_dscp(tos);
#endif
}

/*
 * The TOS of a notified route, and whether a found route is for a TOS. Before 6.1 the
 * notification has no TOS; there, no route is refused.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
static inline u8 pgw_entry_tos(const struct fib_entry_notifier_info *entry)
{
	return 0;
}

static inline bool pgw_result_is_for(const struct fib_result *res, u8 tos)
{
	return true;
}
#else
static inline u8 pgw_entry_tos(const struct fib_entry_notifier_info *entry)
{
	return inet_dscp_to_dsfield(entry->dscp);
}

static inline bool pgw_result_is_for(const struct fib_result *res, u8 tos)
{
	return inet_dscp_to_dsfield(res->dscp) == tos;
}
#endif

/* The routing table main; NULL if it never had a route. Context: RCU. */
static inline struct fib_table *pgw_main_table(struct net *net)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	return rcu_dereference(net->ipv4.fib_main);
#else
	return fib_get_table(net, RT_TABLE_MAIN);
#endif
}

/**
 * struct pgw_nexthop_path - where a nexthop object leads to
 * @dev: device, or NULL
 * @gateway: 0 if there is none, or it is not IPv4
 */
struct pgw_nexthop_path {
	const struct net_device *dev;
	__be32 gateway;
};

/* Since 5.11 it replays the existing nexthop objects, and may fail. */
static inline int pgw_register_nexthop_notifier(struct net *net,
						struct notifier_block *nb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
	return register_nexthop_notifier(net, nb);
#else
	return register_nexthop_notifier(net, nb, NULL);
#endif
}

/*
 * pgw_nexthop_replaced(): does a nexthop notifier's event give new paths to an object,
 * and to which one? pgw_nexthop_path(): the @i-th of them; false after the last. Before
 * 5.13 the event did not exist, or had another structure: the new paths are found when
 * they are in use.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 13, 0)
static inline bool pgw_nexthop_replaced(unsigned long event, void *ptr, u32 *id,
					struct netlink_ext_ack **extack)
{
	return false;
}

static inline bool pgw_nexthop_path(void *ptr, unsigned int i,
				    struct pgw_nexthop_path *path)
{
	return false;
}
#else
static inline bool pgw_nexthop_replaced(unsigned long event, void *ptr, u32 *id,
					struct netlink_ext_ack **extack)
{
	const struct nh_notifier_info *info = ptr;

	if (event != NEXTHOP_EVENT_REPLACE &&
	    event != NEXTHOP_EVENT_RES_TABLE_PRE_REPLACE)
		return false;
	*id = info->id;
	*extack = info->extack;
	return info->type == NH_NOTIFIER_INFO_TYPE_SINGLE ||
	       info->type == NH_NOTIFIER_INFO_TYPE_GRP;
}

static inline bool pgw_nexthop_path(void *ptr, unsigned int i,
				    struct pgw_nexthop_path *path)
{
	const struct nh_notifier_info *info = ptr;
	bool group = info->type == NH_NOTIFIER_INFO_TYPE_GRP;
	const struct nh_notifier_single_info *nh;

	if (i >= (group ? info->nh_grp->num_nh : 1))
		return false;
	nh = group ? &info->nh_grp->nh_entries[i].nh : info->nh;
	path->dev = nh->dev;
	path->gateway = nh->gw_family == AF_INET ? nh->ipv4 : 0;
	return true;
}
#endif

#endif /* PGW_COMPAT_H */
