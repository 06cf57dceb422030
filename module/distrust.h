/* SPDX-License-Identifier: GPL-2.0 */
/* Connections of which a server's segment, if it comes from inside, may be from outside. */
#ifndef PGW_DISTRUST_H
#define PGW_DISTRUST_H

#include "pernet.h"

void pgw_distrust(struct pgw_net *pn, __be32 client, u16 port);
bool pgw_is_distrusted(const struct pgw_net *pn, __be32 client, u16 port);

int pgw_distrust_start(struct pgw_net *pn);
void pgw_distrust_stop(struct pgw_net *pn);

#endif /* PGW_DISTRUST_H */
