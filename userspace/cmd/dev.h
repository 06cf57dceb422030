/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_DEV_H
#define CMD_DEV_H

#include "cmd/cmd.h"

extern const struct object dev_object;

#endif /* CMD_DEV_H */
