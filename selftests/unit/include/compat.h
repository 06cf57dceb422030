/* SPDX-License-Identifier: GPL-2.0 */
/* As much of module/compat.h as table.c and retired.c need. */
#ifndef UNIT_COMPAT_H
#define UNIT_COMPAT_H

#include "kernel.h"

#define pgw_charge(memcg)	set_active_memcg(memcg)
#define pgw_call_rcu(head, func)	call_rcu(head, func)

#endif /* UNIT_COMPAT_H */
