/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that may let a packet by; the trial tries them in the copy. */
#ifndef DOCTOR_REMEDY_H
#define DOCTOR_REMEDY_H

#include "doctor/finding.h"
#include "doctor/trace.h"

/**
 * struct traffic - what is to be let by
 * @in: interface it comes in by, or NULL; a "*" at its end stands for the rest of a name
 * @out: interface it leaves by, or NULL
 * @protocol: IPPROTO_TCP or _GRE, or 0 for any
 * @from_server: TCP from port 1723, rather than to it
 */
struct traffic {
	const char *in, *out;
	int protocol;
	bool from_server;
};

/*
 * Have @f fix it by a rule in front of the one that dropped it (one more, if it has a
 * fix), where one can help; and by what makes its owner keep that.
 */
void accept_traffic(struct doctor *d, const struct death *death, const struct traffic *traffic,
		    struct finding *f);

/* By one that translates its address as @rule does for TCP 1723. */
void translate_traffic(struct doctor *d, const struct death *rule, const struct traffic *traffic,
		       __u32 server, struct finding *f);

/* Where the owner of a chain keeps its rules for the next start, or NULL. */
const char *keeper_of(struct doctor *d, const struct death *death);

/* Which firewall it is: its owner, or a table, or a program that has some. */
const char *firewall_of(struct doctor *d, const struct death *death);

#endif /* DOCTOR_REMEDY_H */
