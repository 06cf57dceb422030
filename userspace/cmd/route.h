/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_ROUTE_H
#define CMD_ROUTE_H

#include "cmd/cmd.h"

extern const struct object route_object;

/* AF_INET or AF_INET6, of -4 and -6; 0 for both. */
extern int route_family;

#endif /* CMD_ROUTE_H */
