/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_ROUTE_H
#define CMD_ROUTE_H

#include "cmd/cmd.h"

extern const struct object route_object;

#endif /* CMD_ROUTE_H */
