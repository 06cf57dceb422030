// SPDX-License-Identifier: GPL-2.0
#include "doctor/death.h"

const char *text_of_death(struct doctor *d, const struct death *death)
{
	const char *table = death->table, *chain = death->chain;
	const char *rule = death->rule ?: "";

	if (death->by == CULPRIT_UNKNOWN || death->by == CULPRIT_RP_FILTER)
		return NULL;
	if (death->by == CULPRIT_LEGACY)
		table = text(d, "iptables %s", table);
	else
		table = text(d, "table %s %s", death->family, table);
	if (!death->rule)
		return text(d, "chain %s of %s, policy drop", chain, table);
	return text(d, *rule ? "chain %s of %s: %s" : "chain %s of %s%s", chain, table, rule);
}
