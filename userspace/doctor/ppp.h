/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_PPP_H
#define DOCTOR_PPP_H

#include "doctor/facts.h"

void check_ppp(struct doctor *d);

#endif /* DOCTOR_PPP_H */
