/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CMD_TUNNEL_H
#define CMD_TUNNEL_H

#include "cmd/cmd.h"

extern const struct object tunnel_object;

#endif /* CMD_TUNNEL_H */
