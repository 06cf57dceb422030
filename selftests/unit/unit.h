/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests share: cmocka, buffers that end where the packet ends,
 * and random numbers that are the same in every run.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/types.h>

/**
 * exact_copy - copy bytes so that AddressSanitizer sees each read past them
 * @from: the bytes
 * @len: how many; may be 0
 *
 * The copy starts at the second byte of its allocation, for the sanitizer
 * takes malloc(0) for malloc(1).
 *
 * Return: the copy; to be freed with exact_free()
 */
static inline u8 *exact_copy(const u8 *from, size_t len)
{
	u8 *base = malloc(len + 1);

	assert_non_null(base);
	memcpy(base + 1, from, len);
	return base + 1;
}

static inline void exact_free(u8 *copy)
{
	free(copy - 1);
}

static inline void put16(u8 *p, u16 value)
{
	p[0] = value >> 8;
	p[1] = value & 0xff;
}

static inline void put32(u8 *p, u32 value)
{
	put16(p, value >> 16);
	put16(p + 2, value & 0xffff);
}

/* Marsaglia's xorshift32; @state is never 0. */
static inline u32 random32(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static inline void random_bytes(u32 *state, u8 *p, size_t len)
{
	while (len--)
		*p++ = random32(state) >> 24;
}

#endif /* UNIT_H */
