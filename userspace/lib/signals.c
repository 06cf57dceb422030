// SPDX-License-Identifier: GPL-2.0
#include "lib/signals.h"

#include <stddef.h>
#include <sys/signalfd.h>

static sigset_t both(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void signals_block(sigset_t *before)
{
	sigset_t set = both();

	sigprocmask(SIG_BLOCK, &set, before);
}

bool signals_pending(void)
{
	sigset_t set;

	return !sigpending(&set) && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM));
}

int signals_open(int third)
{
	sigset_t set = both();

	sigaddset(&set, third);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}
