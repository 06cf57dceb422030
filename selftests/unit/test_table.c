// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/table.c: insert, find, walk, remove, start and stop.
 */
#include "unit_table.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define CHAINS	64	/* of a table that has just started */
#define CHAIN	(1ULL << (64 - 6))	/* hashes of each */

static bool grow(void)
{
	return kernel_work(&table.grow);
}

static void each_word_has_a_hash_of_its_own(void **state)
{
	u32 i;
	u64 word;

	(void)state;
	for (i = 0; i < 10000; i++) {
		table.secret = random64() | 1;
		word = random64();
		assert_true(word_of(pgw_hash(&table, word)) == word);
		assert_true(pgw_hash(&table, word_of(0)) == 0);
		assert_true(pgw_hash(&table, word_of(UINT64_MAX)) ==
			    UINT64_MAX);
	}
	table.secret = SECRET;
}

static void empty_table(void **state)
{
	(void)state;
	assert_null(find_word(0));
	assert_null(find_word(UINT64_MAX));
	check_table();
}

static void no_table(void **state)
{
	struct walk walk;

	(void)state;
	stop();
	walk_begin(&walk, PGW_BATCH);
	assert_false(walk_batch(&walk));
	assert_int_equal(walk.n, 0);
	start();
}

static void first_and_last_hash(void **state)
{
	(void)state;
	assert_true(insert_hash(UINT64_MAX));
	assert_true(insert_hash(0));
	check_table();
	insert_random(500);
	assert_true(grow());
	check_table();
	assert_ptr_equal(table.chains->first[0], entries[1]);
}

/* Each end of each chain: a walk is neither to repeat nor to jump. */
static void first_and_last_hash_of_each_chain(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < CHAINS; i++) {
		assert_true(insert_hash(i * CHAIN + CHAIN - 1));
		assert_true(insert_hash(i * CHAIN));
	}
	check_table();
	assert_true(grow());
	check_table();
}

/* Of any secret the key of 255.255.255.255 at both ends is a key like any other. */
static void all_ones_key(void **state)
{
	const struct pgw_key key = { .client = ~0U, .local = ~0U };
	u32 i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		stop();
		start();
		table.secret = random64() | 1;
		assert_true(insert_word(key.word));
		assert_true(insert_word(0));
		assert_false(insert_word(UINT64_MAX));
		check_table();
	}
}

static void duplicates_are_refused(void **state)
{
	u32 i;

	(void)state;
	insert_random(1000);
	for (i = 0; i < 1000; i++)
		assert_false(insert_word(entries[i]->node.key.word));
	assert_true(grow());
	for (i = 0; i < 1000; i++)
		assert_false(insert_word(entries[i]->node.key.word));
	check_table();
}

static void keys_differ_in_one_address(void **state)
{
	const struct pgw_key keys[] = {
		{ .client = 1, .local = 2 }, { .client = 2, .local = 1 },
		{ .client = 1, .local = 1 }, { .client = 2, .local = 2 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_null(find_word(keys[i].word));
		assert_true(insert_word(keys[i].word));
	}
	check_table();
}

static void random_keys_and_growth_at_random(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		insert_random(1);
		if (!(random32(&seed) & 0x3ff))
			grow();
	}
	check_table();
	grow();
	check_table();
	assert_true(pgw_chains_size(table.chains) >= 65536);
}

/* Positions of a chain: first, in the middle, last, and the only one. */
static void removal_at_each_position(void **state)
{
	u32 order[] = { 0, 1, 2, 3 }, i, n;

	(void)state;
	for (n = 1; n <= 4; n++) {
		for (i = 0; i < n; i++) {
			u32 j;

			for (j = 0; j < n; j++)
				assert_true(insert_hash(5 * CHAIN +
							order[j] * CHAIN / 4));
			remove_entry(i);
			check_table();
			while (n_entries) {
				remove_entry(0);
				check_table();
			}
		}
	}
}

static void removal_of_what_is_not_there(void **state)
{
	struct pgw_node other = {};

	(void)state;
	assert_true(insert_hash(17));
	other.key.word = word_of(17);
	assert_false(remove_node(&other));
	other.key.word = word_of(18);
	assert_false(remove_node(&other));
	check_table();
}

/* Who stands there finds the way on. */
static void removed_node_leads_on(void **state)
{
	struct pgw_node *node, *next;

	(void)state;
	assert_true(insert_hash(1));
	assert_true(insert_hash(2));
	node = &entries[0]->node;
	next = &entries[1]->node;
	assert_true(remove_node(node));
	assert_false(remove_node(node));
	assert_ptr_equal(node->next, next);
	free(entries[0]);
	entries[0] = entries[--n_entries];
	check_table();
}

static void removal_wants_its_mutex(void **state)
{
	(void)state;
	assert_true(insert_hash(1));
	expect_assert_failure(pgw_table_remove(&table, &entries[0]->node));
	check_table();
}

static void removal_after_the_stop(void **state)
{
	struct pgw_node node = {};

	(void)state;
	stop();
	assert_false(remove_node(&node));
	start();
}

static void stop_with_growth_to_come(void **state)
{
	(void)state;
	insert_random(CHAINS + 1);
	assert_true(table.grow.is_pending);
	stop();
	assert_false(grow());
	start();
	insert_random(10);
	check_table();
}

static void start_without_memory(void **state)
{
	(void)state;
	stop();
	kernel.no_memory = true;
	assert_int_equal(pgw_table_start(&table, &memcg), -ENOMEM);
	assert_null(table.chains);
	kernel.no_memory = false;
	start();
}

/* A batch looks at 512 nodes and chains, no more, and no node is lost at its end. */
static void walk_in_batches(void **state)
{
	static const u32 sizes[] = { 1, 2, 3, 63, 64, 65, PGW_BATCH };
	struct walk walk;
	u32 i, before;

	(void)state;
	insert_random(1000);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		walk_begin(&walk, sizes[i]);
		do
			before = walk.n;
		while (walk_batch(&walk) && walk.n - before <= sizes[i]);
		assert_true(walk.place.end);
		assert_int_equal(walk.n, n_entries);
	}
}

static void others_change_the_table(struct walk *walk)
{
	u32 i = random32(&seed) % n_entries;

	insert_random(1);
	if (!entries[i]->stays)
		remove_entry(i);
	if (!(walk->n & 0x3f))
		grow();
}

/* Each that stays is seen once; of the others none twice (walk_saw()). */
static void walk_while_others_change_the_table(void **state)
{
	struct walk walk;
	u32 i;

	(void)state;
	insert_random(5000);
	for (i = 0; i < n_entries; i += 2)
		entries[i]->stays = true;
	walk_begin(&walk, 3);
	while (walk_batch(&walk))
		others_change_the_table(&walk);
	for (i = 0; i < n_entries; i++)
		assert_in_range(entries[i]->seen, entries[i]->stays, 1);
	check_table();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(each_word_has_a_hash_of_its_own),
		table_test(empty_table),
		table_test(no_table),
		table_test(first_and_last_hash),
		table_test(first_and_last_hash_of_each_chain),
		table_test(all_ones_key),
		table_test(duplicates_are_refused),
		table_test(keys_differ_in_one_address),
		table_test(random_keys_and_growth_at_random),
		table_test(removal_at_each_position),
		table_test(removal_of_what_is_not_there),
		table_test(removed_node_leads_on),
		table_test(removal_wants_its_mutex),
		table_test(removal_after_the_stop),
		table_test(stop_with_growth_to_come),
		table_test(start_without_memory),
		table_test(walk_in_batches),
		table_test(walk_while_others_change_the_table),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
