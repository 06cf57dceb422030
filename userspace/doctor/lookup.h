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

/* The first rule that has the table looked up, as "ip rule" prints it. */
const char *rule_of_table(struct doctor *d, const char *table);

#endif /* DOCTOR_LOOKUP_H */
