/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses, rules and routes of the copy. */
#ifndef DOCTOR_REPLAY_H
#define DOCTOR_REPLAY_H

#include "doctor/record.h"

/* How many routes the kernel refuses. */
unsigned int replay(struct doctor *d, const struct recording *r);

#endif /* DOCTOR_REPLAY_H */
