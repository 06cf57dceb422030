// SPDX-License-Identifier: GPL-2.0
#include "route/apply.h"

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/signals.h"
#include "lib/state.h"
#include "lib/tables.h"
#include "route/batch.h"
#include "route/confirmed.h"
#include "route/rollback.h"
#include "route/show.h"
#include "route/text.h"
#include "route/undo.h"

static void report_conflict(const struct conf *conf, const struct change *c)
{
	static char text[ROUTE_TEXT_SIZE];
	char dst[64];

	conf_report(conf, c->new, "%s metric %u is owned by %s: %s",
		    route_dst_text(c->new, dst, sizeof(dst)), c->new->metric,
		    protocol_name(c->old->protocol), route_text(c->old, text, sizeof(text)));
}

int report_conflicts(const struct conf *conf, const struct plan *plan)
{
	const struct changes *c = &plan->changes[CHANGE_CONFLICT];
	unsigned int i;

	for (i = 0; i < c->count; i++)
		report_conflict(conf, &c->list[i]);
	return c->count ? EXIT_KERNEL : EXIT_SUCCESS;
}

static int refuse_conflicts(const struct conf *conf, const struct plan *plan)
{
	int status = report_conflicts(conf, plan);

	return status ? diag_fail(status, "nothing was changed") : status;
}

/* All or nothing; @undone: it is nothing, by a look at the routes. */
static int make_or_undo(struct plan *plan, struct conf *conf, struct nl *nl, bool *undone)
{
	int status = batch_all(plan, conf, nl);

	*undone = status && !undo_plan(plan);
	if (*undone)
		diag("nothing was changed");
	return status;
}

static void note_applied(const struct conf *conf)
{
	confirmed_set(conf);
	state_set_applied();
}

int apply_plan(struct plan *plan, struct conf *conf, struct nl *nl, unsigned int confirm)
{
	int rollback = -1, status;
	sigset_t before;
	bool undone;

	state_take_unchanged();
	if (confirm && !plan_size(plan))
		state_set_unchanged();
	if (confirm && plan_size(plan)) {
		rollback = rollback_begin(plan, conf, confirm);
		if (rollback < 0)
			return EXIT_KERNEL;
	}
	signals_block(&before);
	status = make_or_undo(plan, conf, nl, &undone);
	if (rollback >= 0)
		rollback_made(rollback, !status ? ROLLBACK_MADE : undone ? ROLLBACK_UNDONE :
				       ROLLBACK_TORN);
	else if (!status)
		note_applied(conf);
	if (status)
		sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

static void out_done(const struct plan *plan, unsigned int confirm)
{
	unsigned int added = plan->changes[CHANGE_ADD].count;
	unsigned int changed = plan->changes[CHANGE_REPLACE].count;
	unsigned int deleted = plan->changes[CHANGE_DELETE].count;

	out_begin(OUT_SENTENCE);
	out_number("added", added);
	out_number("changed", changed);
	out_number("deleted", deleted);
	out_number("unchanged", plan->unchanged);
	out_number("held", plan->held);
	out_text("%u added, %u changed, %u deleted, %u unchanged", added, changed, deleted,
		 plan->unchanged);
	out_end();
	if (confirm && plan_size(plan))
		diag("this is undone in %u s, unless 'pptpgw route confirm' is run", confirm);
}

static bool is_possible(const struct route *r)
{
	return !r->held;
}

static void drop_held(struct plan *plan)
{
	changes_filter(&plan->changes[CHANGE_ADD], is_possible);
	changes_filter(&plan->changes[CHANGE_REPLACE], is_possible);
}

/* A conflict, or a route that the kernel refuses, keeps no other one away. */
static int apply_some(struct plan *plan, struct conf *conf, struct nl *nl)
{
	const struct changes *conflict = &plan->changes[CHANGE_CONFLICT];
	int status = report_conflicts(conf, plan);
	struct batch_result result;
	sigset_t before;
	unsigned int i;

	for (i = 0; i < conflict->count; i++)
		conflict->list[i].new->held = true;
	drop_held(plan);
	signals_block(&before);
	if (batch_some(plan, conf, nl, &result))
		status = EXIT_KERNEL;
	drop_held(plan);
	state_set_applied();
	out_done(plan, 0);
	return status;
}

static int make_changes(struct plan *plan, struct conf *conf, struct nl *nl, const void *data)
{
	const struct apply_options *o = data;
	int status;

	if (o->dry_run)
		plan_out(conf, plan);
	if (o->partial)
		return apply_some(plan, conf, nl);
	status = refuse_conflicts(conf, plan);
	if (status || o->dry_run)
		return status;
	status = apply_plan(plan, conf, nl, o->confirm);
	if (!status)
		out_done(plan, o->confirm);
	return status;
}

int apply_conf(struct conf *conf, const struct apply_options *options)
{
	return plan_use(plan_make, conf, make_changes, options);
}
