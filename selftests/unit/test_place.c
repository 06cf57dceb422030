// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/place.h: a walk goes forward, and ends.
 */
#include "unit.h"

#include "place.h"

static void passes_a_hash(void **state)
{
	struct pgw_place place = { .left = 7 };

	(void)state;
	pgw_place_pass(&place, 0);
	assert_true(place.hash == 1);
	pgw_place_pass(&place, 0x7fffffffffffffff);
	assert_true(place.hash == 0x8000000000000000);
	pgw_place_pass(&place, UINT64_MAX - 1);
	assert_true(place.hash == UINT64_MAX);
	assert_false(place.end);
	assert_int_equal(place.left, 7);
}

static void ends_behind_the_last_hash(void **state)
{
	struct pgw_place place = {};

	(void)state;
	pgw_place_pass(&place, UINT64_MAX);
	assert_true(place.end);
}

/*
 * Walk over a table of one chain, with these nodes, for no longer than twice around.
 * Return: how many it saw.
 */
static unsigned int walk(const u64 *hashes, size_t n)
{
	struct pgw_place place = {};
	unsigned int seen = 0;
	size_t i, steps;

	for (steps = 0; !place.end && steps < 2 * (n + 1); steps++) {
		for (i = 0; i < n && hashes[i] < place.hash; i++)
			;
		seen += i < n;
		pgw_place_pass(&place, i < n ? hashes[i] : UINT64_MAX);
	}
	assert_true(place.end);
	return seen;
}

static void walk_passes_the_last_hash_once(void **state)
{
	static const u64 hashes[] = { 0, 1, UINT64_MAX - 1, UINT64_MAX };

	(void)state;
	assert_int_equal(walk(hashes, 4), 4);
	assert_int_equal(walk(hashes + 3, 1), 1);
	assert_int_equal(walk(hashes, 3), 3);
	assert_int_equal(walk(hashes, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_a_hash),
		cmocka_unit_test(ends_behind_the_last_hash),
		cmocka_unit_test(walk_passes_the_last_hash_once),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
