// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "route/batch.h"
#include "lib/args.h"
#include "cmd/cmd.h"
#include "route/conf.h"
#include "route/rollback.h"
#include "lib/out.h"
#include "route/diff.h"
#include "route/reconcile.h"
#include "route/rtnl.h"
#include "route/routes.h"
#include "lib/state.h"
#include "lib/tables.h"

/* A connection with which routes are read and changed. */
static struct nl nl;

static void show_route(const struct route *route, void *data)
{
	(void)data;
	out_begin(OUT_SENTENCE);
	route_out(route);
	out_end();
}

static int route_show(char **args)
{
	int status = args_none(args) ?: route_nl_open(&nl);

	if (status)
		return status;
	out_list(out_no_columns);
	status = route_dump(&nl, ROUTE_PROTOCOL, 0, show_route, NULL);
	if (!status)
		out_list_end();
	if (nl.interrupted)
		warnx("routes changed meanwhile; some may be missing or twice");
	nl_close(&nl);
	return status;
}

static void out_place(const struct conf *conf, const struct route *route)
{
	if (!route)
		return;
	out_string("file", conf->files[route->file]);
	out_number("line", route->line);
	out_text("\t# %s:%u", conf->files[route->file], route->line);
}

static void out_change(const struct conf *conf, enum change_kind kind, const struct change *c)
{
	static const char signs[] = "+~-!";
	static char text[ROUTE_TEXT_SIZE];

	out_begin(OUT_SENTENCE);
	out_text("%c ", signs[kind]);
	route_out(c->new ?: c->old);
	if (kind == CHANGE_CONFLICT) {
		out_string("owner", protocol_name(c->old->protocol));
		out_text(" (owned by %s: %s)", protocol_name(c->old->protocol),
			 route_text(c->old, text, sizeof(text)));
	} else if (kind == CHANGE_REPLACE) {
		route_text(c->old, text, sizeof(text));
		out_string("now", text);
		out_text(" (now %s)", text);
	}
	out_place(conf, c->new);
	out_end();
}

static void out_plan(const struct conf *conf, const struct plan *plan)
{
	static const char *const keys[] = { "add", "change", "delete", "conflict" };
	const struct changes *c;
	unsigned int kind, i;

	out_object();
	for (kind = 0; kind < CHANGE_KINDS; kind++) {
		c = &plan->changes[kind];
		out_list_named(keys[kind], out_no_columns);
		for (i = 0; i < c->count; i++)
			out_change(conf, kind, &c->list[i]);
		out_list_end();
	}
	out_object_end();
}

static void say_conflict(const struct conf *conf, const struct change *c)
{
	static char text[ROUTE_TEXT_SIZE];
	char dst[64];

	conf_say(conf, c->new, "%s metric %u is owned by %s: %s",
		 route_dst_text(c->new, dst, sizeof(dst)), c->new->metric,
		 protocol_name(c->old->protocol), route_text(c->old, text, sizeof(text)));
}

static int refuse_conflicts(const struct conf *conf, const struct plan *plan)
{
	const struct changes *c = &plan->changes[CHANGE_CONFLICT];
	unsigned int i;

	if (!c->count)
		return EXIT_SUCCESS;
	for (i = 0; i < c->count; i++)
		say_conflict(conf, &c->list[i]);
	warnx("nothing was changed");
	return EXIT_KERNEL;
}

/* All errors are reported in one run. */
static int read_conf(struct conf *conf)
{
	conf_read(conf);
	return conf_check(conf, CHECK_STRICT);
}

/* What the configuration asks for, compared with what there is. */
static int begin(struct conf *conf, struct plan *plan)
{
	int status = route_nl_open(&nl);

	if (status)
		return status;
	status = plan_make(plan, conf, &nl);
	if (status)
		nl_close(&nl);
	return status;
}

static void end(struct plan *plan)
{
	plan_free(plan);
	nl_close(&nl);
}

static int show_difference(struct conf *conf)
{
	struct plan plan;
	int status;

	status = begin(conf, &plan);
	if (status)
		return status;
	out_plan(conf, &plan);
	if (plan_size(&plan) || plan.changes[CHANGE_CONFLICT].count)
		status = EXIT_FOUND;
	end(&plan);
	return status;
}

