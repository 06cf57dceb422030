// SPDX-License-Identifier: GPL-2.0
/*
 * The table of a namespace's peers: by name, and in an order that stays, so that
 * a walk can go on where it stopped.
 *
 * The upper bits of the hash choose the chain, and each chain is sorted by hash. So all
 * nodes have one order, whatever the size of the table, and the chains of a bigger table
 * are pieces of these. The table grows in three steps: find where the pieces begin
 * (fill), publish the bigger table, and end each piece where the next begins (cut), when
 * no reader walks the old chains any more. Until then a piece continues into the next,
 * and may miss nodes inserted at its beginning: a search that continues there finds
 * nothing, as it should, and a walk must stop before it.
 */
#include "table.h"

#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>

#include "compat.h"

#define BITS_MIN	6
#define BITS_MAX	24

/* For pointers that change under the lock only. Context: lock. */
#define table_dereference(table, p) \
	rcu_dereference_protected(p, lockdep_is_held(&(table)->lock))

static u64 node_hash(const struct pgw_table *table, const struct pgw_node *node)
{
	return pgw_hash(table, node->key.word);
}

/* The last hash of a chain. */
static u64 chain_end(const struct pgw_chains *chains, u32 index)
{
	return ((u64)index << chains->shift) | (~0ULL >> (64 - chains->shift));
}

/* The link to the first node from @hash on, of those that follow @link. */
static struct pgw_node __rcu **link_from(struct pgw_table *table,
					 struct pgw_node __rcu **link, u64 hash)
{
	struct pgw_node *node;

	while ((node = table_dereference(table, *link)) &&
	       node_hash(table, node) < hash)
		link = &node->next;
	return link;
}

static struct pgw_node __rcu **link_of(struct pgw_table *table, u64 hash)
{
	struct pgw_chains *chains = table_dereference(table, table->chains);

	return link_from(table, &chains->first[hash >> chains->shift], hash);
}

/* Enter the pieces of a chain in the bigger table. Context: lock. */
static void fill_chain(struct pgw_table *table, u32 index)
{
	struct pgw_chains *chains = table_dereference(table, table->chains);
	struct pgw_chains *bigger = table->bigger;
	struct pgw_node __rcu **link = &chains->first[index];
	unsigned int bits = chains->shift - bigger->shift;
	u32 i = index << bits, end = (index + 1) << bits;
	struct pgw_node *node;

	for (; i < end; i++) {
		link = link_from(table, link, (u64)i << bigger->shift);
		node = table_dereference(table, *link);
		if (node && node_hash(table, node) > chain_end(bigger, i))
			node = NULL;
		rcu_assign_pointer(bigger->first[i], node);
	}
}

/* End a piece where the next begins. Context: lock. */
static void cut_chain(struct pgw_table *table, u32 index)
{
	struct pgw_chains *chains = table_dereference(table, table->chains);
	u64 end = chain_end(chains, index);
	struct pgw_node __rcu **link = &chains->first[index];
	struct pgw_node *node;

	while ((node = table_dereference(table, *link)) &&
	       node_hash(table, node) <= end)
		link = &node->next;
	if (node)
		RCU_INIT_POINTER(*link, NULL);
}

/* Apply a step to all chains, @batch at a time. */
static void for_chains(struct pgw_table *table, u32 n, u32 batch,
		       void (*what)(struct pgw_table *table, u32 index))
{
	u32 i, end;

	for (i = 0; i < n; cond_resched()) {
		end = min(i + batch, n);
		spin_lock_bh(&table->lock);
		for (; i < end; i++) {
			what(table, i);
			if (table->bigger)
				table->filled = i + 1;
		}
		spin_unlock_bh(&table->lock);
	}
}

static struct pgw_chains *chains_alloc(unsigned int bits)
{
	struct pgw_chains *chains;

	chains = kvzalloc(struct_size(chains, first, 1UL << bits),
			  GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (chains)
		chains->shift = 64 - bits;
	return chains;
}

static struct pgw_chains *publish(struct pgw_table *table)
{
	struct pgw_chains *old;

