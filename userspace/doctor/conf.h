/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of the configuration, and how the host differs from it. */
#ifndef DOCTOR_CONF_H
#define DOCTOR_CONF_H

#include "doctor/facts.h"

void check_configuration(struct doctor *d);
void check_interfaces(struct doctor *d);
void check_roles(struct doctor *d);
void check_routes(struct doctor *d);

#endif /* DOCTOR_CONF_H */
