// SPDX-License-Identifier: GPL-2.0
#include "doctor/finding.h"

#include <err.h>

#include "doctor/run.h"
#include "lib/words.h"

#define AND " && "

/* Of one cause, the first of these says most. */
static const char *const ranks[] = {
	"configuration-unconfirmed", "routes-differ",
	"default-corporate", "default-no-role", "uplink-no-default",
	"firewall-input", "firewall-output", "forward-drop", NULL
};

/* "A: b" and "A: c" are "A: b, c". */
static const char *join_texts(struct doctor *d, const char *list, const char *next)
{
	const char *colon = strstr(next, ": ");
	size_t same = colon ? colon + 2 - next : 0;

	if (!same || strncmp(list, next, same))
		return join(d, list, "; ", next);
	return text(d, "%.*s%s", (int)same, next, join(d, list + same, ", ", next + same));
}

/* The last command of some. */
static const char *last_of(const char *commands)
{
	const char *and;

	while ((and = strstr(commands, AND)))
		commands = and + strlen(AND);
	return commands;
}

const char *join_commands(struct doctor *d, const char *list, const char *next)
{
	const char *last = list ? last_of(list) : NULL;

	if (next && last > list && last_of(next) > next && !strcmp(last, last_of(next)) &&
	    strcmp(list, next))
		list = text(d, "%.*s", (int)(last - strlen(AND) - list), list);
	return join(d, list, AND, next);
}

/* What has no fix leaves none for all of it. */
static void merge(struct doctor *d, struct finding *f, const struct finding *more)
{
	struct loss **last = &f->losses;

	if (word_number(ranks, more->id) < word_number(ranks, f->id))
		f->id = more->id;
	if (more->severity > f->severity)
		f->severity = more->severity;
	f->what = join_texts(d, f->what, more->what);
	f->breaks = join(d, f->breaks, "; ", more->breaks);
	f->owner = join(d, f->owner, "; ", more->owner);
	f->fix = f->fix && more->fix ? join_commands(d, f->fix, more->fix) : NULL;
	f->lasts = join_commands(d, f->lasts, more->lasts);
	f->local = join(d, f->local, " ", more->local);
	if (!more->repair)
		f->repair = NULL;
	while (*last)
		last = &(*last)->next;
	*last = more->losses;
}

void report(struct doctor *d, const struct finding *finding)
{
	struct finding *f;

	for (f = finding->cause ? d->findings : NULL; f; f = f->next) {
		if (!f->cause || strcmp(f->cause, finding->cause))
			continue;
		merge(d, f, finding);
		return;
	}
	f = pool_copy(d, finding, sizeof(*f));
	f->next = NULL;
	*d->last_finding = f;
	d->last_finding = &f->next;
}

bool is_found(const struct doctor *d, const char *id)
{
	const struct finding *f = d->findings;

	while (f && strcmp(f->id, id))
		f = f->next;
	return f;
}

int repair_by_fix(struct doctor *d, const struct finding *finding)
{
	(void)d;
	if (run_command(finding->fix))
		return 0;
	warnx("failed: %s", finding->fix);
	return -1;
}
