/* SPDX-License-Identifier: GPL-2.0 */
/* Roles of interfaces whose packets come in by others that lie on them. */
#ifndef DOCTOR_STACK_H
#define DOCTOR_STACK_H

#include "doctor/facts.h"

/* What is checked after this one sees the roles where they belong. */
void check_stack(struct doctor *d);

#endif /* DOCTOR_STACK_H */
