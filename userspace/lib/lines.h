/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of a text file and their words; an error has the place of its word. */
#ifndef LIB_LINES_H
#define LIB_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/macros.h"

/* A line has room for a route with as many next hops as the kernel takes. */
#define LINE_SIZE 65536

/**
 * struct line - the line that is being read
 * @file: name of the file
 * @number: from 1
 * @errors: how many were found in this line and those before it
 * @fault: why the file cannot be read on, NULL at its end
 * @at: what follows the last word
 * @again: the word that was put back
 * @text: the line; line_word() ends its words
 * @next: what was read behind it
 * @left: how much
 * @bytes: what was read of the file
 */
struct line {
	const char *file;
	unsigned int number;
	unsigned int errors;
	const char *fault;
	char *at;
	const char *again;
	char *text;
	char *next;
	size_t left;
	char bytes[LINE_SIZE];
};

/* Before the first line of @file. */
void line_start(struct line *line, const char *file);

/* The next line that has words; false at the end, and where the file is no text. */
bool line_read(struct line *line, FILE *stream);

/* The next word of the line, or NULL; '#' in front of a word starts a comment. */
const char *line_word(struct line *line);

/* Have line_word() return @word, its last one, again. */
void line_put_back(struct line *line, const char *word);

/* From 1; of a word, or of the end of the line if @word is NULL. */
unsigned int line_column(const struct line *line, const char *word);

/* Report an error of @word, or of the end of the line if that is NULL; false. */
__printf(3, 4)
bool line_error(struct line *line, const char *word, const char *format, ...);

/* Report that @word is none of @words, and guess which was meant; false. */
bool line_unknown(struct line *line, const char *what, const char *const *words, const char *word);

#endif /* LIB_LINES_H */
