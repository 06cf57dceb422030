/* SPDX-License-Identifier: GPL-2.0 */
/* No active default route may lead through a corporate interface. */
#ifndef PGW_GUARD_H
#define PGW_GUARD_H

#include "pernet.h"

void pgw_guard_changed(struct pgw_net *pn, int ifindex, bool before, bool now);

void pgw_guard_init(struct pgw_net *pn);
void pgw_guard_exit(struct pgw_net *pn, bool with_net);

#endif /* PGW_GUARD_H */
