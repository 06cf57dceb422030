/* SPDX-License-Identifier: GPL-2.0 */
/* Signals, for what must not end halfway. */
#ifndef LIB_SIGNALS_H
#define LIB_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* All wait from now on that can; @before: the mask until now, for sigprocmask(). */
void signals_block(sigset_t *before);

/* One waits that would end the process. */
bool signals_pending(void);

/* SIGINT, SIGTERM and @third wait for who reads them here: a signalfd(2), or -1. */
int signals_open(int third);

#endif /* LIB_SIGNALS_H */
