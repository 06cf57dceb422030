// SPDX-License-Identifier: GPL-2.0
/* What one network namespace has; netns.c is about when. */
#include "pernet.h"

#include <net/netns/generic.h>

const char *const pgw_counter_names[PGW_COUNTERS] = {
	[PPTPGW_COUNTER_STEERED]			= "steered",
	[PPTPGW_COUNTER_ALREADY_RIGHT]			= "already_right",
	[PPTPGW_COUNTER_UNROUTABLE_DROPS]		= "unroutable_drops",
	[PPTPGW_COUNTER_UNROUTABLE_PASSES]		= "unroutable_passes",
	[PPTPGW_COUNTER_OBSERVED_STEERS]		= "observed_steers",
	[PPTPGW_COUNTER_OBSERVED_DROPS]			= "observed_drops",
	[PPTPGW_COUNTER_BY_HALF_OPEN]			= "by_half_open",
	[PPTPGW_COUNTER_BY_ADDRESS]			= "by_address",
	[PPTPGW_COUNTER_NOT_UPLINK]			= "not_uplink",
	[PPTPGW_COUNTER_NO_INGRESS]			= "no_ingress",
	[PPTPGW_COUNTER_UNSTEERABLE]			= "unsteerable",
	[PPTPGW_COUNTER_NO_MEMORY_DROPS]		= "no_memory_drops",
	[PPTPGW_COUNTER_LEARNED]			= "learned",
	[PPTPGW_COUNTER_MOVED]				= "moved",
	[PPTPGW_COUNTER_MOVE_REFUSED]			= "move_refused",
	[PPTPGW_COUNTER_EXPIRED]			= "expired",
	[PPTPGW_COUNTER_TABLE_FULL]			= "table_full",
	[PPTPGW_COUNTER_HALF_OPEN]			= "half_open",
	[PPTPGW_COUNTER_CALLS_OPENED]			= "calls_opened",
	[PPTPGW_COUNTER_CALLS_CLOSED]			= "calls_closed",
	[PPTPGW_COUNTER_CALLS_REFUSED]			= "calls_refused",
	[PPTPGW_COUNTER_CONTROL_ODD]			= "control_odd",
	[PPTPGW_COUNTER_GRE_UNKNOWN]			= "gre_unknown",
	[PPTPGW_COUNTER_GRE_OTHER]			= "gre_other",
	[PPTPGW_COUNTER_FRAGMENTS]			= "fragments",
	[PPTPGW_COUNTER_TRUNCATED]			= "truncated",
	[PPTPGW_COUNTER_GUARD_WARNED]			= "guard_warned",
	[PPTPGW_COUNTER_GUARD_DENIED]			= "guard_denied",
};

unsigned int pgw_net_id __read_mostly;

struct pgw_net *pgw_net(const struct net *net)
{
	return net_generic(net, pgw_net_id);
}
