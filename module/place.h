/* SPDX-License-Identifier: GPL-2.0 */
/* A place in a walk over the table of peers. No kernel needed, like packet.h. */
#ifndef PGW_PLACE_H
#define PGW_PLACE_H

#include <linux/types.h>

/* What a walk looks at without a pause: chains and nodes together. */
#define PGW_BATCH 512

/**
 * struct pgw_place - how far a walk has come
 * @hash: the least hash that is still to come
 * @end: no hash is
 * @left: what is left of the batch
 *
 * Hashes are as many as keys, so that the greatest key's is a place like any other.
 */
struct pgw_place {
	u64 hash;
	bool end;
	u32 left;
};

/* All up to @hash has been seen. */
static inline void pgw_place_pass(struct pgw_place *place, u64 hash)
{
	place->hash = hash + 1;
	place->end = !place->hash;
}

#endif /* PGW_PLACE_H */
