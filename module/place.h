/* SPDX-License-Identifier: GPL-2.0 */
/* A place in a walk over the table of peers. No kernel needed, like packet.h. */
#ifndef PGW_PLACE_H
#define PGW_PLACE_H

#include <linux/types.h>

/* Chains and nodes, together, that a walk visits without a pause. */
#define PGW_BATCH 512

/**
 * struct pgw_place - position of a walk
 * @hash: the least hash not visited yet
 * @end: there is none
 * @left: what is left of the batch
 *
 * There are as many hashes as keys, so the greatest hash is a place like any other.
 */
struct pgw_place {
	u64 hash;
	bool end;
	u32 left;
};

/* All nodes up to @hash have been visited. */
static inline void pgw_place_pass(struct pgw_place *place, u64 hash)
{
	place->hash = hash + 1;
	place->end = !place->hash;
}

#endif /* PGW_PLACE_H */
