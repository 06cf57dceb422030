/* SPDX-License-Identifier: GPL-2.0 */
/* The rest of a command line: KEY VALUE pairs in any order, each at most once. */
#ifndef LIB_ARGS_H
#define LIB_ARGS_H

#include <linux/types.h>
#include <stdbool.h>

/* The most keywords that a command has. */
#define KEYWORDS_MAX 8

/**
 * struct keyword - one KEY VALUE pair
 * @key: its name
 * @parse: reads the value; returns an exit status
 * @words: or NULL, and the value is the number of one of these
 * @attribute: the netlink attribute that carries it
 * @value: what was read
 * @given: the user gave it
 */
struct keyword {
	const char *key;
	int (*parse)(const char *text, __u32 *value);
	const char *const *words;
	__u16 attribute;
	__u32 value;
	bool given;
};

/* All return an exit status. @keywords ends with one without a key. */
int args_none(char **args);
int args_keywords(char **args, struct keyword *keywords);

int arg_address(const char *text, __u32 *value);	/* in network order */
int arg_ifindex(const char *text, __u32 *value);
int arg_ifname(const char *text);

#endif /* LIB_ARGS_H */
