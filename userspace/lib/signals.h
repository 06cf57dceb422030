/* SPDX-License-Identifier: GPL-2.0 */
/* SIGINT and SIGTERM, for what must not end halfway. */
#ifndef LIB_SIGNALS_H
#define LIB_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* They wait from now on; @before: the mask until now, for sigprocmask(). */
void signals_block(sigset_t *before);

/* One of them waits. */
bool signals_pending(void);

/* They, and @third, wait for who reads them here: a signalfd(2), or -1. */
int signals_open(int third);

#endif /* LIB_SIGNALS_H */
