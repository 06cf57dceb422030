// SPDX-License-Identifier: GPL-2.0
#include "genl/counters.h"

#include <string.h>

#include "genl/attr.h"
#include "lib/out.h"

#define COUNTER(number, name, help) \
	[PPTPGW_COUNTER_##number] = { name, help }

const struct counter counters[COUNTERS] = {
	COUNTER(STEERED, "steered", "Replies given the route through their uplink."),
	COUNTER(ALREADY_RIGHT, "already_right",
		"Replies the routing table sent through their uplink already."),
	COUNTER(UNROUTABLE_DROPS, "unroutable_drops",
		"Replies dropped, for no route leads through their uplink."),
	COUNTER(UNROUTABLE_PASSES, "unroutable_passes",
		"Replies passed though no route leads through their uplink."),
	COUNTER(OBSERVED_STEERS, "observed_steers",
		"Replies that policy enforce would have steered."),
	COUNTER(OBSERVED_DROPS, "observed_drops",
		"Replies that policy enforce would have dropped."),
	COUNTER(BY_HALF_OPEN, "by_half_open",
		"Replies whose uplink was known from a half-open note only."),
	COUNTER(BY_ADDRESS, "by_address",
		"Replies whose uplink was inferred from their source address."),
	COUNTER(NOT_UPLINK, "not_uplink",
		"Replies to corporate clients, left to the routing table."),
	COUNTER(NO_INGRESS, "no_ingress", "Replies whose uplink is unknown."),
	COUNTER(UNSTEERABLE, "unsteerable",
		"Replies left alone for IPsec, source route or special route."),
	COUNTER(NO_MEMORY_DROPS, "no_memory_drops",
		"Replies dropped, for no headroom could be allocated."),
	COUNTER(LEARNED, "learned", "Peers created."),
	COUNTER(MOVED, "moved", "Peers moved to this ingress."),
	COUNTER(MOVE_REFUSED, "move_refused",
		"Packets of peers by another interface that prove nothing."),
	COUNTER(EXPIRED, "expired", "Peers removed after a long silence."),
	COUNTER(TABLE_FULL, "table_full",
		"Peers not created, for the table or the memory was full."),
	COUNTER(HALF_OPEN, "half_open",
		"Segments of unknown clients that prove nothing, noted as half-open."),
	COUNTER(CALLS_OPENED, "calls_opened", "Outgoing-Call-Replies that granted a call."),
	COUNTER(CALLS_CLOSED, "calls_closed",
		"Calls that the server or the end of a connection closed."),
	COUNTER(CALLS_REFUSED, "calls_refused",
		"Calls not kept, for the peer has too many or memory is short."),
	COUNTER(CONTROL_ODD, "control_odd", "Control segments that are not whole, valid messages."),
	COUNTER(GRE_UNKNOWN, "gre_unknown", "GREv1 packets from clients without a peer."),
	COUNTER(GRE_OTHER, "gre_other", "GRE packets that are not PPTP's."),
	COUNTER(FRAGMENTS, "fragments", "GRE fragments without the GRE header."),
	COUNTER(TRUNCATED, "truncated", "Packets too short for their GRE or TCP header."),
	COUNTER(GUARD_WARNED, "guard_warned",
		"Default routes that became active through the corporate side."),
	COUNTER(GUARD_DENIED, "guard_denied",
		"Default routes through the corporate side that were refused."),
};

void counters_read(const struct nlattr *nest, __u64 *values)
{
	const struct nlattr *attr;

	memset(values, 0, COUNTERS * sizeof(*values));
	if (nest)
		mnl_attr_for_each_nested(attr, nest)
			if (mnl_attr_get_type(attr) < COUNTERS)
				values[mnl_attr_get_type(attr)] = attr_u64(attr);
}

void counters_out(const __u64 *values)
{
	unsigned int i;

	for (i = 0; i < COUNTERS; i++)
		if (counters[i].name)
			out_number(counters[i].name, values[i]);
}
