// SPDX-License-Identifier: GPL-2.0
/*
 * The table of a namespace's peers: by name, and in an order that stays, so that
 * a dump can go on where it stopped. It has its size from the start: what it is
 * for is bounded by max_peers.
 */
#include "table.h"

#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/slab.h>

/* What only changes under the lock, which the caller holds. */
#define table_dereference(table, p) \
	rcu_dereference_protected(p, lockdep_is_held(&(table)->lock))

/* The link to the first node that does not come before @word in its chain. */
static struct pgw_node __rcu **link_of(struct pgw_table *table, u64 word)
{
	struct pgw_node __rcu **chains;
	struct pgw_node __rcu **link;
	struct pgw_node *node;

	chains = table_dereference(table, table->chains);
	link = &chains[pgw_hash(table, word)];
	while ((node = table_dereference(table, *link)) &&
	       node->key.word < word)
		link = &node->next;
	return link;
}

/* Context: any but hard interrupts. Return: false if there is one of its name. */
bool pgw_table_insert(struct pgw_table *table, struct pgw_node *node)
{
	struct pgw_node __rcu **link;
	struct pgw_node *next;
	bool is_new;

	spin_lock_bh(&table->lock);
	link = link_of(table, node->key.word);
	next = table_dereference(table, *link);
	is_new = !next || next->key.word != node->key.word;
	if (is_new) {
		RCU_INIT_POINTER(node->next, next);
		rcu_assign_pointer(*link, node);
		atomic_inc(&table->n);
	}
	spin_unlock_bh(&table->lock);
	return is_new;
}

/*
 * Who is at @node finds the way on; it is the caller's to free after a grace
 * period. Context: likewise. Return: false if somebody else removed it.
 */
bool pgw_table_remove(struct pgw_table *table, struct pgw_node *node)
{
	struct pgw_node __rcu **link;
	bool is_there;

	spin_lock_bh(&table->lock);
	link = link_of(table, node->key.word);
	is_there = table_dereference(table, *link) == node;
	if (is_there) {
		rcu_assign_pointer(*link,
				   table_dereference(table, node->next));
		atomic_dec(&table->n);
	}
	spin_unlock_bh(&table->lock);
	return is_there;
}

/**
 * pgw_table_next - go through a table
 * @table: table, or none
 * @place: in: where to look first; out: the place of the node
 *
 * A node's place does not change: who goes on at the place after it (see
 * pgw_place_pass()) sees each node that stays exactly once, whatever comes and
 * goes meanwhile. Context: RCU. Return: node, or NULL.
 */
struct pgw_node *pgw_table_next(const struct pgw_table *table,
				struct pgw_place *place)
{
	struct pgw_node __rcu **chains = rcu_dereference(table->chains);
	struct pgw_node *node;
	u32 end;

	if (!chains)
		return NULL;
	end = place->end ?: pgw_table_size(table);
	for (; place->chain < end; place->chain++) {
		node = rcu_dereference(chains[place->chain]);
		while (node && node->key.word < place->word)
			node = rcu_dereference(node->next);
		if (node) {
			place->word = node->key.word;
			return node;
		}
		place->word = 0;
	}
	return NULL;
}

/* @size: how many nodes it is for. Context: may sleep. Return: 0 or -ENOMEM. */
int pgw_table_init(struct pgw_table *table, unsigned int size)
{
	unsigned int bits = order_base_2(max(size, 2U));
	struct pgw_node __rcu **chains;

	chains = kvcalloc(1UL << bits, sizeof(*chains), GFP_KERNEL);
	if (!chains)
		return -ENOMEM;
	get_random_bytes(&table->secret, sizeof(table->secret));
	table->secret |= 1;
	table->shift = 64 - bits;
	atomic_set(&table->n, 0);
	spin_lock_init(&table->lock);
	rcu_assign_pointer(table->chains, chains);
	return 0;
}

/* Nobody inserts or removes any more. Context: may sleep. */
void pgw_table_destroy(struct pgw_table *table,
		       void (*release)(struct pgw_node *node))
{
	struct pgw_node __rcu **chains;
	struct pgw_node *node, *next;
	u32 i;

	chains = rcu_replace_pointer(table->chains, NULL, true);
	synchronize_net();
	for (i = 0; i < pgw_table_size(table); i++) {
		node = rcu_dereference_protected(chains[i], true);
		for (; node; node = next) {
			next = rcu_dereference_protected(node->next, true);
			release(node);
		}
		cond_resched();
	}
	atomic_set(&table->n, 0);
	kvfree(chains);
}
