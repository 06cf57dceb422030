/* SPDX-License-Identifier: GPL-2.0 */
/* A failed attempt becomes a finding: who is to blame, and a command that may help. */
#ifndef DOCTOR_CAUSE_H
#define DOCTOR_CAUSE_H

#include "doctor/attempt.h"
#include "doctor/finding.h"

/*
 * What is wrong. False if other findings explain it. @f->fix was not tried yet; NULL if
 * there is none.
 */
bool find_cause(struct trial *t, struct attempt *a, struct finding *f);

#endif /* DOCTOR_CAUSE_H */
