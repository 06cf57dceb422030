/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests of module/table.c share: a table, what the test put into it,
 * and checks that what it says is that. One file of a program includes it.
 */
#ifndef UNIT_TABLE_H
#define UNIT_TABLE_H

#include "unit.h"

#include "table.h"

#define SECRET		0x9e3779b97f4a7c15
#define ENTRIES_MAX	131072

/* A node of the test; the node is the first member, as it is of a peer. */
struct entry {
	struct pgw_node node;
	bool stays;		/* others may be removed */
	unsigned int seen;	/* by a walk */
	unsigned int released;
};

/**
 * struct walk - goes through the table
 * @place: how far it has come
 * @batch: nodes and chains to look at without a pause
 * @last: hash of the node before
 * @n: nodes it saw
 * @left_to_look: chains and nodes; a walk without an end fails
 */
struct walk {
	struct pgw_place place;
	u32 batch;
	u64 last;
	u32 n;
	u64 left_to_look;
};

struct kernel kernel;
static struct pgw_table table;
static struct mem_cgroup memcg;
static struct entry *entries[ENTRIES_MAX];
static u32 n_entries;
static u32 seed = 1723;

static inline u64 random64(void)
{
	return (u64)random32(&seed) << 32 | random32(&seed);
}

/* The word whose hash it is: the hash's steps undone, the last first. */
static inline u64 word_of(u64 hash)
{
	u64 inverse = table.secret;	/* right in the 3 lowest bits; then 6, 12... */
	int i;

	for (i = 0; i < 5; i++)
		inverse *= 2 - table.secret * inverse;
	hash *= inverse;
	hash ^= hash >> 32;
	return hash * inverse;
}

static inline u64 hash_of(const struct entry *entry)
{
	return pgw_hash(&table, entry->node.key.word);
}

static inline bool insert_word(u64 word)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	assert_in_range(n_entries, 0, ENTRIES_MAX - 1);
	assert_non_null(entry);
	entry->node.key.word = word;
	if (!pgw_table_insert(&table, &entry->node)) {
		free(entry);
		return false;
	}
	entries[n_entries++] = entry;
	return true;
}

static inline bool insert_hash(u64 hash)
{
	return insert_word(word_of(hash));
}

static inline void insert_random(u32 n)
{
	while (n--)
		assert_true(insert_word(random64()));
}

static inline struct pgw_node *find_word(u64 word)
{
	const struct pgw_key key = { .word = word };
	struct pgw_node *node;

	rcu_read_lock();
	node = pgw_table_find(&table, &key);
	rcu_read_unlock();
	return node;
}

static inline bool remove_node(struct pgw_node *node)
{
	bool is_removed;

	mutex_lock(&table.removal);
	rcu_read_lock();
	is_removed = pgw_table_remove(&table, node);
	rcu_read_unlock();
	mutex_unlock(&table.removal);
	return is_removed;
}

static inline void remove_entry(u32 i)
{
	assert_true(remove_node(&entries[i]->node));
	assert_null(find_word(entries[i]->node.key.word));
	free(entries[i]);
	entries[i] = entries[--n_entries];
}

static inline void walk_begin(struct walk *walk, u32 batch)
{
	u32 i;

	*walk = (struct walk){ .batch = batch, .left_to_look = 1 << 20 };
	for (i = 0; i < n_entries; i++)
		entries[i]->seen = 0;
}

static inline void walk_saw(struct walk *walk, struct pgw_node *node)
{
	struct entry *entry = (struct entry *)node;
	u64 hash = hash_of(entry);

	assert_true(!walk->n || hash > walk->last);
	walk->last = hash;
	walk->n++;
	entry->seen++;
}

/* Return: false at the end of the table. */
static inline bool walk_batch(struct walk *walk)
{
	struct pgw_node *node;

	assert_in_range(walk->batch, 1, walk->left_to_look);
	walk->left_to_look -= walk->batch;
	walk->place.left = walk->batch;
	rcu_read_lock();
	while ((node = pgw_table_next(&table, &walk->place)))
		walk_saw(walk, node);
	rcu_read_unlock();
	return !walk->place.end;
}

static inline void check_walk(void)
{
	struct walk walk;
	u32 i;

	walk_begin(&walk, PGW_BATCH);
	while (walk_batch(&walk))
		;
	for (i = 0; i < n_entries; i++)
		assert_int_equal(entries[i]->seen, 1);
	assert_int_equal(walk.n, n_entries);
}

static inline void check_finds(void)
{
	u32 i;

	for (i = 0; i < n_entries; i++)
		assert_ptr_equal(find_word(entries[i]->node.key.word),
				 entries[i]);
}

static inline u32 check_chain(const struct pgw_chains *chains, u32 index)
{
	struct pgw_node *node = chains->first[index];
	u32 n = 0;

	for (; node; node = node->next, n++) {
		assert_int_equal(pgw_hash(&table, node->key.word) >>
				 chains->shift, index);
		assert_true(!node->next ||
			    pgw_hash(&table, node->key.word) <
			    pgw_hash(&table, node->next->key.word));
	}
	return n;
}

/* While the table does not grow, a chain holds its own nodes only. */
static inline void check_chains(void)
{
	u32 i, n = 0;

	for (i = 0; i < pgw_chains_size(table.chains); i++)
		n += check_chain(table.chains, i);
	assert_int_equal(n, n_entries);
}

static inline void check_table(void)
{
	assert_int_equal(atomic_read(&table.n), n_entries);
	check_chains();
	check_finds();
	check_walk();
}

static inline void release(struct pgw_node *node)
{
	must(!kernel.spinning && !kernel.readers);
	((struct entry *)node)->released++;
}

static inline void start(void)
{
	assert_int_equal(pgw_table_start(&table, &memcg), 0);
}

static inline void stop(void)
{
	u32 i;

	pgw_table_stop(&table, release);
	for (i = 0; i < n_entries; i++) {
		assert_int_equal(entries[i]->released, 1);
		free(entries[i]);
	}
	n_entries = 0;
	assert_null(table.chains);
	assert_int_equal(atomic_read(&table.n), 0);
}

static inline int set_up(void **state)
{
	(void)state;
	kernel = (struct kernel){};
	n_entries = 0;
	pgw_table_init(&table);
	table.secret = SECRET;
	start();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	if (kernel.spinning || kernel.sleeping_locks || kernel.readers)
		return -1;
	kernel.between = NULL;
	stop();
	return 0;
}

#define table_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* UNIT_TABLE_H */
