/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_SERVICE_H
#define CMD_SERVICE_H

#include "cmd/cmd.h"

extern const struct object up_object;
extern const struct object down_object;
extern const struct object check_config_object;

#endif /* CMD_SERVICE_H */
