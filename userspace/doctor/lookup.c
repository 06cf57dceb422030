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

const char *rule_of_table(struct doctor *d, const char *table)
{
	char *output = run_program(NULL, "ip", "-o", "rule"), *rest = output, *line;
	const char *rule = NULL;

	while (!rule && rest && (line = strsep(&rest, "\n"))) {
		const char *found = strstr(line, text(d, " lookup %s", table));
		size_t len = strlen(table) + 8;

		if (found && (!found[len] || found[len] == ' '))
			rule = text(d, "%s", line);
	}
	free(output);
	return rule;
}

const char *dev_of_reply(struct doctor *d, __u32 client, __u32 local)
{
	return word_after(d, route_of_reply(d, client, local), "dev");
}
