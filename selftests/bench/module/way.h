/* SPDX-License-Identifier: GPL-2.0 */
/* Ways through the stack, which take a packet and keep it. Context: BH off. */
#ifndef BENCH_WAY_H
#define BENCH_WAY_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

extern struct net_device *bench_wan;	/* the uplink, where packets come from */

void send(struct sk_buff *skb);
void receive(struct sk_buff *skb);
void hook_in(struct sk_buff *skb);
void hook_out(struct sk_buff *skb);
void exchange(struct sk_buff *skb);

#endif /* BENCH_WAY_H */
