// SPDX-License-Identifier: GPL-2.0
/*
 * It is not known what the kernel made of requests whose answers were lost, nor what
 * others did since. So what to undo is found by a look at the routes. Read it from the
 * bottom.
 */
#include "route/undo.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/tables.h"
#include "route/batch.h"
#include "route/raw.h"
#include "route/rtnl.h"
#include "route/text.h"

/* How often it is tried, and how long it waits before the second time. */
#define ATTEMPTS 10
#define PAUSE_US 2000

#define REASON_SIZE 256

/**
 * struct trace - a change of the plan, and what is there of it
 * @change: the change
 * @next: number of the next trace in its bucket, from 1; 0 at the end
 * @old: the route that was there before, or NULL
 * @old_there: it is there
 * @new_there: the kernel's of the route that was made, or NULL
 * @foreign: another owner's with the same key, or NULL
 */
struct trace {
	const struct change *change;
	unsigned int next;
	const struct route *old;
	bool old_there;
	const struct route *new_there;
	const struct route *foreign;
};

/**
 * struct look - a look at what a plan made
 * @traces: of its changes
 * @count: how many
 * @buckets: numbers of the first trace by hash of the key, from 1
 * @size: how many buckets, a power of 2
 * @todo: changes that undo the rest
 */
struct look {
	struct trace *traces;
	unsigned int count;
	unsigned int *buckets, size;
	struct plan todo;
};

static const struct route *key_of(const struct change *c)
{
	return c->old ?: c->new;
}

static unsigned int bucket_of(const struct look *look, const struct route *key)
{
	return route_hash(key) & (look->size - 1);
}

/* The next trace of that key after @t; after none if NULL. */
static struct trace *next_of_key(const struct look *look, const struct route *key,
				 const struct trace *t)
{
	unsigned int number = t ? t->next : look->buckets[bucket_of(look, key)];

	while (number && !route_same_key(key_of(look->traces[number - 1].change), key))
		number = look->traces[number - 1].next;
	return number ? &look->traces[number - 1] : NULL;
}

/* It may be of several changes, where the plan has it deleted twice. */
static bool note_old(struct look *look, const struct route *has)
{
	const struct nlmsghdr *raw = route_keep(&look->todo.pool, has)->raw;
	struct trace *t = NULL;
	bool found = false;

	while ((t = next_of_key(look, has, t))) {
		if (!t->old || !(t->old->raw ? raw_equal(t->old->raw, raw)
					     : route_matches(t->old, has)))
			continue;
		t->old_there = true;
		found = true;
	}
	return found;
}

/* A route that could not be added for one that was there already is not the plan's. */
static void note_new(struct look *look, const struct route *has)
{
	struct trace *t = NULL;

	while ((t = next_of_key(look, has, t))) {
		if (!t->change->new || t->new_there || !route_matches(t->change->new, has) ||
		    (!t->change->old && t->change->new->held))
			continue;
		t->new_there = route_keep(&look->todo.pool, has);
		return;
	}
}

static void note_foreign(struct look *look, const struct route *has)
{
	struct trace *t = NULL;

	while ((t = next_of_key(look, has, t)))
		t->foreign = route_keep(&look->todo.pool, has);
}

static void note_route(const struct route *has, void *data)
{
	struct look *look = data;

	if (!next_of_key(look, has, NULL))
		return;
	if (has->protocol != ROUTE_PROTOCOL)
		note_foreign(look, has);
	else if (!note_old(look, has))
		note_new(look, has);
}

/* What only may have to be restored was there before. */
static const struct route *old_of(const struct change *c, enum change_kind kind)
{
	return kind == CHANGE_RESTORE && c->new && c->new->state == ROUTE_SAME ? c->new : c->old;
}

static void trace_change(struct look *look, const struct change *c, enum change_kind kind)
{
	unsigned int bucket = bucket_of(look, key_of(c));

	look->traces[look->count] = (struct trace){
		.change = c,
		.old = old_of(c, kind),
		.next = look->buckets[bucket],
	};
	look->buckets[bucket] = ++look->count;
}

static void look_begin(struct look *look, const struct plan *plan)
{
	unsigned int kind, i, count = 0;

	memset(look, 0, sizeof(*look));
	obstack_init(&look->todo.pool);
	for (kind = CHANGE_ADD; kind <= CHANGE_RESTORE; kind++)
		count += plan->changes[kind].count;
	for (look->size = 16; look->size < count; look->size *= 2)
		;
	look->traces = calloc(count + 1, sizeof(*look->traces));
	look->buckets = calloc(look->size, sizeof(*look->buckets));
	if (!look->traces || !look->buckets)
		err(EXIT_KERNEL, NULL);
	for (kind = CHANGE_ADD; kind <= CHANGE_RESTORE; kind++)
		for (i = 0; i + plan->unsent[kind] < plan->changes[kind].count; i++)
			trace_change(look, &plan->changes[kind].list[i], kind);
}

