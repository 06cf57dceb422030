/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include "cmd/cmd.h"

extern const struct object doctor_object;

#endif /* CMD_DOCTOR_H */
