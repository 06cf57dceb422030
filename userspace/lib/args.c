// SPDX-License-Identifier: GPL-2.0
#include "lib/args.h"

#include <arpa/inet.h>

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/ifnames.h"
#include "lib/words.h"

int args_none(char **args)
{
	if (!*args)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_USAGE, "'%s' is one word too many", *args);
}

static struct keyword *find_keyword(struct keyword *keywords, const char *key)
{
	const char *words[KEYWORDS_MAX + 1] = { };
	int i;

	for (i = 0; i < KEYWORDS_MAX && keywords[i].key; i++)
		words[i] = keywords[i].key;
	i = word_find("keyword", words, key);
	return i < 0 ? NULL : &keywords[i];
}

static int parse_word(const struct keyword *k, const char *text, __u32 *value)
{
	int number = word_find(k->key, k->words, text);

	*value = number;
	return number < 0 ? EXIT_USAGE : EXIT_SUCCESS;
}

int args_keywords(char **args, struct keyword *keywords)
{
	struct keyword *k;
	int status;

	for (; *args; args += 2) {
		k = find_keyword(keywords, args[0]);
		if (!k)
			return EXIT_USAGE;
		if (k->given)
			return diag_fail(EXIT_USAGE, "'%s' is given twice", k->key);
		if (!args[1])
			return diag_fail(EXIT_USAGE, "'%s' needs a value", k->key);
		status = k->words ? parse_word(k, args[1], &k->value) :
				    k->parse(args[1], &k->value);
		if (status)
			return status;
		k->given = true;
	}
	return EXIT_SUCCESS;
}

int arg_address(const char *text, __u32 *value)
{
	if (inet_pton(AF_INET, text, value) == 1)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_USAGE, "'%s' is not an IPv4 address", text);
}

int arg_ifname(const char *text)
{
	if (is_ifname(text))
		return EXIT_SUCCESS;
	return diag_fail(EXIT_USAGE, "'%s' is not an interface name", text);
}

int arg_ifindex(const char *text, __u32 *value)
{
	int status = arg_ifname(text);

	if (status)
		return status;
	*value = if_nametoindex(text);
	if (*value)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_KERNEL, "no interface '%s' here", text);
}
