// SPDX-License-Identifier: GPL-2.0
#include "doctor/lookup.h"

#include "doctor/run.h"

const char *route_of_reply(struct doctor *d, __u32 client, __u32 local)
{
	const char *to = text_of_address(d, client), *from = text_of_address(d, local);
	char *output = run_program(NULL, "ip", "-o", "route", "get", to, "from", from, "fibmatch");
	size_t len = output ? strcspn(output, "\n") : 0;
	const char *route;

	while (len && output[len - 1] == ' ')
		len--;
	route = text(d, "%.*s", (int)len, output ?: "");
	free(output);
	return route;
}

const char *word_after(struct doctor *d, const char *line, const char *word)
{
	const char *at = strstr(line, text(d, " %s ", word));

	if (!at)
		return NULL;
	at += strlen(word) + 2;
	return text(d, "%.*s", (int)strcspn(at, " "), at);
}

const char *dev_of_reply(struct doctor *d, __u32 client, __u32 local)
{
	return word_after(d, route_of_reply(d, client, local), "dev");
}

static struct rule *read_rule(struct doctor *d, char *line)
{
	struct rule *r = pool_zero(d, sizeof(*r));
	char *detached = strstr(line, " [detached]");
	int n = 0;

	if (sscanf(line, "%u:%n", &r->pref, &n) != 1)
		return NULL;
	line[strlen(line) - (line[strlen(line) - 1] == ' ')] = '\0';
	if (detached)
		memmove(detached, detached + 11, strlen(detached + 11) + 1);
	r->words = text(d, " %s ", line + n + 1);
	r->protocol = word_after(d, r->words, "proto");
	if (r->protocol)
		r->words = text(d, "%.*s", (int)(strstr(r->words, "proto ") - r->words), r->words);
	return r;
}

struct rule *read_rules(struct doctor *d)
{
	char *output = run_program(NULL, "ip", "-4", "-o", "rule"), *rest = output, *line;
	struct rule *first = NULL, **last = &first;

	while (rest && (line = strsep(&rest, "\n"))) {
		*last = read_rule(d, line);
		if (*last)
			last = &(*last)->next;
	}
	free(output);
	return first;
}

const char *text_of_rule(struct doctor *d, const struct rule *r)
{
	return text(d, "pref %u%.*s", r->pref, (int)strlen(r->words) - 1, r->words);
}
