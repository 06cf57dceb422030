/* SPDX-License-Identifier: GPL-2.0 */
/* The words for the numbers of the module's protocol, as lists for lib/words.h. */
#ifndef GENL_NAMES_H
#define GENL_NAMES_H

extern const char *const role_words[];
extern const char *const policy_words[];
extern const char *const unroutable_words[];
extern const char *const guard_words[];
extern const char *const verdict_words[];
extern const char *const reason_words[];
extern const char *const source_words[];
extern const char *const event_words[];

/* The name of a request's attribute, as the user knows it; NULL if he does not. */
const char *attribute_word(unsigned int command, unsigned int type);

#endif /* GENL_NAMES_H */
