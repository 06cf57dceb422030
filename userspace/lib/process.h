/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_PROCESS_H
#define LIB_PROCESS_H

#include <stdbool.h>

/*
 * In the caller's network namespace: namespaces may share /run, and each has a ppp0. What
 * the caller may not look at counts as being here.
 */
bool process_is_here(int pid);

#endif /* LIB_PROCESS_H */
