/* SPDX-License-Identifier: GPL-2.0 */
/* As much of a route as module/retired.c needs. */
#ifndef UNIT_NET_DST_H
#define UNIT_NET_DST_H

#include "../kernel.h"

/**
 * struct dst_entry - route
 * @refs: references
 * @replaced: when it last went out of a cache, or 0
 */
struct dst_entry {
	unsigned int refs;
	unsigned long replaced;
};

void dst_release(struct dst_entry *dst);

#endif /* UNIT_NET_DST_H */
