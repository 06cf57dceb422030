// SPDX-License-Identifier: GPL-2.0
#include "lib/progress.h"

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define DELAY_MS 500
#define WIDTH 40

/* Milliseconds; 0 while nothing is going on. */
static __u64 begun;
static bool shown;

static __u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

void progress_show(const char *what, unsigned int done, unsigned int total)
{
	unsigned int filled;

	if (!isatty(STDERR_FILENO) || !total)
		return;
	if (!begun)
		begun = now();
	if (now() - begun < DELAY_MS)
		return;
	filled = (__u64)WIDTH * done / total;
	fprintf(stderr, "\r%s [%.*s%*s] %u/%u", what, filled,
		"########################################", WIDTH - filled, "", done, total);
	shown = true;
}

void progress_end(void)
{
	if (shown)
		fprintf(stderr, "\r%*s\r", WIDTH + 40, "");
	shown = false;
	begun = 0;
}
