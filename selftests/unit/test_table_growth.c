// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/table.c while it grows: what others insert, find and walk
 * between its steps.
 */
#include "unit_table.h"

/**
 * struct growth - what the others do while the table grows
 * @others: what they do at each point
 * @old: the chains from before
 * @n_old: entries that were there when the bigger ones were published
 * @is_published: the bigger ones are
 * @points: how often the others could run
 * @walk: goes on a little at each point
 */
static struct growth {
	void (*others)(void);
	struct pgw_chains *old;
	u32 n_old;
	bool is_published;
	u32 points;
	struct walk walk;
} growth;

/* Until its end, a reader of the old chains finds all that was there. */
static void check_old_chains(void)
{
	struct pgw_node *node;
	u64 hash;
	u32 i;

	for (i = 0; i < growth.n_old; i++) {
		hash = hash_of(entries[i]);
		node = growth.old->first[hash >> growth.old->shift];
		while (node && node != &entries[i]->node)
			node = node->next;
		assert_non_null(node);
	}
}

/*
 * Nobody may remove a node now: the chains' ends are not where they seem. What holds
 * before a lock, holds after the unlocking before it, too.
 */
static void during_growth(enum kernel_point point)
{
	if (!table.removal.is_held) {
		assert_null(table.bigger);
		return;
	}
	if (point == BEFORE_LOCK)
		return;
	growth.points++;
	if (point == SYNCHRONIZE_RCU) {
		growth.is_published = true;
		check_old_chains();
	}
	growth.others();
	if (table.bigger)
		growth.n_old = n_entries;
}

static void grow_with(void (*others)(void))
{
	growth.others = others;
	growth.old = table.chains;
	growth.n_old = n_entries;
	growth.is_published = false;
	growth.points = 0;
	kernel.between = during_growth;
	assert_true(kernel_work(&table.grow));
	kernel.between = NULL;
	assert_true(growth.is_published);
}

/* Both ends of a piece, or of an old chain, and what is next to them. */
static void insert_at_an_end(void)
{
	const struct pgw_chains *chains = table.bigger;
	u64 hash = random64();

	if (!chains || random32(&seed) & 1)
		chains = table.chains;
	hash &= ~0ULL << chains->shift;
	hash += (u64)(random32(&seed) % 4) - 2;
	insert_hash(hash);
}

static void insert_anywhere(void)
{
	u32 i;

	for (i = 0; i < 10; i++) {
		insert_at_an_end();
		insert_random(1);
		assert_false(insert_word(entries[n_entries - 1]->node.key.word));
	}
}

static void insert_and_check(void)
{
	insert_anywhere();
	check_finds();
	check_walk();
}

/* Several batches to fill, and some to cut. */
static void inserts_while_it_grows(void **state)
{
	(void)state;
	insert_random(1500);
	kernel_work(&table.grow);
	assert_int_equal(pgw_chains_size(table.chains), 2048);
	insert_random(1000);
	grow_with(insert_and_check);
	assert_int_equal(pgw_chains_size(table.chains), 4096);
	assert_in_range(growth.points, 20, 100);
	check_table();
}

/* All is in an eighth of the chains: the pieces of the others begin empty. */
static void inserts_into_empty_pieces(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 2000; i++)
		insert_hash(random64() >> 3);
	grow_with(insert_and_check);
	assert_int_equal(pgw_chains_size(table.chains), 2048);
	check_table();
}

/* A hash that is in a piece which is empty when the bigger chains are published. */
static void insert_into_the_gap(void)
{
	if (growth.is_published && n_entries < 100) {
		assert_true(insert_hash(0x02ULL << 56 | 5));
		assert_true(insert_hash(0x03ULL << 56 | 4));
		insert_random(100 - n_entries);
	}
	check_finds();
	check_walk();
}

/* The piece before runs on into the piece behind until it is cut. */
static void walk_does_not_jump_an_empty_piece(void **state)
{
	(void)state;
	assert_true(insert_hash(0x00ULL << 56 | 1));
	assert_true(insert_hash(0x03ULL << 56 | 5));
	while (n_entries < 65)
		insert_hash(random64() | 1ULL << 63);
	grow_with(insert_into_the_gap);
	check_table();
}

