// SPDX-License-Identifier: GPL-2.0
/* Rules of the old kind. A rule that is not understood may match or not. */
#include "doctor/iptables.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/words.h"

/**
 * struct reader - of the lines of a table
 * @table: its name
 * @rest: what is left of the line
 * @expr: of the rule so far
 * @negate: the next option is negated
 */
struct reader {
	json_t *ruleset;
	const char *table;
	char *rest;
	json_t *expr;
	bool negate;
};

/* The next word; in quotes it may have spaces. */
static char *next_word(struct reader *r)
{
	char *word;

	if (r->rest && *r->rest == '"') {
		r->rest++;
		word = strsep(&r->rest, "\"");
		if (r->rest && *r->rest == ' ')
			r->rest++;
		return word;
	}
	return strsep(&r->rest, " ");
}

static void add(struct reader *r, const char *type, json_t *object)
{
	json_array_append_new(r->ruleset, json_pack("{s:o}", type, object));
}

/* ":INPUT DROP [0:0]": a chain that the kernel calls has a policy. */
static void read_chain(struct reader *r)
{
	static const char *const hooks[] = {
		"prerouting", "input", "forward", "output", "postrouting", NULL
	};
	const char *name = next_word(r), *policy = next_word(r), *hook = NULL;
	size_t i;

	for (i = 0; name && policy && *policy != '-' && hooks[i]; i++)
		if (!strcasecmp(name, hooks[i]))
			hook = hooks[i];
	if (hook)
		add(r, "chain", json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "family", "ip",
					  "table", r->table, "name", name, "hook", hook, "type",
					  strcmp(r->table, "iptables nat") ? "filter" : "nat",
					  "policy", strcmp(policy, "DROP") ? "accept" : "drop",
					  "legacy", 1));
}

static void add_match(struct reader *r, json_t *left, json_t *right)
{
	json_array_append_new(r->expr, json_pack("{s:{s:s, s:o, s:o}}", "match", "op",
						 r->negate ? "!=" : "==", "left", left, "right",
						 right));
}

/* A value, or several: of ports "1:9" is a range, of addresses "10.0.0.0/8" a prefix. */
static json_t *value_of(const char *text)
{
	const char *slash = strchr(text, '/'), *colon = strchr(text, ':');
	char *end;
	long value = strtol(text, &end, 10);

	if (colon)
		return json_pack("{s:[i,i]}", "range", (int)value, atoi(colon + 1));
	if (slash)
		return json_pack("{s:{s:s%, s:i}}", "prefix", "addr", text, (size_t)(slash - text),
				 "len", atoi(slash + 1));
	return *end || end == text ? json_string(text) : json_integer(value);
}

static json_t *values_of(const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;
	json_t *list = json_array();

	while ((word = strsep(&rest, ",")))
		json_array_append_new(list, value_of(word));
	free(copy);
	return list;
}

/* "wan+" stands for all that begins so: nft's "wan*". */
static json_t *interface(char *name)
{
	size_t len = strlen(name);

	if (len && name[len - 1] == '+')
		name[len - 1] = '*';
	return json_string(name);
}

static json_t *lower(char *text)
{
	char *c;

	for (c = text; *c; c++)
		*c |= *c >= 'A' && *c <= 'Z' ? 0x20 : 0;
	return values_of(text);
}

static json_t *meta(const char *key)
{
	return json_pack("{s:{s:s}}", "meta", "key", key);
}

static json_t *payload(const char *protocol, const char *field)
{
	return json_pack("{s:{s:s, s:s}}", "payload", "protocol", protocol, "field", field);
}

static bool read_match(struct reader *r, const char *option, char *value)
{
	if (!strcmp(option, "-i"))
		add_match(r, meta("iifname"), interface(value));
	else if (!strcmp(option, "-o"))
		add_match(r, meta("oifname"), interface(value));
	else if (!strcmp(option, "-p"))
		add_match(r, meta("l4proto"), value_of(value));
	else if (!strcmp(option, "-s"))
		add_match(r, payload("ip", "saddr"), value_of(value));
	else if (!strcmp(option, "-d"))
		add_match(r, payload("ip", "daddr"), value_of(value));
	else if (!strcmp(option, "--dport") || !strcmp(option, "--dports"))
		add_match(r, payload("th", "dport"), values_of(value));
	else if (!strcmp(option, "--sport") || !strcmp(option, "--sports"))
		add_match(r, payload("th", "sport"), values_of(value));
	else if (!strcmp(option, "--ctstate") || !strcmp(option, "--state"))
		add_match(r, json_pack("{s:{s:s}}", "ct", "key", "state"), lower(value));
	else if (!strcmp(option, "--dst-type"))
		add_match(r, json_pack("{s:{s:s, s:[s]}}", "fib", "result", "type", "flags",
				       "daddr"), lower(value));
	else
		return false;
	return true;
}

static void add_verdict(struct reader *r, const char *option, const char *target)
{
	static const struct {
		const char *target, *verdict;
	} verdicts[] = {
		{ "ACCEPT", "accept" }, { "DROP", "drop" }, { "REJECT", "reject" },
		{ "RETURN", "return" }, { "NFQUEUE", "queue" }, { "DNAT", "dnat" },
		{ "REDIRECT", "redirect" }, { "LOG", "log" }, { "MARK", "mangle" },
		{ "CONNMARK", "mangle" }, { "CT", "notrack" }, { "TCPMSS", "mangle" },
	};
	size_t i;

	for (i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		if (strcmp(target, verdicts[i].target))
			continue;
		json_array_append_new(r->expr, json_pack("{s:n}", verdicts[i].verdict));
		return;
	}
	json_array_append_new(r->expr, json_pack("{s:{s:s}}", strcmp(option, "-g") ? "jump" :
						 "goto", "target", target));
}

/* A match that is not understood comes before the verdict: it makes that uncertain. */
static void read_options(struct reader *r)
{
	static const char *const verdicts[] = { "-j", "-g", NULL };
	static const char *const harmless[] = { "-m", "--comment", NULL };
	char *option, *value;

	while ((option = next_word(r))) {
		if (!strcmp(option, "!")) {
			r->negate = true;
			continue;
		}
		value = *option == '-' ? next_word(r) : NULL;
		if (value && word_number(verdicts, option) >= 0) {
			add_verdict(r, option, value);
			break;
		}
		if (!value || (word_number(harmless, option) < 0 && !read_match(r, option, value)))
			json_array_append_new(r->expr, json_pack("{s:s}", "xt", option));
		r->negate = false;
	}
}

static void read_rule(struct reader *r)
{
	const char *chain;

	next_word(r);
	chain = next_word(r);
	if (!chain)
		return;
	r->expr = json_array();
	r->negate = false;
	read_options(r);
	add(r, "rule", json_pack("{s:s, s:s, s:s, s:o}", "family", "ip", "table", r->table,
				 "chain", chain, "expr", r->expr));
}

void iptables_read(json_t *ruleset, char *saved)
{
	struct reader r = { .ruleset = ruleset };
	char table[64] = "iptables";
	char *line;

	r.table = table;
	while ((line = strsep(&saved, "\n"))) {
		r.rest = line + (*line == ':');
		if (*line == '*')
			snprintf(table, sizeof(table), "iptables %s", line + 1);
		else if (*line == ':')
			read_chain(&r);
		else if (!strncmp(line, "-A ", 3))
			read_rule(&r);
	}
}
