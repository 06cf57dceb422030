/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_POOL_H
#define DOCTOR_POOL_H

#include "doctor/facts.h"

/*
 * An uplink that is a client's tunnel now: it is none for the checks that follow.
 */
void check_names(struct doctor *d);

void check_ppp(struct doctor *d);

#endif /* DOCTOR_POOL_H */
