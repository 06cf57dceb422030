/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_MODULE_H
#define DOCTOR_MODULE_H

#include "doctor/facts.h"

void check_module(struct doctor *d);

#endif /* DOCTOR_MODULE_H */
