/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arrays that grow one element at a time, and obstack(3), which is freed as a whole.
 * Both end the program when there is no more memory.
 */
#ifndef LIB_MEMORY_H
#define LIB_MEMORY_H

#include <err.h>
#include <obstack.h>

#include "lib/exit.h"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

/* Room for one more in an array that has @count elements and was only ever grown by this. */
static inline void *grow(void *array, unsigned int count, size_t size)
{
	if (count & (count - 1))
		return array;
	array = reallocarray(array, count ? 2 * (size_t)count : 1, size);
	if (!array)
		err(EXIT_KERNEL, NULL);
	return array;
}

#endif /* LIB_MEMORY_H */