	spin_lock_bh(&table->lock);
	old = rcu_replace_pointer(table->chains, table->bigger,
				  lockdep_is_held(&table->lock));
	table->bigger = NULL;
	spin_unlock_bh(&table->lock);
	return old;
}

/*
 * A batch counts pieces, as a chain has about as many nodes as it will have pieces, which
 * may be thousands if there was no memory to grow earlier.
 * Context: @removal. Consumes @bigger.
 */
static void replace_chains(struct pgw_table *table, struct pgw_chains *bigger)
{
	struct pgw_chains *old;
	unsigned int bits;

	spin_lock_bh(&table->lock);
	table->bigger = bigger;
	table->filled = 0;
	old = table_dereference(table, table->chains);
	spin_unlock_bh(&table->lock);

	bits = old->shift - bigger->shift;
	for_chains(table, pgw_chains_size(old), max(PGW_BATCH >> bits, 1),
		   fill_chain);
	old = publish(table);
	synchronize_rcu();
	kvfree(old);
	for_chains(table, pgw_chains_size(bigger), PGW_BATCH, cut_chain);
}

/*
 * Nobody else changes the number of chains. Inserting meanwhile queues this work once
 * more, which then mostly finds nothing to do. Without memory the chains get longer.
 * Context: process; the table exists.
 */
static void grow_work(struct work_struct *work)
{
	struct pgw_table *table = container_of(work, struct pgw_table, grow);
	unsigned int bits = order_base_2(atomic_read(&table->n));
	struct mem_cgroup *old;
	struct pgw_chains *bigger;

	bits = clamp_t(unsigned int, bits, BITS_MIN, BITS_MAX);
	if (64 - bits >= rcu_dereference_protected(table->chains, true)->shift)
		return;
	old = pgw_charge(table->memcg);
	bigger = chains_alloc(bits);
	pgw_charge(old);
	if (!bigger)
		return;
	mutex_lock(&table->removal);
	replace_chains(table, bigger);
	mutex_unlock(&table->removal);
}

/* Context: lock. Return: false if a node has that key already. */
static bool insert(struct pgw_table *table, struct pgw_node *node)
{
	struct pgw_chains *chains = table_dereference(table, table->chains);
	u64 hash = node_hash(table, node);
	struct pgw_node __rcu **link = link_of(table, hash);
	struct pgw_node *next = table_dereference(table, *link);
	u32 index = hash >> chains->shift;

	if (next && next->key.word == node->key.word)
		return false;
	RCU_INIT_POINTER(node->next, next);
	rcu_assign_pointer(*link, node);
	if (table->bigger && index < table->filled)
		fill_chain(table, index);
	if (atomic_inc_return(&table->n) > pgw_chains_size(chains) &&
	    chains->shift > 64 - BITS_MAX)
		schedule_work(&table->grow);
	return true;
}

/* Context: any but hard interrupts. Return: false if a node has that key already. */
bool pgw_table_insert(struct pgw_table *table, struct pgw_node *node)
{
	bool is_new;

	spin_lock_bh(&table->lock);
	is_new = insert(table, node);
	spin_unlock_bh(&table->lock);
	return is_new;
}

/*
 * Readers at @node still find the next one; the caller frees it after an RCU grace
 * period. Context: @removal. Return: false if it was removed before.
 */
bool pgw_table_remove(struct pgw_table *table, struct pgw_node *node)
{
	struct pgw_node __rcu **link;
	bool is_there = false;

	lockdep_assert_held(&table->removal);
	spin_lock_bh(&table->lock);
	if (rcu_access_pointer(table->chains)) {
		link = link_of(table, node_hash(table, node));
		is_there = table_dereference(table, *link) == node;
	}
	if (is_there) {
		rcu_assign_pointer(*link,
				   table_dereference(table, node->next));
		atomic_dec(&table->n);
	}
	spin_unlock_bh(&table->lock);
	return is_there;
}

/* The first node from @hash on, of its chain and not of a later one. Context: RCU. */
static struct pgw_node *node_from(const struct pgw_table *table,
				  const struct pgw_chains *chains, u64 hash)
{
	u64 end = chain_end(chains, hash >> chains->shift);
	struct pgw_node *node;

	node = rcu_dereference(chains->first[hash >> chains->shift]);
	while (node && node_hash(table, node) < hash)
		node = rcu_dereference(node->next);
	return node && node_hash(table, node) <= end ? node : NULL;
}

/**
 * pgw_table_next - go through a table
 * @table: table, or none
 * @place: in: where to continue, and what is left of the batch; out: past the node
 *
 * A walk sees each node that stays exactly once, whatever comes and goes meanwhile, and
 * also if the table grows. Context: RCU, for no longer than a batch. Return: node, or
 * NULL at the end of the batch or of the table.
 */
struct pgw_node *pgw_table_next(const struct pgw_table *table,
				struct pgw_place *place)
{
	const struct pgw_chains *chains = rcu_dereference(table->chains);
	struct pgw_node *node;

	if (!chains)
		place->end = true;
	while (!place->end && place->left) {
		place->left--;
		node = node_from(table, chains, place->hash);
		if (node) {
			pgw_place_pass(place, node_hash(table, node));
			return node;
		}
		pgw_place_pass(place, chain_end(chains, place->hash >>
						chains->shift));
	}
	return NULL;
}

void pgw_table_init(struct pgw_table *table)
{
	get_random_bytes(&table->secret, sizeof(table->secret));
	table->secret |= 1;
	spin_lock_init(&table->lock);
	mutex_init(&table->removal);
	INIT_WORK(&table->grow, grow_work);
}

/* @memcg: charged; the caller keeps the reference. Context: may sleep. Return: 0 or -ENOMEM. */
int pgw_table_start(struct pgw_table *table, struct mem_cgroup *memcg)
{
	struct pgw_chains *chains = chains_alloc(BITS_MIN);

	if (!chains)
		return -ENOMEM;
	table->memcg = memcg;
	atomic_set(&table->n, 0);
	rcu_assign_pointer(table->chains, chains);
	return 0;
}

/* Nobody inserts any more. Context: may sleep, for as long as @release takes. */
void pgw_table_stop(struct pgw_table *table,
		    void (*release)(struct pgw_node *node))
{
	struct pgw_chains *chains;
	struct pgw_node *node, *next;
	u32 i;

	cancel_work_sync(&table->grow);
	mutex_lock(&table->removal);
	chains = rcu_replace_pointer(table->chains, NULL, true);
	mutex_unlock(&table->removal);
	atomic_set(&table->n, 0);
	synchronize_rcu();
	for (i = 0; i < pgw_chains_size(chains); i++) {
		node = rcu_dereference_protected(chains->first[i], true);
		for (; node; node = next) {
			next = rcu_dereference_protected(node->next, true);
			release(node);
		}
		cond_resched();
	}
	kvfree(chains);
}
