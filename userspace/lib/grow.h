/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays that grow one element at a time. */
#ifndef LIB_GROW_H
#define LIB_GROW_H

#include <err.h>

#include "lib/exit.h"

/*
 * Room for one more in an array that has @count elements and was only ever
 * grown by this. Ends the program when memory does.
 */
static inline void *grow(void *array, unsigned int count, size_t size)
{
	if (count & (count - 1))
		return array;
	array = reallocarray(array, count ? 2 * (size_t)count : 1, size);
	if (!array)
		err(EXIT_KERNEL, NULL);
	return array;
}

#endif /* LIB_GROW_H */