static int route_diff(char **args)
{
	struct conf conf;
	int status;

	status = args_none(args);
	if (status)
		return status;
	status = read_conf(&conf) ?: show_difference(&conf);
	conf_free(&conf);
	return status;
}

struct apply_options {
	bool dry_run;
	unsigned int confirm;	/* seconds, 0 for never */
};

static void out_done(const struct plan *plan)
{
	unsigned int added = plan->changes[CHANGE_ADD].count;
	unsigned int changed = plan->changes[CHANGE_REPLACE].count;
	unsigned int deleted = plan->changes[CHANGE_DELETE].count;

	out_begin(OUT_SENTENCE);
	out_number("added", added);
	out_number("changed", changed);
	out_number("deleted", deleted);
	out_number("unchanged", plan->unchanged);
	out_text("%u added, %u changed, %u deleted, %u unchanged", added, changed, deleted,
		 plan->unchanged);
	out_end();
}

/* When all is done a signal comes too late: the status must not say otherwise. */
static int make_changes(struct conf *conf, const struct plan *plan, unsigned int seconds)
{
	int guard = -1, status;
	sigset_t before;

	if (seconds && plan_size(plan)) {
		guard = confirm_begin(plan, conf, seconds);
		if (guard < 0)
			return EXIT_KERNEL;
	}
	apply_prepare(&nl);
	apply_block_signals(&before);
	status = apply_all(plan, conf, &nl);
	if (guard >= 0)
		confirm_made(guard, !status);
	else if (!status)
		state_set_applied();
	if (status) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return status;
	}
	out_done(plan);
	if (guard >= 0)
		warnx("this is undone in %u s, unless 'pptpgw route confirm' is run", seconds);
	return EXIT_SUCCESS;
}

static int apply_conf(struct conf *conf, const struct apply_options *o)
{
	struct plan plan;
	int status;

	status = begin(conf, &plan);
	if (status)
		return status;
	if (o->dry_run)
		out_plan(conf, &plan);
	status = refuse_conflicts(conf, &plan);
	if (!status && !o->dry_run)
		status = make_changes(conf, &plan, o->confirm);
	end(&plan);
	return status;
}

int routes_apply(struct conf *conf)
{
	const struct apply_options o = { };

	return apply_conf(conf, &o);
}

static int lock_and_apply(struct conf *conf, const struct apply_options *o)
{
	int lock = o->dry_run ? 0 : state_lock();

	return lock < 0 ? EXIT_KERNEL : apply_conf(conf, o);
}

static int parse_seconds(const char *text, unsigned int *seconds)
{
	unsigned long value;
	char *end;

	if (!text) {
		warnx("--confirm needs a number of seconds");
		return EXIT_USAGE;
	}
	value = strtoul(text, &end, 10);
	if (*end || *text < '0' || *text > '9' || !value || value > 86400) {
		warnx("'%s' is not a number of seconds between 1 and 86400", text);
		return EXIT_USAGE;
	}
	*seconds = value;
	return EXIT_SUCCESS;
}

static int parse_apply_options(char **args, struct apply_options *o)
{
	int status = EXIT_SUCCESS;

	for (; *args && !status; args++) {
		if (!strcmp(*args, "--dry-run")) {
			o->dry_run = true;
		} else if (!strcmp(*args, "--confirm")) {
			status = parse_seconds(args[1], &o->confirm);
			args += !status;
		} else {
			warnx("unknown option '%s'", *args);
			status = EXIT_USAGE;
		}
	}
	return status;
}

static int route_apply(char **args)
{
	struct apply_options o = { };
	struct conf conf;
	int status;

	status = parse_apply_options(args, &o);
	if (status)
		return status;
	status = read_conf(&conf) ?: lock_and_apply(&conf, &o);
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
	return args_none(args) ?: confirm_give();
}

static int route_reconcile(char **args)
{
	return args_none(args) ?: reconcile();
}

static const struct command commands[] = {
	{ "show", route_show },
	{ "diff", route_diff },
	{ "apply", route_apply },
	{ "flush", route_flush },
	{ "confirm", route_confirm },
	{ "reconcile", route_reconcile },
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
"\n"
"The configuration is in /etc/pptpgw, or in the file that -conf names: see\n"
"pptpgw.conf(5). Only routes of protocol 217 are shown and changed.\n",
	.commands = commands,
};
