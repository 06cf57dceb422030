// SPDX-License-Identifier: GPL-2.0
#include "cmd/route.h"

#include <string.h>
#include <sys/socket.h>

#include "lib/args.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/lines.h"
#include "lib/out.h"
#include "lib/state.h"
#include "route/apply.h"
#include "route/check.h"
#include "route/import.h"
#include "route/parse.h"
#include "route/reconcile.h"
#include "route/rollback.h"
#include "route/rtnl.h"
#include "route/shadow.h"
#include "route/show.h"

int route_family;

/**
 * struct filter - which routes to show
 * @key: what is compared
 * @table: its table is
 * @dst: its destination is
 * @family: its family is
 */
struct filter {
	struct route key;
	bool table, dst, family;
};

static bool passes(const struct filter *f, const struct route *r)
{
	return (!f->family || r->family == f->key.family) &&
	       (!f->table || r->table == f->key.table) &&
	       (!f->dst || (r->dst_len == f->key.dst_len &&
			    !memcmp(r->dst, f->key.dst, sizeof(r->dst))));
}

static void show_route(const struct route *route, void *data)
{
	if (!passes(data, route))
		return;
	out_begin(OUT_SENTENCE);
	route_out(route);
	route_out_state(route);
	out_end();
}

/* The words are those of the configuration, in which a route leads somewhere. */
static int parse_key(const char *dst, const char *table, struct route *key)
{
	static struct line line;
	struct diag_list errors;
	bool good;

	line_start(&line, "");
	snprintf(line.text, LINE_SIZE, "%s table %s dev lo", dst, table);
	diag_collect(&errors);
	good = route_parse(&line, key);
	diag_end();
	if (!good)
		diag("%s", errors.first->text);
	diag_free(&errors);
	return good ? EXIT_SUCCESS : EXIT_USAGE;
}

static int parse_filter(char **args, struct filter *f)
{
	const char *dst = "default", *table = "main";
	int status;

	for (; *args; args++) {
		if (!strcmp(*args, "-4") || !strcmp(*args, "-6")) {
			route_family = args[0][1] == '4' ? AF_INET : AF_INET6;
		} else if (!strcmp(*args, "table") && args[1] && !f->table) {
			table = *++args;
			f->table = true;
		} else if (!f->dst) {
			dst = *args;
			f->dst = true;
		} else {
			return diag_fail(EXIT_USAGE, "'%s' is one word too many", *args);
		}
	}
	status = parse_key(dst, table, &f->key);
	f->family = route_family || (f->dst && strcmp(dst, "default"));
	f->key.family = route_family ?: f->key.family;
	return status;
}

static int route_show(char **args)
{
	struct filter f = { };
	struct nl nl;
	int status;

	status = parse_filter(args, &f) ?: rtnl_open(&nl);
	if (status)
		return status;
	out_list(out_no_columns);
	status = route_dump(&nl, ROUTE_PROTOCOL, show_route, &f);
	out_list_end();
	if (nl.interrupted)
		warnx("routes changed meanwhile; some may be missing or twice");
	nl_close(&nl);
	return status;
}

static int show_difference(struct plan *plan, struct conf *conf, struct nl *nl, const void *data)
{
	(void)nl;
	(void)data;
	plan_out(conf, plan);
	return plan_size(plan) || plan->changes[CHANGE_CONFLICT].count ||
	       plan->changes[CHANGE_SHADOWED].count || plan->held ? EXIT_FOUND : EXIT_SUCCESS;
}

/* What cannot work now is reported, and the rest is compared. */
static int route_diff(char **args)
{
	struct conf conf;
	int status;

	status = args_none(args);
	if (status)
		return status;
	status = conf_read_and_check(&conf, CHECK_WARN) ?:
		 plan_use(shadow_plan, &conf, show_difference, NULL);
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
	{ "show", route_show, false, OUT_ARRAY },
	{ "diff", route_diff, false, OUT_OBJECT },
	{ "apply", route_apply, true, OUT_OBJECT },
	{ "flush", route_flush, true, OUT_OBJECT },
	{ "confirm", route_confirm, true, OUT_STREAM },
	{ "reconcile", route_reconcile, true, OUT_STREAM },
	{ "import", route_run_import, true, OUT_ARRAY },
	{ }
};

const struct object route_object = {
	.word = "route",
	.help =
"Usage: pptpgw route [ show ] [ -4 | -6 ] [ PREFIX ] [ table TABLE ]\n"
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
