// SPDX-License-Identifier: GPL-2.0
#include "lib/words.h"

#include <err.h>
#include <linux/pptpgw.h>
#include <stddef.h>
#include <string.h>

/* The longest word that is compared letter by letter. */
#define WORD_MAX 32

const char *const role_words[] = {
	[PPTPGW_ROLE_NONE]		= "none",
	[PPTPGW_ROLE_INTERNET]		= "internet",
	[PPTPGW_ROLE_CORPORATE]		= "corporate",
	NULL
};

const char *const policy_words[] = {
	[PPTPGW_POLICY_ENFORCE]		= "enforce",
	[PPTPGW_POLICY_OBSERVE]		= "observe",
	NULL
};

const char *const unroutable_words[] = {
	[PPTPGW_UNROUTABLE_DROP]	= "drop",
	[PPTPGW_UNROUTABLE_PASS]	= "pass",
	NULL
};

const char *const guard_words[] = {
	[PPTPGW_GUARD_OFF]		= "off",
	[PPTPGW_GUARD_WARN]		= "warn",
	[PPTPGW_GUARD_DENY]		= "deny",
	NULL
};

const char *const verdict_words[] = {
	[PPTPGW_VERDICT_STEER]		= "steer",
	[PPTPGW_VERDICT_KEEP]		= "keep",
	[PPTPGW_VERDICT_DROP]		= "drop",
	NULL
};

const char *const reason_words[] = {
	[PPTPGW_REASON_STEERED]			= "steered",
	[PPTPGW_REASON_ALREADY_RIGHT]		= "already_right",
	[PPTPGW_REASON_UNROUTABLE_DROPS]	= "unroutable_drops",
	[PPTPGW_REASON_UNROUTABLE_PASSES]	= "unroutable_passes",
	[PPTPGW_REASON_OBSERVED_STEERS]		= "observed_steers",
	[PPTPGW_REASON_OBSERVED_DROPS]		= "observed_drops",
	[PPTPGW_REASON_NOT_UPLINK]		= "not_uplink",
	[PPTPGW_REASON_NO_INGRESS]			= "no_ingress",
	[PPTPGW_REASON_INACTIVE]		= "inactive",
	NULL
};

const char *const source_words[] = {
	[PPTPGW_SOURCE_NONE]		= "none",
	[PPTPGW_SOURCE_PEER]		= "peer",
	[PPTPGW_SOURCE_HALF_OPEN]		= "half_open",
	[PPTPGW_SOURCE_ADDRESS]		= "address",
	NULL
};

const char *const event_words[] = {
	[PPTPGW_EVENT_TUNNEL_UP]	= "tunnel_up",
	[PPTPGW_EVENT_TUNNEL_DOWN]	= "tunnel_down",
	[PPTPGW_EVENT_CALL_OPENED]	= "call_opened",
	[PPTPGW_EVENT_CALL_CLOSED]	= "call_closed",
	[PPTPGW_EVENT_INGRESS_MOVED]	= "ingress_moved",
	[PPTPGW_EVENT_FIRST_STEER]	= "first_steer",
	[PPTPGW_EVENT_UNROUTABLE]	= "unroutable",
	[PPTPGW_EVENT_TABLE_FULL]	= "table_full",
	[PPTPGW_EVENT_GUARD_VIOLATION]	= "guard_violation",
	[PPTPGW_EVENT_GUARD_DENIED]	= "guard_denied",
	[PPTPGW_EVENT_DEV_CHANGED]	= "dev_changed",
	NULL
};

static const char *const dev_attributes[PPTPGW_A_DEV_MAX + 1] = {
	[PPTPGW_A_DEV_ROLE]		= "role",
	[PPTPGW_A_DEV_POLICY]		= "policy",
	[PPTPGW_A_DEV_UNROUTABLE]	= "unroutable",
	[PPTPGW_A_DEV_GUARD]		= "guard",
};

static const char *const tunnel_attributes[PPTPGW_A_TUNNEL_MAX + 1] = {
	[PPTPGW_A_TUNNEL_INGRESS_IFINDEX]	= "dev",
	[PPTPGW_A_TUNNEL_CLIENT]	= "client",
};

static const char *const explain_attributes[PPTPGW_A_EXPLAIN_MAX + 1] = {
	[PPTPGW_A_EXPLAIN_CLIENT]	= "client",
	[PPTPGW_A_EXPLAIN_LOCAL]	= "from",
};

const char *attribute_word(unsigned int command, unsigned int type)
{
	switch (command) {
	case PPTPGW_CMD_DEV_GET:
	case PPTPGW_CMD_DEV_SET:
		return type <= PPTPGW_A_DEV_MAX ? dev_attributes[type] : NULL;
	case PPTPGW_CMD_TUNNEL_GET:
	case PPTPGW_CMD_TUNNEL_FLUSH:
		return type <= PPTPGW_A_TUNNEL_MAX ? tunnel_attributes[type]
						   : NULL;
	case PPTPGW_CMD_EXPLAIN:
		return type <= PPTPGW_A_EXPLAIN_MAX ? explain_attributes[type]
						    : NULL;
	default:
		return NULL;
	}
}

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
			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

const char *word_guess(const char *const *words, const char *word)
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

static int complain(const char *what, const char *const *words, const char *word)
{
	const char *guess = word_guess(words, word);

	if (guess)
		warnx("unknown %s '%s', did you mean '%s'?", what, word, guess);
	else
		warnx("unknown %s '%s'", what, word);
	return -1;
}

int word_number(const char *const *words, const char *word)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

int word_find(const char *what, const char *const *words, const char *word)
{
	int found = word_number(words, word);

	return found < 0 ? complain(what, words, word) : found;
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
			warnx("%s '%s' may be '%s' or '%s'", what, word,
			      words[found], words[i]);
			return -1;
		}
		found = i;
	}
	return found < 0 ? complain(what, words, word) : found;
}
