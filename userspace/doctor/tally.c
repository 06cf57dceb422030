// SPDX-License-Identifier: GPL-2.0
#include "doctor/tally.h"

#include "doctor/run.h"

static bool is_drop(const char *rule)
{
	const char *target = strstr(rule, " -j ");

	return target && (!strncmp(target + 4, "DROP", 4) || !strncmp(target + 4, "REJECT", 6));
}

/* "[1:40] -A INPUT ...", ":INPUT DROP [1:40]". */
static bool note_legacy(struct doctor *d, const char *table, const char *line,
			struct death *death)
{
	char chain[64], policy[16];
	const char *rule = strstr(line, "-A ");

	if (sscanf(line, ":%63s %15s", chain, policy) == 2 && !strcmp(policy, "DROP"))
		death->rule = NULL;
	else if (*line == '[' && rule && is_drop(rule) && sscanf(rule, "-A %63s", chain) == 1)
		death->rule = text(d, "%s", rule);
	else
		return false;
	death->by = CULPRIT_LEGACY;
	/* What REJECT sends is an answer, too. */
	if (death->rule && strstr(death->rule, "REJECT"))
		death->leaving = !strcmp(chain, "OUTPUT");
	death->family = "";
	death->table = text(d, "%s", table);
	death->chain = text(d, "%s", chain);
	return true;
}

/* The line whose counter has changed. */
static void compare_legacy(struct doctor *d, char *before, char *after, struct death *death)
{
	const char *old, *new;
	char table[64] = "";

	while (before && after) {
		old = strsep(&before, "\n");
		new = strsep(&after, "\n");
		if (*new == '*')
			snprintf(table, sizeof(table), "%s", new + 1);
		if (*new != '#' && strcmp(old, new) && note_legacy(d, table, new, death) &&
		    death->rule)
			return;
	}
}

/* A counter of /proc/net/netstat: names in a line, numbers in the next. */
static unsigned long long rp_filter_drops(void)
{
	char names[8192], numbers[8192], *n, *v, *name, *value;
	FILE *file = fopen("/proc/net/netstat", "re");
	unsigned long long drops = 0;

	while (file && fgets(names, sizeof(names), file) &&
	       fgets(numbers, sizeof(numbers), file)) {
		n = names;
		v = numbers;
		while ((name = strsep(&n, "\n ")) && (value = strsep(&v, "\n ")))
			if (!strcmp(name, "IPReversePathFilter"))
				drops = strtoull(value, NULL, 10);
	}
	if (file)
		fclose(file);
	return drops;
}

static bool has_legacy(void)
{
	FILE *file = fopen("/proc/net/ip_tables_names", "re");
	bool has = file && fgetc(file) != EOF;

	if (file)
		fclose(file);
	return has;
}

void tally_read(struct tally *c)
{
	c->legacy = has_legacy() ? run_program(NULL, "iptables-legacy-save", "-c") : NULL;
	c->rp_filter = rp_filter_drops();
}

void tally_free(struct tally *c)
{
	free(c->legacy);
}

void tally_compare(struct doctor *d, struct tally *before, struct death *death)
{
	struct tally after;

	tally_read(&after);
	compare_legacy(d, before->legacy, after.legacy, death);
	if (!death->by && after.rp_filter > before->rp_filter)
		death->by = CULPRIT_RP_FILTER;
	tally_free(&after);
}
