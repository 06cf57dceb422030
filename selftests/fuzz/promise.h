/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all fuzz targets share. A broken promise ends the program: libFuzzer keeps the
 * input and says how to run it again.
 */
#ifndef FUZZ_PROMISE_H
#define FUZZ_PROMISE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define promise(what) do { \
	if (!(what)) { \
		printf("%s:%d: not kept: %s\n", __FILE__, __LINE__, #what); \
		fflush(stdout); \
		abort(); \
	} \
} while (0)

/* libFuzzer calls it, by the name that the Makefile gives it. */
int fuzz_one(const __u8 *data, size_t size);

#endif /* FUZZ_PROMISE_H */
