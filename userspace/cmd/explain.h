/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "cmd/cmd.h"

extern const struct object explain_object;

#endif /* CMD_EXPLAIN_H */
