/* SPDX-License-Identifier: GPL-2.0 */
/* Words that stand for numbers: a list of them ends with NULL. */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stdbool.h>
#include <string.h>

/* "unknown" for a number that a newer module may send. */
const char *word_of(const char *const *words, unsigned int number);

/* That @word is no @what of @words, and which may have been meant; to be freed. */
char *word_unknown(const char *what, const char *const *words, const char *word);

/* The number of a word, or -1. */
int word_number(const char *const *words, const char *word);

/*
 * The number of a word; if there is none, -1 and a message in which the words
 * are called @what. word_match() takes an unambiguous beginning, too.
 */
int word_find(const char *what, const char *const *words, const char *word);
int word_match(const char *what, const char *const *words, const char *word);

/* The same word; most differ in the first letter. */
static inline bool word_is(const char *word, const char *other)
{
	return *word == *other && !strcmp(word, other);
}

#endif /* LIB_WORDS_H */
