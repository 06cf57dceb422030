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

/* What these say by default ends no process. */
static bool is_harmless(int signal)
{
	return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT ||
	       signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

void signals_block(sigset_t *before)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, before);
}

bool signals_pending(void)
{
	sigset_t set;
	int i;

	if (sigpending(&set))
		return false;
	for (i = 1; i < SIGRTMAX + 1; i++)
		if (!is_harmless(i) && sigismember(&set, i) > 0)
			return true;
	return false;
}

int signals_open(int third)
{
	sigset_t set = both();

	sigaddset(&set, third);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}
