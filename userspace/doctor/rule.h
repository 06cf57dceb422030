/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_RULE_H
#define DOCTOR_RULE_H

#include "doctor/facts.h"

void check_rules(struct doctor *d);

#endif /* DOCTOR_RULE_H */
