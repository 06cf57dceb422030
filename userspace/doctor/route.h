/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of the routes that the kernel has. */
#ifndef DOCTOR_ROUTE_H
#define DOCTOR_ROUTE_H

#include "doctor/facts.h"

void check_defaults(struct doctor *d);
void check_uplinks(struct doctor *d);
void check_reverse_paths(struct doctor *d);
void check_gateways(struct doctor *d);

/* "ip route add": a default route by @dev like that of @uplink. */
const char *command_to_add_default(struct doctor *d, const struct iface *uplink, const char *dev);

#endif /* DOCTOR_ROUTE_H */
