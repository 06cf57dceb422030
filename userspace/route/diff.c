// SPDX-License-Identifier: GPL-2.0
#include "route/diff.h"

#include <string.h>

#include "lib/diag.h"
#include "lib/memory.h"
#include "route/raw.h"
#include "route/rtnl.h"

/* How often a table that changes while it is read is read again. */
#define DUMPS_MAX 10

struct planning {
	struct plan *plan;
	struct conf *conf;
	struct nl *nl;
	void (*foreign)(const struct route *has, void *data);
	void *data;
};

void plan_add(struct plan *plan, enum change_kind kind, const struct route *old,
	      struct route *new)
{
	struct changes *c = &plan->changes[kind];

	c->list = grow(c->list, c->count, sizeof(*c->list));
	c->list[c->count++] = (struct change){ old, new };
}

/* A second route with the key of @wanted is the wanted one: the first only has to go. */
static void prefer_second(struct plan *plan, struct route *wanted)
{
	struct changes *c = &plan->changes[CHANGE_REPLACE];
	unsigned int i;

	wanted->state = ROUTE_SAME;
	plan->unchanged++;
	for (i = 0; i < c->count && c->list[i].new != wanted; i++)
		;
	if (i == c->count)
		return;
	plan_add(plan, CHANGE_DELETE, c->list[i].old, NULL);
	c->list[i] = c->list[--c->count];
}

/*
 * A second route with the same key may come of "ip route append". The very same
 * one is the first again: so are IPv6 routes dumped while others come and go.
 */
static void compare_route(const struct route *has, void *data)
{
	struct planning *p = data;
	struct route *wanted;
	bool matches;

	if (has->protocol != ROUTE_PROTOCOL) {
		p->foreign(has, p->data);
		return;
	}
	wanted = conf_find(p->conf, has);
	matches = wanted && route_matches(wanted, has);
	if (matches && wanted->state == ROUTE_SAME)
		return;
	if (matches && wanted->state == ROUTE_DIFFERENT) {
		prefer_second(p->plan, wanted);
	} else if (!wanted || (wanted->state != ROUTE_ABSENT && !wanted->held)) {
		plan_add(p->plan, CHANGE_DELETE, route_keep(&p->plan->pool, has), NULL);
	} else if (matches) {
		wanted->state = ROUTE_SAME;
		p->plan->unchanged++;
	} else if (wanted->state == ROUTE_ABSENT) {
		wanted->state = ROUTE_DIFFERENT;
		if (!wanted->held)
			plan_add(p->plan, CHANGE_REPLACE, route_keep(&p->plan->pool, has), wanted);
	}
}

/*
 * Several routes with the key of one of the configuration: a request to delete one of
 * them may be less specific than the wanted one, which the kernel would delete then.
 */
static void restore_twins(struct planning *p)
{
	const struct changes *deleted = &p->plan->changes[CHANGE_DELETE];
	struct route *wanted;
	unsigned int i;

	for (i = 0; i < deleted->count; i++) {
		wanted = conf_find(p->conf, deleted->list[i].old);
		if (!wanted || !route_may_name(deleted->list[i].old, wanted))
			continue;
		plan_add(p->plan, CHANGE_RESTORE, deleted->list[i].old, NULL);
		wanted->twin = true;
	}
	for (i = 0; p->plan->changes[CHANGE_RESTORE].count && i < p->conf->route_count; i++)
		if (p->conf->routes[i].twin)
			plan_add(p->plan, CHANGE_RESTORE, NULL, &p->conf->routes[i]);
}

static void begin_plan(struct planning *p)
{
	unsigned int i;

	memset(p->plan, 0, sizeof(*p->plan));
	obstack_init(&p->plan->pool);
	for (i = 0; i < p->conf->route_count; i++) {
		p->conf->routes[i].state = ROUTE_ABSENT;
		p->conf->routes[i].twin = false;
		p->conf->routes[i].conflict = false;
	}
}

