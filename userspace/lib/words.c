// SPDX-License-Identifier: GPL-2.0
#include "lib/words.h"

#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/exit.h"

/* The longest word that is compared letter by letter. */
#define WORD_MAX 32

const char *word_of(const char *const *words, unsigned int number)
{
	for (; *words; words++)
		if (!number--)
			return *words;
	return "unknown";
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Levenshtein's; @b has at most WORD_MAX letters. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[WORD_MAX + 1], diagonal, above, j;
	unsigned int len = strlen(b);

	for (j = 0; j <= len; j++)
		row[j] = j;
	for (; *a; a++) {
		diagonal = row[0]++;
		for (j = 1; j <= len; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

static const char *word_guess(const char *const *words, const char *word)
{
	unsigned int best = 3, d;
	const char *found = NULL;

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (; *words; words++) {
		d = distance(*words, word);
		if (d < best && d < strlen(*words)) {
			best = d;
			found = *words;
		}
	}
	return found;
}

char *word_unknown(const char *what, const char *const *words, const char *word)
{
	const char *guess = word_guess(words, word);
	char *text;
	int len;

	if (guess)
		len = asprintf(&text, "unknown %s '%s', did you mean '%s'?", what, word, guess);
	else
		len = asprintf(&text, "unknown %s '%s'", what, word);
	if (len < 0)
		err(EXIT_KERNEL, NULL);
	return text;
}

static int report_unknown(const char *what, const char *const *words, const char *word)
{
	char *text = word_unknown(what, words, word);

	warnx("%s", text);
	free(text);
	return -1;
}

int word_number(const char *const *words, const char *word)
{
	int i;

	for (i = 0; words[i]; i++)
		if (word_is(words[i], word))
			return i;
	return -1;
}

int word_find(const char *what, const char *const *words, const char *word)
{
	int found = word_number(words, word);

	return found < 0 ? report_unknown(what, words, word) : found;
}

int word_match(const char *what, const char *const *words, const char *word)
{
	int found = word_number(words, word);
	int i;

	if (found >= 0)
		return found;
	for (i = 0; *word && words[i]; i++) {
		if (strncmp(words[i], word, strlen(word)))
			continue;
		if (found >= 0) {
			warnx("%s '%s' may be '%s' or '%s'", what, word, words[found], words[i]);
			return -1;
		}
		found = i;
	}
	return found < 0 ? report_unknown(what, words, word) : found;
}
