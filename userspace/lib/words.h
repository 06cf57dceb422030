/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The numbers of the protocol, and the words for them. A list of words ends
 * with NULL.
 */
#ifndef WORDS_H
#define WORDS_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

extern const char *const role_words[];
extern const char *const policy_words[];
extern const char *const unroutable_words[];
extern const char *const guard_words[];
extern const char *const verdict_words[];
extern const char *const reason_words[];
extern const char *const source_words[];
extern const char *const event_words[];

/* "unknown" for a number that a newer module may send. */
const char *word_of(const char *const *words, unsigned int number);

/* The word of the list that a mistyped one may have meant, or NULL. */
const char *word_guess(const char *const *words, const char *word);

/* The number of a word, or -1. */
int word_number(const char *const *words, const char *word);

/*
 * The number of a word; if there is none, -1 and a message in which the words
 * are called @what. word_match() takes an unambiguous beginning, too.
 */
int word_find(const char *what, const char *const *words, const char *word);
int word_match(const char *what, const char *const *words, const char *word);

/* The name of a request's attribute, as the user knows it; NULL if he does not. */
const char *attribute_word(unsigned int command, unsigned int type);

#endif /* WORDS_H */