/* If only our own are needed, the kernel leaves out the rest, however many these are. */
static int compare_ours(struct planning *p)
{
	unsigned int i;
	int status;

	for (i = 0; i < DUMPS_MAX; i++) {
		begin_plan(p);
		status = route_dump(p->nl, p->foreign ? 0 : ROUTE_PROTOCOL, compare_route, p);
		if (!status && !p->nl->interrupted)
			return EXIT_SUCCESS;
		plan_free(p->plan);
		if (status)
			return status;
	}
	return diag_fail(EXIT_KERNEL, "the routes change faster than they can be read");
}

static void add_missing(struct planning *p, bool direct)
{
	struct route *r = p->conf->routes, *end = r + p->conf->route_count;

	for (; r < end; r++)
		if (r->state == ROUTE_ABSENT && !r->held &&
		    (r->hop_count == 1 && !r->hop.family) == direct)
			plan_add(p->plan, CHANGE_ADD, NULL, r);
}

static void find_conflict(const struct route *has, void *data)
{
	struct planning *p = data;
	struct route *wanted;

	if (has->protocol == ROUTE_PROTOCOL)
		return;
	wanted = conf_find(p->conf, has);
	if (!wanted || wanted->state == ROUTE_SAME || wanted->held || wanted->conflict)
		return;
	wanted->conflict = true;
	plan_add(p->plan, CHANGE_CONFLICT, route_keep(&p->plan->pool, has), wanted);
}

void changes_filter(struct changes *c, bool (*stays)(const struct route *new))
{
	unsigned int i, kept = 0;

	for (i = 0; i < c->count; i++)
		if (stays(c->list[i].new))
			c->list[kept++] = c->list[i];
	c->count = kept;
}

/* What is in conflict is not to be changed. */
static bool is_free(const struct route *r)
{
	return !r->conflict;
}

/* If this is interrupted, the kernel refuses to add over what was missed. */
static int find_conflicts(struct planning *p)
{
	struct changes *c = p->plan->changes;
	int status;

	if (!c[CHANGE_ADD].count && !c[CHANGE_REPLACE].count)
		return EXIT_SUCCESS;
	status = route_dump(p->nl, 0, find_conflict, p);
	if (c[CHANGE_CONFLICT].count) {
		changes_filter(&c[CHANGE_ADD], is_free);
		changes_filter(&c[CHANGE_REPLACE], is_free);
	}
	return status;
}

static void count_held(struct planning *p)
{
	unsigned int i;

	for (i = 0; i < p->conf->route_count; i++)
		p->plan->held += p->conf->routes[i].held && p->conf->routes[i].state != ROUTE_SAME;
}

int plan_make(struct plan *plan, struct conf *conf, struct nl *nl)
{
	return plan_make_beside(plan, conf, nl, NULL, NULL);
}

int plan_make_beside(struct plan *plan, struct conf *conf, struct nl *nl,
		     void (*foreign)(const struct route *has, void *data), void *data)
{
	struct planning p = { plan, conf, nl, foreign, data };
	int status = compare_ours(&p);

	if (status)
		return status;
	add_missing(&p, true);
	add_missing(&p, false);
	restore_twins(&p);
	count_held(&p);
	status = find_conflicts(&p);
	if (status)
		plan_free(plan);
	return status;
}

void plan_free(struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < CHANGE_KINDS; i++)
		free(plan->changes[i].list);
	obstack_free(&plan->pool, NULL);
}

int plan_use(int (*make)(struct plan *plan, struct conf *conf, struct nl *nl), struct conf *conf,
	     int (*use)(struct plan *plan, struct conf *conf, struct nl *nl, const void *data),
	     const void *data)
{
	struct plan plan;
	struct nl nl;
	int status;

	status = rtnl_open(&nl);
	if (status)
		return status;
	status = make(&plan, conf, &nl);
	if (!status) {
		status = use(&plan, conf, &nl, data);
		plan_free(&plan);
	}
	nl_close(&nl);
	return status;
}

unsigned int plan_size(const struct plan *plan)
{
	return plan->changes[CHANGE_ADD].count + plan->changes[CHANGE_REPLACE].count +
	       plan->changes[CHANGE_DELETE].count;
}
