/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module as a whole: there or not. */
#ifndef GENL_MODULE_H
#define GENL_MODULE_H

#include <stdbool.h>

bool module_is_loaded(void);

/* Load it by modprobe(8), and note that it was us; an exit status. */
int module_load(void);

/*
 * Unload it, if it was module_load() that loaded it and no network namespace is up any
 * more; an exit status.
 */
int module_unload(void);

#endif /* GENL_MODULE_H */
