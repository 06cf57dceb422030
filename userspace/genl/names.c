// SPDX-License-Identifier: GPL-2.0
#include "genl/names.h"

#include <linux/pptpgw.h>
#include <stddef.h>

#include "lib/macros.h"

const char *const role_words[] = {
	[PPTPGW_ROLE_NONE]		= "none",
	[PPTPGW_ROLE_INTERNET]		= "internet",
	[PPTPGW_ROLE_CORPORATE]		= "corporate",
	NULL
};

const char *const policy_words[] = {
	[PPTPGW_POLICY_ENFORCE]		= "enforce",
	[PPTPGW_POLICY_OBSERVE]		= "observe",
	NULL
};

const char *const unroutable_words[] = {
	[PPTPGW_UNROUTABLE_DROP]	= "drop",
	[PPTPGW_UNROUTABLE_PASS]	= "pass",
	NULL
};

const char *const guard_words[] = {
	[PPTPGW_GUARD_OFF]		= "off",
	[PPTPGW_GUARD_WARN]		= "warn",
	[PPTPGW_GUARD_DENY]		= "deny",
	NULL
};

const char *const verdict_words[] = {
	[PPTPGW_VERDICT_STEER]		= "steer",
	[PPTPGW_VERDICT_KEEP]		= "keep",
	[PPTPGW_VERDICT_DROP]		= "drop",
	NULL
};

const char *const reason_words[] = {
	[PPTPGW_REASON_STEERED]			= "steered",
	[PPTPGW_REASON_ALREADY_RIGHT]		= "already_right",
	[PPTPGW_REASON_UNROUTABLE_DROPS]	= "unroutable_drops",
	[PPTPGW_REASON_UNROUTABLE_PASSES]	= "unroutable_passes",
	[PPTPGW_REASON_OBSERVED_STEERS]		= "observed_steers",
	[PPTPGW_REASON_OBSERVED_DROPS]		= "observed_drops",
	[PPTPGW_REASON_NOT_UPLINK]		= "not_uplink",
	[PPTPGW_REASON_NO_INGRESS]		= "no_ingress",
	[PPTPGW_REASON_INACTIVE]		= "inactive",
	NULL
};

const char *const source_words[] = {
	[PPTPGW_SOURCE_NONE]		= "none",
	[PPTPGW_SOURCE_PEER]		= "peer",
	[PPTPGW_SOURCE_HALF_OPEN]		= "half_open",
	[PPTPGW_SOURCE_ADDRESS]		= "address",
	NULL
};

const char *const event_words[] = {
	[PPTPGW_EVENT_TUNNEL_UP]	= "tunnel_up",
	[PPTPGW_EVENT_TUNNEL_DOWN]	= "tunnel_down",
	[PPTPGW_EVENT_CALL_OPENED]	= "call_opened",
	[PPTPGW_EVENT_CALL_CLOSED]	= "call_closed",
	[PPTPGW_EVENT_INGRESS_MOVED]	= "ingress_moved",
	[PPTPGW_EVENT_FIRST_STEER]	= "first_steer",
	[PPTPGW_EVENT_UNROUTABLE]	= "unroutable",
	[PPTPGW_EVENT_TABLE_FULL]	= "table_full",
	[PPTPGW_EVENT_GUARD_VIOLATION]	= "guard_violation",
	[PPTPGW_EVENT_GUARD_DENIED]	= "guard_denied",
	[PPTPGW_EVENT_DEV_CHANGED]	= "dev_changed",
	NULL
};

static const struct {
	unsigned int command, type;
	const char *word;
} attributes[] = {
	{ PPTPGW_CMD_DEV_SET, PPTPGW_A_DEV_ROLE, "role" },
	{ PPTPGW_CMD_DEV_SET, PPTPGW_A_DEV_POLICY, "policy" },
	{ PPTPGW_CMD_DEV_SET, PPTPGW_A_DEV_UNROUTABLE, "unroutable" },
	{ PPTPGW_CMD_DEV_SET, PPTPGW_A_DEV_GUARD, "guard" },
	{ PPTPGW_CMD_TUNNEL_GET, PPTPGW_A_TUNNEL_INGRESS_IFINDEX, "dev" },
	{ PPTPGW_CMD_TUNNEL_GET, PPTPGW_A_TUNNEL_CLIENT, "client" },
	{ PPTPGW_CMD_TUNNEL_FLUSH, PPTPGW_A_TUNNEL_INGRESS_IFINDEX, "dev" },
	{ PPTPGW_CMD_TUNNEL_FLUSH, PPTPGW_A_TUNNEL_CLIENT, "client" },
	{ PPTPGW_CMD_EXPLAIN, PPTPGW_A_EXPLAIN_CLIENT, "client" },
	{ PPTPGW_CMD_EXPLAIN, PPTPGW_A_EXPLAIN_LOCAL, "from" },
};

const char *attribute_word(unsigned int command, unsigned int type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++)
		if (attributes[i].command == command && attributes[i].type == type)
			return attributes[i].word;
	return NULL;
}
