// SPDX-License-Identifier: GPL-2.0
#include "cmd/route.h"

#include <string.h>

#include "lib/args.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/state.h"
#include "route/apply.h"
#include "route/check.h"
#include "route/import.h"
#include "route/reconcile.h"
#include "route/rollback.h"
#include "route/rtnl.h"
#include "route/show.h"

static void show_route(const struct route *route, void *data)
{
	(void)data;
	out_begin(OUT_SENTENCE);
	route_out(route);
	out_end();
}

static int route_show(char **args)
{
	struct nl nl;
	int status;

	status = args_none(args) ?: rtnl_open(&nl);
	if (status)
		return status;
	out_list(out_no_columns);
	status = route_dump(&nl, ROUTE_PROTOCOL, show_route, NULL);
	if (!status)
		out_list_end();
	if (nl.interrupted)
		warnx("routes changed meanwhile; some may be missing or twice");
	nl_close(&nl);
	return status;
}

static int show_difference(struct conf *conf)
{
	struct plan plan;
	struct nl nl;
	int status;

	status = rtnl_open(&nl);
	if (status)
		return status;
	status = plan_make(&plan, conf, &nl);
	if (!status) {
		plan_out(conf, &plan);
		if (plan_size(&plan) || plan.changes[CHANGE_CONFLICT].count)
			status = EXIT_FOUND;
		plan_free(&plan);
	}
	nl_close(&nl);
	return status;
}

static int route_diff(char **args)
{
	struct conf conf;
	int status;

	status = args_none(args);
	if (status)
		return status;
	status = conf_read_and_check(&conf, CHECK_STRICT) ?: show_difference(&conf);
	conf_free(&conf);
	return status;
}

static int parse_seconds(const char *text, unsigned int *seconds)
{
	unsigned long value;
	char *end;

	if (!text)
		return diag_fail(EXIT_USAGE, "--confirm needs a number of seconds");
	value = strtoul(text, &end, 10);
	if (*end || *text < '0' || *text > '9' || !value || value > 86400)
		return diag_fail(EXIT_USAGE, "'%s' is not a number of seconds between 1 and 86400",
				 text);
	*seconds = value;
	return EXIT_SUCCESS;
}

static int parse_apply_options(char **args, struct apply_options *o)
{
	static const char confirm[] = "--confirm=";

	for (; *args; args++) {
		if (!strcmp(*args, "--dry-run")) {
			o->dry_run = true;
		} else if (!strcmp(*args, "--confirm")) {
			if (parse_seconds(*++args, &o->confirm))
				return EXIT_USAGE;
		} else if (!strncmp(*args, confirm, sizeof(confirm) - 1)) {
			if (parse_seconds(*args + sizeof(confirm) - 1, &o->confirm))
				return EXIT_USAGE;
		} else {
			return diag_fail(EXIT_USAGE, "unknown option '%s'", *args);
		}
	}
	return EXIT_SUCCESS;
}

static int lock_and_apply(struct conf *conf, const struct apply_options *o)
{
	int lock = o->dry_run ? 0 : state_lock();

	return lock < 0 ? EXIT_KERNEL : apply_conf(conf, o);
}

static int route_apply(char **args)
{
	struct apply_options o = { };
	struct conf conf;
	int status;

	status = parse_apply_options(args, &o);
	if (status)
		return status;
	status = conf_read_and_check(&conf, CHECK_STRICT) ?: lock_and_apply(&conf, &o);
	conf_free(&conf);
	return status;
}

/* The same as to apply a configuration without routes. */
static int route_flush(char **args)
{
	const struct apply_options o = { };
	struct conf conf = { };

	return args_none(args) ?: lock_and_apply(&conf, &o);
}

static int route_confirm(char **args)
{
	return args_none(args) ?: rollback_confirm();
}

static int route_reconcile(char **args)
{
	return args_none(args) ?: reconcile();
}

static int route_run_import(char **args)
{
	return args_none(args) ?: route_import();
}

static const struct command commands[] = {
	{ "show", route_show, false },
	{ "diff", route_diff, false },
	{ "apply", route_apply, true },
	{ "flush", route_flush, true },
	{ "confirm", route_confirm, true },
	{ "reconcile", route_reconcile, true },
	{ "import", route_run_import, true },
	{ }
};

const struct object route_object = {
	.word = "route",
	.help =
"Usage: pptpgw route [ show ]\n"
"       pptpgw route diff\n"
"       pptpgw route apply [ --dry-run ] [ --confirm SECONDS ]\n"
"       pptpgw route confirm\n"
"       pptpgw route flush\n"
"       pptpgw route reconcile\n"
"       pptpgw route import\n"
"\n"
"The configuration is in /etc/pptpgw, or in the file that -conf names: see\n"
"pptpgw.conf(5). Only routes of protocol 217 are shown and changed.\n",
	.commands = commands,
};
