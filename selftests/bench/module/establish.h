/* SPDX-License-Identifier: GPL-2.0 */
/* Setting tunnels up, with packets that the netfilter hooks see. */
#ifndef BENCH_ESTABLISH_H
#define BENCH_ESTABLISH_H

#include "packet.h"
#include "way.h"

void pass(struct packet p, void (*way)(struct sk_buff *skb));
void meet(u32 n);
void greet(u32 n);
void knock(u32 n);

#endif /* BENCH_ESTABLISH_H */
