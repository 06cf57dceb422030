// SPDX-License-Identifier: GPL-2.0
/*
 * Find what is wrong, and fix it where that is safe. Needs no module. Read it
 * from the bottom; doctor/facts.c gathers what the checks read. The trial is the last
 * check: what the others find explains what it sees.
 */
#include "cmd/doctor.h"

#include "doctor/conf.h"
#include "doctor/finding.h"
#include "doctor/module.h"
#include "doctor/owner.h"
#include "doctor/pool.h"
#include "doctor/route.h"
#include "doctor/rule.h"
#include "doctor/stack.h"
#include "doctor/sysctl.h"
#include "doctor/trial.h"
#include "doctor/watch.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/out.h"

/* One fault may hide another; a program may undo what was fixed. */
#define ROUNDS_MAX 5

/* What explains others, or is to be fixed before them, comes first. */
static void (*const checks[])(struct doctor *d) = {
	check_configuration, check_interfaces, check_stack, check_module, check_names, check_roles,
	check_routes,
	check_defaults, check_uplinks, check_gateways, check_rules, check_sysctls,
	check_reverse_paths, check_ppp, check_managers, check_trial,
};

static const char *const severity_words[] = { "note", "warning", "error", NULL };

static int diagnose(struct doctor *d)
{
	int status = doctor_open(d);
	size_t i;

	for (i = 0; !status && i < ARRAY_SIZE(checks); i++)
		checks[i](d);
	return status;
}

static void out_detail(const char *key, const char *value)
{
	out_string(key, value);
	if (value)
		out_text("\n    %-7s %s", key, value);
}

static void out_finding(const struct finding *f, bool fix, bool fixed)
{
	const char *severity = severity_words[f->severity];

	out_begin(OUT_SENTENCE);
	out_string("id", f->id);
	out_string("severity", severity);
	out_string("what", f->what);
	out_text("%s: %s [%s]", fixed ? "fixed" : severity, f->what, f->id);
	out_detail("breaks", f->breaks);
	out_detail("owner", f->owner);
	out_detail("fix", f->fix);
	out_detail("lasts", f->lasts);
	if (fix)
		out_field("fixed", json_boolean(fixed), NULL);
	out_end();
}

/* Returns how many were fixed. */
static unsigned int fix_all(struct doctor *d)
{
	const struct finding *f;
	unsigned int count = 0;

	for (f = d->findings; f; f = f->next) {
		if (!f->repair || f->repair(d, f) < 0)
			continue;
		out_finding(f, true, true);
		count++;
	}
	return count;
}

static int fix_and_diagnose(struct doctor *d)
{
	int status = EXIT_SUCCESS, i;

	for (i = 0; i < ROUNDS_MAX && !status && fix_all(d); i++) {
		doctor_close(d);
		status = diagnose(d);
	}
	return status;
}

static int show(const struct doctor *d, bool fix)
{
	int status = EXIT_SUCCESS;
	const struct finding *f;

	for (f = d->findings; f; f = f->next) {
		out_finding(f, fix, false);
		if (f->severity > SEVERITY_NOTE)
			status = EXIT_FOUND;
	}
	out_list_end();
	return status;
}

struct options {
	bool fix, watch;
	unsigned int seconds;
};

/* They may be left out. Returns the last word that was read. */
static char **parse_seconds(char **args, unsigned int *seconds)
{
	char *end;

	if (!args[1] || *args[1] < '0' || *args[1] > '9')
		return args;
	*seconds = strtoul(args[1], &end, 10);
	if (!*end && *seconds && *seconds <= 86400)
		return args + 1;
	diag("'%s' is not a number of seconds between 1 and 86400", args[1]);
	return NULL;
}

/* The format may be given here, too. */
static int parse_args(char **args, struct options *o)
{
	for (; *args; args++) {
		if (!strcmp(*args, "--fix")) {
			o->fix = true;
		} else if (!strcmp(*args, "--watch")) {
			o->watch = true;
			args = parse_seconds(args, &o->seconds);
			if (!args)
				return EXIT_USAGE;
		} else if (!strcmp(*args, "-j")) {
			out_init(OUT_JSON);
		} else if (!strcmp(*args, "-p")) {
			out_init(OUT_PRETTY);
		} else {
			return diag_fail(EXIT_USAGE, "unknown option '%s'", *args);
		}
	}
	if (o->fix && o->watch)
		return diag_fail(EXIT_USAGE, "--watch changes nothing: leave --fix away");
	return EXIT_SUCCESS;
}

static int examine(bool fix)
{
	static struct doctor d;
	int status = diagnose(&d);

	if (status)
		return status;
	out_list(out_no_columns);
	if (fix)
		status = fix_and_diagnose(&d);
	if (status)
		return status;
	status = show(&d, fix);
	doctor_close(&d);
	return status;
}

static int doctor(char **args)
{
	struct options o = { };
	int status = parse_args(args, &o);

	if (status)
		return status;
	return o.watch ? watch(o.seconds) : examine(o.fix);
}

const struct object doctor_object = {
	.word = "doctor",
	.help =
"Usage: pptpgw doctor [ --fix | --watch [ SECONDS ] ] [ -j | -p ]\n"
"\n"
"Find what is wrong with this host as a gateway for PPTP: what it breaks, where\n"
"it comes from, and the command that fixes it. --fix runs those that are safe.\n"
"Exit status 3 if something is wrong, or remains so.\n"
"\n"
"--watch shows instead how far each client gets that dials now, and where the kernel\n"
"drops its packets, for SECONDS or until interrupted. Exit status 3 if one of them did\n"
"not get through.\n",
	.run = doctor,
	.shape = OUT_ARRAY,
};
