/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_STATS_H
#define CMD_STATS_H

#include "cmd/cmd.h"

extern const struct object stats_object;

#endif /* CMD_STATS_H */
