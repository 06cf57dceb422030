/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_METRICS_H
#define CMD_METRICS_H

#include "cmd/cmd.h"

extern const struct object metrics_object;

#endif /* CMD_METRICS_H */
