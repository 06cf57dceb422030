/* SPDX-License-Identifier: GPL-2.0 */
/* Time, for who waits. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <time.h>

/* Milliseconds of a clock that only goes forward. */
static inline long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

#endif /* LIB_CLOCK_H */
