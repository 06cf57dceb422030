/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_MONITOR_H
#define CMD_MONITOR_H

#include "cmd/cmd.h"

extern const struct object monitor_object;

#endif /* CMD_MONITOR_H */