static void refuse_duplicates(void)
{
	u32 i;

	for (i = 0; i < n_entries; i++)
		assert_false(insert_word(entries[i]->node.key.word));
}

static void duplicates_while_it_grows(void **state)
{
	(void)state;
	insert_random(1500);
	grow_with(refuse_duplicates);
	check_table();
}

static void walk_on(void)
{
	insert_anywhere();
	if (!growth.walk.place.end)
		walk_batch(&growth.walk);
}

/* A walk that begins before the growth, and ends after it. */
static void walk_across_growth(void **state)
{
	u32 batch, i;

	(void)state;
	for (batch = 1; batch < 64; batch += 3) {
		insert_random(1500);
		for (i = 0; i < n_entries; i++)
			entries[i]->stays = true;
		walk_begin(&growth.walk, batch);
		walk_batch(&growth.walk);
		grow_with(walk_on);
		while (walk_batch(&growth.walk))
			;
		for (i = 0; i < n_entries; i++)
			assert_in_range(entries[i]->seen, entries[i]->stays, 1);
		check_table();
		stop();
		start();
	}
}

/* Removed when the growth is over: no chain leads there any more. */
static void removal_after_growth(void **state)
{
	(void)state;
	insert_random(1500);
	grow_with(insert_anywhere);
	while (n_entries) {
		remove_entry(random32(&seed) % n_entries);
		if (!(n_entries & 0xff))
			check_table();
	}
	check_table();
}

static void nothing(void)
{
}

static void fills_up(void)
{
	insert_random(200);
}

/* What came meanwhile calls for another growth. */
static void growth_after_growth(void **state)
{
	(void)state;
	insert_random(1025);
	grow_with(fills_up);
	assert_true(table.grow.is_pending);
	grow_with(insert_and_check);
	assert_true(pgw_chains_size(table.chains) >= 4096);
	check_table();
}

static void growth_that_is_not_needed(void **state)
{
	(void)state;
	insert_random(1000);
	while (n_entries > 10)
		remove_entry(0);
	kernel.allocations = 0;
	assert_true(kernel_work(&table.grow));
	assert_int_equal(pgw_chains_size(table.chains), 64);
	assert_int_equal(kernel.allocations, 0);
	check_table();
}

static void growth_without_memory(void **state)
{
	(void)state;
	kernel.no_memory = true;
	insert_random(1500);
	assert_true(kernel_work(&table.grow));
	assert_int_equal(pgw_chains_size(table.chains), 64);
	check_table();
	remove_entry(0);

	kernel.no_memory = false;
	insert_random(1);
	grow_with(insert_and_check);
	assert_int_equal(pgw_chains_size(table.chains), 2048);
	check_table();
}

static void growth_is_charged(void **state)
{
	(void)state;
	insert_random(65);
	grow_with(nothing);
	assert_ptr_equal(kernel.charged, &memcg);
	assert_null(kernel.memcg);
	assert_int_equal(kernel.grace_periods, 1);
}

/* Packets wait for the lock: that it was put off for long must not be their loss. */
static void growth_holds_the_lock_shortly(void **state)
{
	(void)state;
	kernel.no_memory = true;
	insert_random(20000);
	kernel.no_memory = false;
	kernel.most_steps = 0;
	grow_with(nothing);
	assert_int_equal(pgw_chains_size(table.chains), 32768);
	assert_in_range(kernel.most_steps, 1, 20000 / 64 * 6);
	check_table();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(inserts_while_it_grows),
		table_test(inserts_into_empty_pieces),
		table_test(walk_does_not_jump_an_empty_piece),
		table_test(duplicates_while_it_grows),
		table_test(walk_across_growth),
		table_test(removal_after_growth),
		table_test(growth_after_growth),
		table_test(growth_that_is_not_needed),
		table_test(growth_without_memory),
		table_test(growth_is_charged),
		table_test(growth_holds_the_lock_shortly),
	};

	return cmocka_run_group_tests_name("table_growth", tests, NULL, NULL);
}
