// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/retired.c: who has found a route in a cache may use it until the end
 * of a grace period that began after another took its place.
 */
#include "unit.h"

#include "kernel.h"
#include "retired.h"

#define PLACES	64
#define ROUTES	16	/* few, so that they come again */
#define FULL	250	/* routes that wait on a processor */

struct kernel kernel;
static struct dst_entry route[ROUTES + 2 * FULL];
static struct dst_entry *place[PLACES + 2 * FULL];
static unsigned long now;	/* steps of the test */
static unsigned long over;	/* when the grace period began that has just ended, or 0 */
static u32 seed = 1723;

static struct {
	struct rcu_head *head;
	unsigned long since;
} waiting[CPUS];

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	unsigned int i = 0;

	while (i < CPUS && waiting[i].head)
		i++;
	assert_true(i < CPUS);
	head->func = func;
	waiting[i].head = head;
	waiting[i].since = ++now;
}

/* Grace periods that have begun end. Return: false if there were none. */
static bool grace_periods_end(void)
{
	struct rcu_head *head;
	bool any = false;
	unsigned int i;

	for (i = 0; i < CPUS; i++) {
		head = waiting[i].head;
		if (!head)
			continue;
		any = true;
		over = waiting[i].since;
		waiting[i].head = NULL;
		head->func(head);
		over = 0;
	}
	return any;
}

void rcu_barrier(void)
{
	might_sleep();
	grace_periods_end();
}

/* With the last reference the route goes at once: has nobody seen it, or not lately? */
void dst_release(struct dst_entry *dst)
{
	if (!dst)
		return;
	assert_true(dst->refs > 0);
	if (--dst->refs)
		return;
	assert_true(!dst->replaced || dst->replaced < over);
	dst->replaced = 0;
}

/* Cache a route, or none, in the place of what is there. */
static bool replace(struct dst_entry **there, struct dst_entry *dst)
{
	struct dst_entry *old = *there;
	bool is_done;

	if (dst)
		dst->refs++;
	if (old)
		old->replaced = ++now;
	is_done = pgw_retired_replace(there, dst);
	assert_ptr_equal(*there, is_done ? dst : old);
	return is_done;
}

static int begin(void **state)
{
	(void)state;
	kernel = (struct kernel){};
	now = 1;
	return pgw_retired_init();
}

static int end(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < PLACES + 2 * FULL; i++) {
		replace(&place[i], NULL);
		grace_periods_end();
	}
	pgw_retired_exit();
	for (i = 0; i < ROUTES + 2 * FULL; i++)
		assert_int_equal(route[i].refs, 0);
	return 0;
}

static void no_memory(void **state)
{
	(void)state;
	pgw_retired_exit();
	kernel.no_memory = true;
	assert_int_equal(pgw_retired_init(), -ENOMEM);
	kernel.no_memory = false;
	assert_int_equal(pgw_retired_init(), 0);
}

static void stays_for_a_grace_period(void **state)
{
	(void)state;
	assert_true(replace(&place[0], &route[0]));
	assert_true(replace(&place[0], &route[1]));
	assert_int_equal(route[0].refs, 1);
	assert_true(grace_periods_end());
	assert_int_equal(route[0].refs, 0);
	assert_int_equal(route[1].refs, 1);
}

/* The grace period that has begun says nothing of what is replaced meanwhile. */
static void replaced_during_a_grace_period(void **state)
{
	(void)state;
	replace(&place[0], &route[0]);
	replace(&place[0], &route[1]);
	replace(&place[0], &route[2]);
	assert_true(grace_periods_end());
	assert_int_equal(route[0].refs, 0);
	assert_int_equal(route[1].refs, 1);
	assert_true(grace_periods_end());
	assert_int_equal(route[1].refs, 0);
	assert_false(grace_periods_end());
}

/* The same route in many caches does not fill the array, also if there are four of them. */
static void many_have_the_same(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 2 * FULL; i++)
		replace(&place[i], &route[i % 4]);
	for (i = 0; i < 2 * FULL; i++)
		assert_true(replace(&place[i], &route[4]));
	while (grace_periods_end())
		;
	for (i = 0; i < 4; i++)
		assert_int_equal(route[i].refs, 0);
}

/* A route takes its own place. */
static void by_itself(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 3 * FULL; i++)
		assert_true(replace(&place[0], &route[0]));
	while (grace_periods_end())
		;
	assert_int_equal(route[0].refs, 1);
}

static void full(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i <= FULL; i++)
		replace(&place[i], &route[i]);
	for (i = 0; i < FULL; i++)
		assert_true(replace(&place[i], NULL));
	assert_false(replace(&place[FULL], &route[FULL + 1]));
	assert_int_equal(route[FULL + 1].refs, 0);
	kernel.cpu = 1;
	assert_true(replace(&place[FULL], &route[FULL + 1]));
	kernel.cpu = 0;
	while (grace_periods_end())
		;
	assert_true(replace(&place[FULL], NULL));
}

/* In any order, on two processors: dst_release() and end() check what becomes of each. */
static void at_random(void **state)
{
	u32 i, n, done = 0;

	(void)state;
	for (i = 0; i < 200000; i++) {
		n = random32(&seed);
		kernel.cpu = n >> 31;
		if (n % 97 == 0)
			grace_periods_end();
		else
			done += replace(&place[(n >> 8) % PLACES],
					n % 89 ? &route[(n >> 16) % ROUTES] : NULL);
	}
	assert_true(done > 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_memory, begin, end),
		cmocka_unit_test_setup_teardown(stays_for_a_grace_period, begin, end),
		cmocka_unit_test_setup_teardown(replaced_during_a_grace_period, begin, end),
		cmocka_unit_test_setup_teardown(many_have_the_same, begin, end),
		cmocka_unit_test_setup_teardown(by_itself, begin, end),
		cmocka_unit_test_setup_teardown(full, begin, end),
		cmocka_unit_test_setup_teardown(at_random, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
