/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines of a file and their words; a complaint says where its word stands.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stdio.h>

#define SAY_LIKE_PRINTF format(printf, 3, 4)

/* A line has room for a route with as many next hops as the kernel takes. */
#define LINE_SIZE 65536

/**
 * struct line - the line that is being read
 * @file: name of the file
 * @number: from 1
 * @errors: complaints about this line and those before it
 * @at: what follows the last word
 * @again: the word that was put back
 * @text: the line; line_word() ends its words
 */
struct line {
	const char *file;
	unsigned int number;
	unsigned int errors;
	char *at;
	const char *again;
	char text[LINE_SIZE];
};

/* The next line that has words; false at the end or after a line too bad to go on. */
bool line_read(struct line *line, FILE *stream);

/* The next word of the line, or NULL; '#' in front of a word starts a comment. */
const char *line_word(struct line *line);

/* Have line_word() return @word, its last one, again. */
void line_put_back(struct line *line, const char *word);

/* From 1; of a word, or of the end of the line if @word is NULL. */
unsigned int line_column(const struct line *line, const char *word);

/* "FILE:LINE:COLUMN: ..." on standard error; returns false. */
bool __attribute__((SAY_LIKE_PRINTF))
line_error(struct line *line, const char *word, const char *format, ...);

/* Complain that @word is none of @words, and guess which was meant; false. */
bool line_unknown(struct line *line, const char *what, const char *const *words,
		  const char *word);

#endif /* LINES_H */
