// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/due.h: when something may happen again.
 */
#include "unit.h"

#include "due.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define HZ	250
#define DAY	(24u * 3600 * HZ)

/* Stamps around each place where a difference of ticks changes its sign. */
static const u32 stamps[] = {
	1, 2, HZ, DAY, 0x7fffff00, 0x7fffffff, 0x80000000, 0x80000001,
	0xffffff00, 0xfffffffe, 0xffffffff,
};

static void never_is_due(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stamps); i++)
		assert_true(pgw_is_due(0, stamps[i], HZ));
}

static void not_within_the_interval(void **state)
{
	size_t i;
	u32 age;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stamps); i++)
		for (age = 0; age < HZ; age++)
			assert_false(pgw_is_due(stamps[i], stamps[i] + age,
						HZ));
}

static void from_the_interval_on(void **state)
{
	size_t i;
	u32 age;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stamps); i++)
		for (age = HZ; age < 3 * HZ; age++)
			assert_true(pgw_is_due(stamps[i], stamps[i] + age, HZ));
}

/* Day by day, until the ticks have wrapped. */
static void after_quiet_days(void **state)
{
	size_t i;
	u32 days;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stamps); i++)
		for (days = 1; days < ~0u / DAY; days++)
			assert_true(pgw_is_due(stamps[i],
					       stamps[i] + days * DAY, HZ));
}

static void at_each_half_of_the_ticks(void **state)
{
	static const u32 ages[] = {
		0x7fffffff, 0x80000000, 0x80000001, 0x80000000 + HZ,
		0xfffffffe, 0xffffffff,
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stamps); i++)
		for (j = 0; j < ARRAY_SIZE(ages); j++)
			assert_true(pgw_is_due(stamps[i], stamps[i] + ages[j],
					       HZ));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_is_due),
		cmocka_unit_test(not_within_the_interval),
		cmocka_unit_test(from_the_interval_on),
		cmocka_unit_test(after_quiet_days),
		cmocka_unit_test(at_each_half_of_the_ticks),
	};

	return cmocka_run_group_tests_name("due", tests, NULL, NULL);
}
