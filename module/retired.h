/* SPDX-License-Identifier: GPL-2.0 */
/* Routes that were cached, and are no more. */
#ifndef PGW_RETIRED_H
#define PGW_RETIRED_H

#include <net/dst.h>

bool pgw_retired_replace(struct dst_entry __rcu **there, struct dst_entry *dst);

int pgw_retired_init(void);
void pgw_retired_exit(void);

#endif /* PGW_RETIRED_H */
