/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keep messages to standard error in memory instead.
 */
#ifndef QUIET_H
#define QUIET_H

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"

/**
 * struct quiet - what was said
 * @text: ended by 0; after quiet_end() only
 */
struct quiet {
	char *text;
	size_t size;
	FILE *stderr;
};

/* The C library lets its streams be assigned: that is how warn() is caught, too. */
static inline void quiet_begin(struct quiet *q)
{
	FILE *memory = open_memstream(&q->text, &q->size);

	if (!memory)
		err(EXIT_KERNEL, NULL);
	q->stderr = stderr;
	stderr = memory;
}

/* @q->text is the caller's to free. */
static inline void quiet_end(struct quiet *q)
{
	fclose(stderr);
	stderr = q->stderr;
}

#endif /* QUIET_H */
