/* SPDX-License-Identifier: GPL-2.0 */
/* As much of module/compat.h as module/table.c needs. */
#ifndef UNIT_COMPAT_H
#define UNIT_COMPAT_H

#include "kernel.h"

#define pgw_charge(memcg)	set_active_memcg(memcg)

#endif /* UNIT_COMPAT_H */
