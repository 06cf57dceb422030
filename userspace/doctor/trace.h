/* SPDX-License-Identifier: GPL-2.0 */
/* Who dropped a packet in the copy: the kernel's own account of it. */
#ifndef DOCTOR_TRACE_H
#define DOCTOR_TRACE_H

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

/* Have @send send such a packet again, and see what happens to it. */
void trace(struct doctor *d, void (*send)(void *data), void *data, struct death *death);

/* The same, to find a rule that such a packet matches, and that has one of @words. */
bool trace_rule(struct doctor *d, const char *const *words, void (*send)(void *data), void *data,
		struct death *rule);

/* Its chain and rule, in words. */
const char *text_of_death(struct doctor *d, const struct death *death);

#endif /* DOCTOR_TRACE_H */
