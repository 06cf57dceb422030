/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that may let a packet by; the trial tries them in the copy. */
#ifndef DOCTOR_REMEDY_H
#define DOCTOR_REMEDY_H

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

/* A rule in front of the one that dropped it; NULL if none can help. */
const char *accept_command(struct doctor *d, const struct death *death,
			   const struct traffic *traffic);

/* One that translates its address as @rule does for TCP 1723. */
const char *dnat_command(struct doctor *d, const struct death *rule, const struct traffic *traffic,
			 __u32 server);

/* Where the owner of a chain keeps its rules for the next start. */
const char *keeper_of(const struct death *death);

#endif /* DOCTOR_REMEDY_H */