static void look_end(struct look *look)
{
	free(look->traces);
	free(look->buckets);
	plan_free(&look->todo);
}

static bool is_alone(const struct look *look, const struct trace *t)
{
	const struct route *key = key_of(t->change);
	const struct trace *first = next_of_key(look, key, NULL);

	return first == t && !next_of_key(look, key, t);
}

/*
 * Where another owner's route has come, the kernel must not put ours in its place.
 * IPv6 would make one route of both.
 */
static void plan_trace(struct look *look, const struct trace *t)
{
	const struct route *old = t->old;
	bool missing = old && !t->old_there, alone = is_alone(look, t) && !t->foreign;
	struct route *back = (struct route *)old;

	if (missing && t->new_there && alone) {
		plan_add(&look->todo, CHANGE_REPLACE, t->new_there, back);
		return;
	}
	if (t->new_there)
		plan_add(&look->todo, CHANGE_DELETE, t->new_there, NULL);
	if (!missing)
		return;
	if (alone)
		plan_add(&look->todo, CHANGE_ADD, NULL, back);
	else if (old->family == AF_INET || !t->foreign)
		plan_add(&look->todo, CHANGE_RESTORE, NULL, back);
	else
		plan_add(&look->todo, CHANGE_CONFLICT, t->foreign, back);
}

static bool is_direct(const struct trace *t)
{
	const struct route *old = t->old;

	return old && old->hop_count == 1 && !old->hop.family;
}

/* On the routes without a gateway the others' gateways may depend. */
static int look_at_routes(struct look *look, struct nl *nl)
{
	int status, direct;
	unsigned int i;

	status = route_dump(nl, 0, note_route, look);
	for (direct = 1; !status && direct >= 0; direct--)
		for (i = 0; i < look->count; i++)
			if (is_direct(&look->traces[i]) == direct)
				plan_trace(look, &look->traces[i]);
	return status;
}

static unsigned int left_of(const struct plan *todo)
{
	return plan_size(todo) + todo->changes[CHANGE_RESTORE].count;
}

static int report_conflicts(const struct plan *todo)
{
	const struct changes *lost = &todo->changes[CHANGE_CONFLICT];
	static char text[ROUTE_TEXT_SIZE];
	unsigned int i;

	for (i = 0; i < lost->count; i++)
		diag("%s was not put back: %s has a route in its place",
		     route_text(lost->list[i].new, text, sizeof(text)),
		     protocol_name(lost->list[i].old->protocol));
	return lost->count ? EXIT_KERNEL : EXIT_SUCCESS;
}

static const struct route *first_left(const struct plan *todo)
{
	unsigned int kind;

	for (kind = CHANGE_ADD; kind < CHANGE_RESTORE && !todo->changes[kind].count; kind++)
		;
	return todo->changes[kind].list[0].new ?: todo->changes[kind].list[0].old;
}

/* Only the last time the messages are for the user. */
static int look_quietly(struct look *look, struct nl *nl, bool last)
{
	struct diag_list ignored;
	int status;

	if (!last)
		diag_collect(&ignored);
	status = rtnl_open(nl) ?: look_at_routes(look, nl);
	if (last && !status && nl->interrupted)
		status = diag_fail(EXIT_KERNEL, "the routes change faster than they can be read");
	if (!last) {
		diag_end();
		diag_free(&ignored);
	}
	return status;
}

static int report_rest(const struct plan *todo, unsigned int left, const char *reason)
{
	static char text[ROUTE_TEXT_SIZE];

	route_text(first_left(todo), text, sizeof(text));
	return diag_fail(EXIT_KERNEL, "%u routes are not as they were, the first is %s%s%s", left,
			 text, *reason ? ": " : "", reason);
}

/* Look, and do what is to be done; true if that is nothing, or if this is the @last time. */
static bool attempt(const struct plan *plan, bool last, char *reason, int *status)
{
	static struct nl nl;
	struct batch_result result;
	struct look look;
	unsigned int left;

	look_begin(&look, plan);
	*status = look_quietly(&look, &nl, last);
	left = left_of(&look.todo);
	if (*status) {
		if (last)
			diag("what was changed may not be undone");
	} else if (!left && !nl.interrupted) {
		*status = report_conflicts(&look.todo);
		last = true;
	} else if (last) {
		*status = report_rest(&look.todo, left, reason);
	} else if (batch_some(&look.todo, NULL, &nl, &result)) {
		snprintf(reason, REASON_SIZE, "%s", result.message);
	}
	nl_close(&nl);
	look_end(&look);
	return last;
}

int undo_plan(const struct plan *plan)
{
	char reason[REASON_SIZE] = "";
	int status, i;

	for (i = 1; !attempt(plan, i == ATTEMPTS, reason, &status); i++)
		usleep(PAUSE_US << i);
	return status;
}
