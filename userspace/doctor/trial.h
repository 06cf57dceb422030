/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a client sends is sent to a copy of this host: whether it gets by, and by which
 * interface the answers leave.
 */
#ifndef DOCTOR_TRIAL_H
#define DOCTOR_TRIAL_H

#include "doctor/facts.h"

void check_trial(struct doctor *d);

#endif /* DOCTOR_TRIAL_H */
