/* SPDX-License-Identifier: GPL-2.0 */
/* Netfilter entry points. */
#ifndef PGW_HOOK_H
#define PGW_HOOK_H

#include "pernet.h"

extern const struct nf_hook_ops pgw_hooks[PGW_HOOKS];

#endif /* PGW_HOOK_H */
