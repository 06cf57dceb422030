/* SPDX-License-Identifier: GPL-2.0 */
/* Messages to the user. They go to standard error, unless somebody collects them. */
#ifndef LIB_DIAG_H
#define LIB_DIAG_H

#include <stdarg.h>

#include "lib/macros.h"

/**
 * struct diag - a message
 * @file: where in the configuration, or NULL; not freed with the message
 * @line: from 1
 * @column: from 1
 * @text: what
 * @next: in the order of the reports
 */
struct diag {
	const char *file;
	unsigned int line, column;
	char *text;
	struct diag *next;
};

struct diag_list {
	struct diag *first, **last;
	struct diag_list *outer;
};

/* Between these two, messages go to the end of @list, which is set. They nest. */
void diag_collect(struct diag_list *list);
void diag_end(void);

void diag_free(struct diag_list *list);

/* "FILE:LINE:COLUMN: TEXT", or "pptpgw: TEXT"; to be freed. */
char *diag_format(const struct diag *d);

/* Report something. */
__printf(1, 2)
void diag(const char *format, ...);

/* The same, to return @status. */
__printf(2, 3)
int diag_fail(int status, const char *format, ...);

/* Write to standard error what was collected. */
void diag_again(const struct diag *d);

/* Report something of a place in a file. */
void diag_at(const char *file, unsigned int line, unsigned int column, const char *format,
	     va_list args);

#endif /* LIB_DIAG_H */
