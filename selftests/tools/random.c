// SPDX-License-Identifier: GPL-2.0
#include "random.h"

#include <linux/types.h>

static __u64 state;

/* The state must not be 0. */
void rnd_seed(unsigned long seed)
{
	state = seed * 2 + 1;
}

/* xorshift64* */
unsigned int rnd(unsigned int below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return ((state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

bool one_in(unsigned int n)
{
	return !rnd(n);
}
