/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_FIREWALL_H
#define DOCTOR_FIREWALL_H

#include "doctor/facts.h"

void check_firewall(struct doctor *d);

#endif /* DOCTOR_FIREWALL_H */
