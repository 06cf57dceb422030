/* SPDX-License-Identifier: GPL-2.0 */
/* Who dropped a packet in the copy: the kernel's own account of it. */
#ifndef DOCTOR_TRACE_H
#define DOCTOR_TRACE_H

#include "doctor/death.h"

/* Have @send send such a packet again, and see what happens to it. */
void trace(struct doctor *d, void (*send)(void *data), void *data, struct death *death);

/* The same, to find a rule that such a packet matches, and that has one of @words. */
bool trace_rule(struct doctor *d, const char *const *words, void (*send)(void *data), void *data,
		struct death *rule);

#endif /* DOCTOR_TRACE_H */
