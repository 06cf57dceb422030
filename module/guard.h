/* SPDX-License-Identifier: GPL-2.0 */
/* No active default route may lead through a corporate interface. */
#ifndef PGW_GUARD_H
#define PGW_GUARD_H

#include "pernet.h"

int pgw_guard_start(struct pgw_net *pn);
void pgw_guard_stop(struct pgw_net *pn);
void pgw_guard_look(struct pgw_net *pn);

#endif /* PGW_GUARD_H */
