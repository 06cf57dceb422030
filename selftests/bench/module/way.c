// SPDX-License-Identifier: GPL-2.0
/* Ways through the stack. */
#include "way.h"

#include <linux/ip.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/ip.h>
#include <net/route.h>

struct net_device *bench_wan;

static bool route(struct sk_buff *skb)
{
	struct flowi4 flow = {
		.daddr = ip_hdr(skb)->daddr,
		.saddr = ip_hdr(skb)->saddr,
		.flowi4_proto = ip_hdr(skb)->protocol,
	};
	struct rtable *rt = ip_route_output_key(&init_net, &flow);

	if (IS_ERR(rt)) {
		kfree_skb(skb);
		return false;
	}
	skb_dst_set(skb, &rt->dst);
	skb->dev = rt->dst.dev;
	return true;
}

/* From a local sender's route lookup to the driver. */
void send(struct sk_buff *skb)
{
	if (route(skb))
		ip_local_out(&init_net, NULL, skb);
}

/* From the uplink's driver to where it goes. */
void receive(struct sk_buff *skb)
{
	skb->dev = bench_wan;
	skb->pkt_type = PACKET_HOST;
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	netif_receive_skb(skb);
}

static int arrived(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	return 0;
}

static bool passes(struct sk_buff *skb, unsigned int hook,
		   struct net_device *in, struct net_device *out)
{
	return nf_hook(NFPROTO_IPV4, hook, &init_net, NULL, skb, in, out,
		       arrived) == 1;
}

/* Through the netfilter hooks only: no socket sees it, and nobody answers. */
void hook_in(struct sk_buff *skb)
{
	skb->dev = bench_wan;
	if (passes(skb, NF_INET_PRE_ROUTING, bench_wan, NULL) &&
	    passes(skb, NF_INET_LOCAL_IN, bench_wan, NULL))
		kfree_skb(skb);
}

void hook_out(struct sk_buff *skb)
{
	if (route(skb) &&
	    passes(skb, NF_INET_LOCAL_OUT, NULL, skb_dst(skb)->dev) &&
	    passes(skb, NF_INET_POST_ROUTING, NULL, skb_dst(skb)->dev))
		kfree_skb(skb);
}

/* A packet through hook_in(), and the next in its list, the answer, through hook_out(). */
void exchange(struct sk_buff *skb)
{
	struct sk_buff *answer = skb->next;

	skb_mark_not_on_list(skb);
	hook_in(skb);
	hook_out(answer);
}
