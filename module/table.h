/* SPDX-License-Identifier: GPL-2.0 */
/* The table of a namespace's peers: by name, and in an order that stays. */
#ifndef PGW_TABLE_H
#define PGW_TABLE_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "place.h"

/**
 * struct pgw_key - names a peer
 * @client: remote address, as LOCAL_IN or FORWARD see it
 * @local: the server's address there: behind DNAT, its private one
 * @word: both, to compare and hash
 */
struct pgw_key {
	union {
		struct {
			__be32 client;
			__be32 local;
		};
		u64 word;
	};
};

/* An entry of the table; the first member of a peer. */
struct pgw_node {
	struct pgw_node __rcu *next;
	struct pgw_key key;
};

/**
 * struct pgw_chains - the chains of a table, each in the order of the hash
 * @shift: 64 less the bits of the hash that choose a chain
 * @first: the first node of each, or NULL
 */
struct pgw_chains {
	unsigned int shift;
	struct pgw_node __rcu *first[];
};

/**
 * struct pgw_table - hash table that grows
 * @chains: NULL when the table does not exist; RCU
 * @secret: of the hash; odd, and the same for as long as the namespace exists
 * @n: nodes
 * @lock: guards what @chains hold, @bigger and @filled
 * @bigger: chains that will replace @chains, while the table grows
 * @filled: how many of @chains are in @bigger already
 * @removal: held by those who remove a node, and while the table grows
 * @grow: makes the table bigger
 * @memcg: is charged for it; the owner's reference
 */
struct pgw_table {
	struct pgw_chains __rcu *chains;
	u64 secret;
	atomic_t n;
	spinlock_t lock; /* with bottom halves off */
	struct pgw_chains *bigger;
	u32 filled;
	struct mutex removal; /* taken before RCU's read lock and @lock */
	struct work_struct grow;
	struct mem_cgroup *memcg;
};

static inline u32 pgw_chains_size(const struct pgw_chains *chains)
{
	return 1U << (64 - chains->shift);
}

/*
 * Multiplication carries the keys' differences up, into the bits that are taken.
 * It is done twice, as the addresses of many clients may follow a pattern. Each step
 * can be undone: no two keys have the same hash.
 */
static inline u64 pgw_hash(const struct pgw_table *table, u64 word)
{
	word *= table->secret;
	word ^= word >> 32;
	return word * table->secret;
}

/* Context: RCU; the table exists. Return: node, or NULL. */
static inline struct pgw_node *pgw_table_find(const struct pgw_table *table,
					      const struct pgw_key *key)
{
	const struct pgw_chains *chains = rcu_dereference(table->chains);
	struct pgw_node *node;

	node = rcu_dereference(chains->first[pgw_hash(table, key->word) >>
					     chains->shift]);
	while (node && node->key.word != key->word)
		node = rcu_dereference(node->next);
	return node;
}

bool pgw_table_insert(struct pgw_table *table, struct pgw_node *node);
bool pgw_table_remove(struct pgw_table *table, struct pgw_node *node);
struct pgw_node *pgw_table_next(const struct pgw_table *table,
				struct pgw_place *place);

void pgw_table_init(struct pgw_table *table);
int pgw_table_start(struct pgw_table *table, struct mem_cgroup *memcg);
void pgw_table_stop(struct pgw_table *table,
		    void (*release)(struct pgw_node *node));

#endif /* PGW_TABLE_H */
