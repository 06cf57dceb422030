/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rate limit: may an event happen again? No state, no kernel needed: the unit tests
 * compile it in userspace.
 */
#ifndef PGW_DUE_H
#define PGW_DUE_H

#include <linux/types.h>

/**
 * pgw_is_due - has an interval passed?
 * @then: when it happened last, in ticks; 0 is never
 * @now: the present, likewise; both are the low 32 bits
 * @interval: in ticks
 *
 * Unsigned: by its sign, the difference of two stamps more than 2^31 ticks apart
 * would have the older one lie in the future, for weeks.
 *
 * Return: true unless it happened less than @interval ago, by whole turns of 2^32
 * ticks more or less.
 */
static inline bool pgw_is_due(u32 then, u32 now, u32 interval)
{
	return !then || now - then >= interval;
}

#endif /* PGW_DUE_H */
