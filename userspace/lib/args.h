/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rest of a command line: KEY VALUE pairs in any order, each at most once.
 */
#ifndef ARGS_H
#define ARGS_H

#include <libmnl/libmnl.h>
#include <linux/types.h>
#include <stdbool.h>

/**
 * struct keyword - one KEY VALUE pair
 * @key: its name
 * @parse: reads the value; returns an exit status
 * @attribute: the netlink attribute that carries it
 * @value: what was read
 * @given: the user gave it
 */
struct keyword {
	const char *key;
	int (*parse)(const char *text, __u32 *value);
	__u16 attribute;
	__u32 value;
	bool given;
};

/* The most keywords that a command has. */
#define KEYWORDS_MAX 8

/* All return an exit status. @keywords ends with one without a key. */
int args_none(char **args);
int args_keywords(char **args, struct keyword *keywords);

int arg_address(const char *text, __u32 *value);	/* in network order */
int arg_ifindex(const char *text, __u32 *value);
int arg_ifname(const char *text);

/* Those that were given, as 32-bit attributes. */
void put_keywords(struct nlmsghdr *nlh, const struct keyword *keywords);

#endif /* ARGS_H */
