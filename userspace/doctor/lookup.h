/* SPDX-License-Identifier: GPL-2.0 */
/* What ip(8) answers of the present network namespace. */
#ifndef DOCTOR_LOOKUP_H
#define DOCTOR_LOOKUP_H

#include "doctor/facts.h"

/* The word behind @word in a line, or NULL. */
const char *word_after(struct doctor *d, const char *line, const char *word);

/* "default dev wg0 table 51820": the route that a reply takes, and its interface. */
const char *route_of_reply(struct doctor *d, __u32 client, __u32 local);
const char *dev_of_reply(struct doctor *d, __u32 client, __u32 local);

/**
 * struct rule - of policy routing
 * @pref: preference
 * @words: what ip(8) prints of it, with a space in front and behind
 * @protocol: who made it, if that is known
 */
struct rule {
	unsigned int pref;
	const char *words, *protocol;
	struct rule *next;
};

/* All of them, for IPv4, and one as ip(8) reads it. */
struct rule *read_rules(struct doctor *d);
const char *text_of_rule(struct doctor *d, const struct rule *r);

#endif /* DOCTOR_LOOKUP_H */
