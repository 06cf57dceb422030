// SPDX-License-Identifier: GPL-2.0
#include "route/values.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmpv6.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tables.h"
#include "lib/words.h"
#include "route/text.h"

bool value_number(struct line *line, const char *what, __u32 min, __u32 max, __u32 *value)
{
	const char *word = line_word(line);
	unsigned long long number;
	char *end;

	if (!word)
		return line_error(line, NULL, "%s needs a number", what);
	errno = 0;
	number = strtoull(word, &end, 10);
	if (*end || *word < '0' || *word > '9')
		return line_error(line, word, "%s '%s' is not a number", what, word);
	if (errno || number < min || number > max)
		return line_error(line, word, "%s %s is not between %u and %u", what, word,
				  min, max);
	*value = number;
	return true;
}

__u8 value_family(const char *address)
{
	return strchr(address, ':') ? AF_INET6 : AF_INET;
}

bool value_address(struct line *line, const char *what, __u8 family, __u8 *address,
		   const char **word)
{
	static const __u8 zero[16];

	*word = line_word(line);
	if (!*word)
		return line_error(line, NULL, "%s needs an address", what);
	memset(address, 0, 16);
	if (inet_pton(value_family(*word), *word, address) != 1)
		return line_error(line, *word, "'%s' is not an address", *word);
	if (!memcmp(address, zero, sizeof(zero)))
		return line_error(line, *word, "%s cannot be %s", what, *word);
	if (family && value_family(*word) != family)
		return line_error(line, *word, "%s is not an IPv%d address", *word,
				  family == AF_INET ? 4 : 6);
	return true;
}

bool value_table(struct line *line, __u32 *table)
{
	const char *word = line_word(line);

	if (word && *word >= '0' && *word <= '9') {
		line_put_back(line, word);
		return value_number(line, "table", 1, UINT32_MAX, table);
	}
	if (!word)
		return line_error(line, NULL, "table needs a name or a number");
	if (!table_number(word, table) || !*table)
		return line_error(line, word, "there is no table '%s'", word);
	return true;
}

bool value_tos(struct line *line, __u8 *value)
{
	const char *word = line_word(line);
	unsigned long tos;
	char *end;

	if (!word)
		return line_error(line, NULL, "tos needs a number");
	tos = strtoul(word, &end, 16);
	if (*end || *word < '0' || tos > 0xfc || tos & 3)
		return line_error(line, word,
				  "tos '%s' is not a hexadecimal number from 0 to fc without ECN bits",
				  word);
	*value = tos;
	return true;
}

bool value_pref(struct line *line, struct route *r)
{
	const char *word = line_word(line);
	int pref = word ? word_number(pref_words, word) : -1;

	if (pref < 0 || pref == ICMPV6_ROUTER_PREF_INVALID)
		return line_error(line, word, "pref needs 'low', 'medium' or 'high'");
	r->pref = pref;
	return true;
}

static bool read_length(struct line *line, const char *slash, struct route *r)
{
	unsigned int bits = address_bits(r->family);
	unsigned long len;
	char *end;

	len = strtoul(slash + 1, &end, 10);
	if (*end || slash[1] < '0' || slash[1] > '9')
		return line_error(line, slash + 1, "'%s' is not a prefix length", slash + 1);
	if (len > bits)
		return line_error(line, slash + 1, "prefix length %lu is over %u", len, bits);
	r->dst_len = len;
	return true;
}

bool value_prefix(struct line *line, const char *word, struct route *r)
{
	const char *slash = strchrnul(word, '/');
	char buf[INET6_ADDRSTRLEN] = { };
	size_t len = slash - word;

	r->family = value_family(word);
	r->dst_len = address_bits(r->family);
	if (len < sizeof(buf))
		memcpy(buf, word, len);
	if (len >= sizeof(buf) || inet_pton(r->family, buf, r->dst) != 1)
		return line_error(line, word, "'%s' is not a prefix", word);
	if (*slash && !read_length(line, slash, r))
		return false;
	if (!prefix_mask(r->dst, r->dst_len))
		return true;
	inet_ntop(r->family, r->dst, buf, sizeof(buf));
	return line_error(line, word, "%s has host bits set, did you mean %s/%u?", word, buf,
			  r->dst_len);
}
