/* SPDX-License-Identifier: GPL-2.0 */
/* The table of a namespace's peers: by name, and in an order that stays. */
#ifndef PGW_TABLE_H
#define PGW_TABLE_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

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

/* What is in the table; the first member of a peer. */
struct pgw_node {
	struct pgw_node __rcu *next;
	struct pgw_key key;
};

/**
 * struct pgw_table - chains of nodes, each in the order of the keys
 * @chains: one for each value of the hash; NULL when there is no table; RCU
 * @shift: 64 less the bits of the hash
 * @secret: of the hash; odd
 * @n: nodes
 * @lock: guards what @chains hold
 */
struct pgw_table {
	struct pgw_node __rcu *__rcu *chains;
	unsigned int shift;
	u64 secret;
	atomic_t n;
	spinlock_t lock; /* with bottom halves off */
};

/*
 * A place in the table: the first node there, or after it, is the next one. A walk
 * ends at the chain @end, so that it can pause where chains are empty; 0: at the end
 * of the table.
 */
struct pgw_place {
	u64 word;
	u32 chain;
	u32 end;
};

/*
 * Go past the node at @place. After the greatest name there is only the next chain: if
 * it wrapped, the chain would be walked again, and without end.
 */
static inline void pgw_place_pass(struct pgw_place *place)
{
	if (!++place->word)
		place->chain++;
}

static inline u32 pgw_table_size(const struct pgw_table *table)
{
	return 1U << (64 - table->shift);
}

/*
 * Multiplication carries the keys' differences up, into the bits that are taken.
 * It is done twice, as the addresses of many clients may follow a pattern.
 */
static inline u32 pgw_hash(const struct pgw_table *table, u64 word)
{
	word *= table->secret;
	word ^= word >> 32;
	return (word * table->secret) >> table->shift;
}

/* Context: RCU, and the table is there. Return: node, or NULL. */
static inline struct pgw_node *pgw_table_find(const struct pgw_table *table,
					      const struct pgw_key *key)
{
	struct pgw_node *node;

	node = rcu_dereference(rcu_dereference(table->chains)
			       [pgw_hash(table, key->word)]);
	while (node && node->key.word != key->word)
		node = rcu_dereference(node->next);
	return node;
}

bool pgw_table_insert(struct pgw_table *table, struct pgw_node *node);
bool pgw_table_remove(struct pgw_table *table, struct pgw_node *node);
struct pgw_node *pgw_table_next(const struct pgw_table *table,
				struct pgw_place *place);

int pgw_table_init(struct pgw_table *table, unsigned int size);
void pgw_table_destroy(struct pgw_table *table,
		       void (*release)(struct pgw_node *node));

#endif /* PGW_TABLE_H */
