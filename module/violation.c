// SPDX-License-Identifier: GPL-2.0
/*
 * Default routes, and whether they lead through a corporate interface.
 */
#include "violation.h"

#include <linux/netdevice.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>

#include "compat.h"

const struct pgw_default pgw_defaults[PGW_DEFAULTS] = {
	{ 0, 0 }, { 0, 1 }, { 0x80000000, 1 },
};

/**
 * pgw_violation_pick - note a path of a route if it is the worst so far
 * @pn: namespace
 * @v: the worst so far
 * @dev: where the path leads, or NULL
 * @gateway: its gateway, or 0
 *
 * Context: RCU or RTNL.
 */
void pgw_violation_pick(struct pgw_net *pn, struct pgw_violation *v,
			const struct net_device *dev, __be32 gateway)
{
	struct pgw_iface *iface = dev ? pgw_iface_find(pn, dev->ifindex) : NULL;
	u8 guard;

	if (!iface || !pgw_iface_is(iface, PPTPGW_ROLE_CORPORATE))
		return;
	guard = READ_ONCE(iface->guard);
	if (guard <= v->guard)
		return;
	v->iface = iface;
	v->guard = guard;
	v->gateway = gateway;
}

static void pick_of_paths(struct pgw_net *pn, struct pgw_violation *v,
			  struct fib_info *route)
{
	const struct fib_nh_common *nhc;
	__be32 gateway;
	unsigned int i;

	for (i = 0; i < fib_info_num_path(route); i++) {
		nhc = fib_info_nhc(route, i);
		if (!nhc)
			continue;
		gateway = nhc->nhc_gw_family == AF_INET ? nhc->nhc_gw.ipv4 : 0;
		pgw_violation_pick(pn, v, nhc->nhc_dev, gateway);
	}
}

/**
 * pgw_route_violates - does a default route lead through a guarded interface?
 * @pn: namespace
 * @route: it
 * @slot: which one it is, index in pgw_defaults[]
 * @v: set to the worst of its paths
 *
 * Context: RCU.
 */
bool pgw_route_violates(struct pgw_net *pn, struct fib_info *route, int slot,
			struct pgw_violation *v)
{
	*v = (struct pgw_violation){ .slot = slot };
	pick_of_paths(pn, v, route);
	return v->iface;
}

/**
 * pgw_active_violates - does a default route that packets take?
 * @pn: namespace
 * @slot: which one, index in pgw_defaults[]
 * @v: set to the worst of the paths, of packets with any TOS
 *
 * Context: RCU.
 */
bool pgw_active_violates(struct pgw_net *pn, int slot, struct pgw_violation *v)
{
	struct fib_info *route;
	u8 tos;

	*v = (struct pgw_violation){ .slot = slot };
	for (tos = 0; tos < PGW_TOS_END; tos += PGW_TOS_STEP) {
		route = pgw_active_default(pn, slot, tos);
		if (route)
			pick_of_paths(pn, v, route);
	}
	return v->iface;
}

/**
 * pgw_active_default - the default route that packets take
 * @pn: namespace
 * @slot: which one, index in pgw_defaults[]
 * @tos: of the packets; a route for any other is not theirs, but that of TOS 0
 *
 * The FIB finds routes by address, not by prefix: look up an address in each /8 until
 * one is covered by no more specific route. Context: RCU. Return: route,
 * not a reference, or NULL.
 */
struct fib_info *pgw_active_default(struct pgw_net *pn, int slot, u8 tos)
{
	struct fib_table *table = pgw_main_table(pn->net);
	int err, len = pgw_defaults[slot].len;
	struct fib_result res;
	struct flowi4 flow;
	u32 i;

	for (i = 0; table && i < 256 >> len; i++) {
		flow = (struct flowi4){
			.daddr = htonl(pgw_defaults[slot].dst + (i << 24) + 1),
		};
		pgw_flow_set_tos(&flow, tos);
		err = fib_table_lookup(table, &flow, &res, FIB_LOOKUP_NOREF);
		if (err == -EAGAIN)
			return NULL;	/* none, be it a default route */
		if (err || res.prefixlen > len)
			continue;
		return res.prefixlen == len && res.type == RTN_UNICAST &&
		       pgw_result_is_for(&res, tos) ? res.fi : NULL;
	}
	return NULL;
}

/**
 * pgw_is_promotion - did a default route become the first without having been added?
 * @pn: namespace
 * @slot: which one, index in pgw_defaults[]
 * @entry: the route
 *
 * A route that existed before becomes the first because a better one is being deleted:
 * until all notifiers have been called, the FIB still finds that one. Better is first a
 * larger TOS, then a smaller metric. Context: RCU.
 */
bool pgw_is_promotion(struct pgw_net *pn, int slot,
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

/* Return: index in pgw_defaults[], or -1. */
int pgw_default_slot(const struct fib_entry_notifier_info *entry)
{
	int i;

	if (entry->tb_id != RT_TABLE_MAIN)
		return -1;
	for (i = 0; i < PGW_DEFAULTS; i++)
		if (entry->dst == pgw_defaults[i].dst &&
		    entry->dst_len == pgw_defaults[i].len)
			return i;
	return -1;
}
