/* SPDX-License-Identifier: GPL-2.0 */
/* How a packet died. */
#ifndef DOCTOR_DEATH_H
#define DOCTOR_DEATH_H

#include "doctor/facts.h"

enum culprit {
	CULPRIT_UNKNOWN,
	CULPRIT_NFT,		/* a rule or chain of nft(8) */
	CULPRIT_IPTABLES,	/* of iptables-nft(8) */
	CULPRIT_LEGACY,		/* of iptables-legacy(8) */
	CULPRIT_RP_FILTER,
};

/**
 * struct death - of a packet
 * @by: who dropped it
 * @family: of the table, "" for iptables-legacy
 * @table: name
 * @chain: name
 * @rule: its text; NULL if it was the policy of the chain
 * @leaving: it, or the answer to it, died on its way out
 */
struct death {
	enum culprit by;
	const char *family, *table, *chain, *rule;
	bool leaving;
};

/* Its chain and rule, in words. */
const char *text_of_death(struct doctor *d, const struct death *death);

#endif /* DOCTOR_DEATH_H */
