// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs: made-up packets of PPTP tunnels go through the stack in
 * batches, and the processor's clock is read around each batch. Under QEMU with
 * -icount that clock counts instructions.
 *
 *   echo "WHAT TUNNELS" >/sys/module/pgwbench/parameters/run
 *   cat /sys/module/pgwbench/parameters/run
 *
 * gives the least and the median cost of a packet of all batches. The tunnels
 * are set up first, by "meet TUNNELS". Needs devices called wan0 and corp0.
 */
#include <linux/delay.h>
#include <linux/ip.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/sort.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/route.h>

#define BATCH		100	/* packets */
#define BATCHES		20
#define ROOM		256	/* bytes, before a packet and for it */

#define CLIENTS		0x64400000	/* 100.64.0.0/10 (RFC 6598) */
#define SERVER		0xc6336402	/* 198.51.100.2, the address of wan0 */
#define HOST		0x0a140002	/* 10.20.0.2, behind corp0 */
#define PPTP		1723
#define HTTPS		443
#define COOKIE		0x1a2b3c4d	/* RFC 2637, section 1.4 */

static bool empty;
module_param(empty, bool, 0400);
MODULE_PARM_DESC(empty, "have hooks that do nothing where pptpgw has its own");

static struct net_device *wan, *corp;

/* What follows the IP header, and the addresses. */
struct packet {
	u32 from;
	u32 to;
	u8 protocol;
	u8 length;
	u8 data[40];	/* the rest is zero */
};

/* -- packets ---------------------------------------------------------------- */

static struct packet tcp(u16 from, u16 to, __be32 flags)
{
	struct packet p = { .protocol = IPPROTO_TCP, .length = 20 };
	struct tcphdr *th = (struct tcphdr *)p.data;

	th->source = htons(from);
	th->dest = htons(to);
	th->seq = htonl(1);
	th->window = htons(0xffff);
	th->doff = 5;
	tcp_flag_word(th) |= flags;
	return p;
}

static struct packet udp(void)
{
	struct packet p = { .protocol = IPPROTO_UDP, .length = 24 };
	struct udphdr *uh = (struct udphdr *)p.data;

	uh->source = htons(5000);
	uh->dest = htons(5001);
	uh->len = htons(p.length);
	return p;
}

/* RFC 2637, section 4.1: key, sequence number, and four bytes of PPP. */
static struct packet gre(u16 call)
{
	return (struct packet){
		.protocol = IPPROTO_GRE,
		.data = { 0x30, 0x01, 0x88, 0x0b, 0, 4, call >> 8, call },
		.length = 16,
	};
}

/* A control message (RFC 2637, section 2): two words of it, the rest is zero. */
static struct packet control(u16 from, u16 to, u8 length, u16 type, u32 first,
			     u32 second)
{
	struct packet p = tcp(from, to, TCP_FLAG_ACK | TCP_FLAG_PSH);
	__be32 *word = (__be32 *)(p.data + p.length);

	word[0] = htonl(length << 16 | 1);
	word[1] = htonl(COOKIE);
	word[2] = htonl(type << 16);
	word[3] = htonl(first);
	word[4] = htonl(second);
	p.length += length;
	return p;
}

static u16 client_call(u32 n)
{
	return n % 60000 + 1;
}

static u16 server_call(u32 n)
{
	return n % 60000 + 2;
}

static struct packet between(u32 from, u32 to, struct packet p)
{
	p.from = from;
	p.to = to;
	return p;
}

static struct packet inbound(u32 n, struct packet p)
{
	return between(CLIENTS + n, SERVER, p);
}

static struct packet reply(u32 n, struct packet p)
{
	return between(SERVER, CLIENTS + n, p);
}

static struct sk_buff *packet_skb(const struct packet *p)
{
	struct sk_buff *skb = alloc_skb(2 * ROOM, GFP_KERNEL | __GFP_NOFAIL);
	struct iphdr *ip;

	skb_reserve(skb, ROOM);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, sizeof(*ip));
	skb_set_transport_header(skb, sizeof(*ip));
	memcpy(skb_put_zero(skb, p->length), p->data,
	       min_t(size_t, p->length, sizeof(p->data)));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(skb->len);
	ip->ttl = 64;
	ip->protocol = p->protocol;
	ip->saddr = htonl(p->from);
	ip->daddr = htonl(p->to);
	ip_send_check(ip);
	skb->protocol = htons(ETH_P_IP);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return skb;
}

/* -- ways through the stack ------------------------------------------------- */

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
static void send(struct sk_buff *skb)
{
	if (route(skb))
		ip_local_out(&init_net, NULL, skb);
}

/* From the uplink's driver to where it goes. */
static void receive(struct sk_buff *skb)
{
	skb->dev = wan;
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
static void hook_in(struct sk_buff *skb)
{
	skb->dev = wan;
	if (passes(skb, NF_INET_PRE_ROUTING, wan, NULL) &&
	    passes(skb, NF_INET_LOCAL_IN, wan, NULL))
		kfree_skb(skb);
}

static void hook_out(struct sk_buff *skb)
{
	if (route(skb) &&
	    passes(skb, NF_INET_LOCAL_OUT, NULL, skb_dst(skb)->dev) &&
	    passes(skb, NF_INET_POST_ROUTING, NULL, skb_dst(skb)->dev))
		kfree_skb(skb);
}

static void pass(struct packet p, void (*way)(struct sk_buff *skb))
{
	struct sk_buff *skb = packet_skb(&p);

	local_bh_disable();
	way(skb);
	local_bh_enable();
}

/* -- setting tunnels up ----------------------------------------------------- */

static void shake_hands(u32 n)
{
	pass(inbound(n, tcp(40000, PPTP, TCP_FLAG_SYN)), hook_in);
	pass(reply(n, tcp(PPTP, 40000, TCP_FLAG_SYN | TCP_FLAG_ACK)), hook_out);
	pass(inbound(n, tcp(40000, PPTP, TCP_FLAG_ACK)), hook_in);
}

/* What a client and a server say before the first GRE, and that. */
static void meet(u32 n)
{
	shake_hands(n);
	pass(inbound(n, control(40000, PPTP, 156, 1, 0x01000000, 1)), hook_in);
	pass(reply(n, control(PPTP, 40000, 156, 2, 0x01000100, 1)), hook_out);
	pass(inbound(n, control(40000, PPTP, 168, 7, client_call(n) << 16, 1)),
	     hook_in);
	pass(reply(n, control(PPTP, 40000, 32, 8,
			      server_call(n) << 16 | client_call(n),
			      0x01000000)), hook_out);
	pass(inbound(n, gre(server_call(n))), hook_in);
	pass(reply(n, gre(client_call(n))), hook_out);
}

/* The least that makes a client a peer with a route. */
static void greet(u32 n)
{
	pass(inbound(n, tcp(40000, PPTP, TCP_FLAG_SYN)), hook_in);
	pass(reply(n, control(PPTP, 40000, 156, 2, 0x01000100, 1)), hook_out);
	pass(reply(n, gre(client_call(n))), hook_out);
}

/* -- measuring -------------------------------------------------------------- */

static struct packet gre_reply(u32 n)
{
	return reply(n, gre(client_call(n)));
}

static struct packet tcp_reply(u32 n)
{
	return reply(n, tcp(PPTP, 40000, TCP_FLAG_ACK));
}

static struct packet gre_in(u32 n)
{
	return inbound(n, gre(server_call(n)));
}

static struct packet udp_out(u32 n)
{
	return reply(0, udp());
}

static struct packet tcp_out(u32 n)
{
	return reply(0, tcp(HTTPS, 40001, TCP_FLAG_ACK));
}

static struct packet udp_forward(u32 n)
{
	return between(CLIENTS, HOST, udp());
}

static struct packet tcp_forward(u32 n)
{
	return between(CLIENTS, HOST, tcp(40001, HTTPS, TCP_FLAG_ACK));
}

/* New clients, which have sent a SYN just before. */
static struct packet embryo(u32 n)
{
	pass(inbound(n, tcp(40000, PPTP, TCP_FLAG_SYN)), hook_in);
	return tcp_reply(n);
}

static struct packet create(u32 n)
{
	struct packet p = embryo(n);

	p.length += 4;
	return p;
}

static const struct measurement {
	const char *name;
	struct packet (*packet)(u32 n);
	void (*way)(struct sk_buff *skb);
	bool strangers;
} measurements[] = {
	{ "gre_reply", gre_reply, send },
	{ "tcp_reply", tcp_reply, send },
	{ "udp_out", udp_out, send },
	{ "tcp_out", tcp_out, send },
	{ "gre_in", gre_in, receive },
	{ "udp_forward", udp_forward, receive },
	{ "tcp_forward", tcp_forward, receive },
	{ "embryo", embryo, hook_out, true },
	{ "create", create, hook_out, true },
};

static u64 clock(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc" : "=a" (low), "=d" (high) :: "memory");
	return (u64)high << 32 | low;
}

/* Packets are made in advance, and sent alone. Return: what all of them cost. */
static u64 one_batch(const struct measurement *m, u32 first, u32 tunnels)
{
	struct sk_buff *skb[BATCH];
	u64 start, end;
	int i;

	for (i = 0; i < BATCH; i++) {
		struct packet p = m->packet(m->strangers ?
					    tunnels + first + i :
					    (first + i) * 7919ULL % tunnels);

		skb[i] = packet_skb(&p);
	}
	local_bh_disable();
	start = clock();
	for (i = 0; i < BATCH; i++)
		m->way(skb[i]);
	end = clock();
	local_bh_enable();
	cond_resched();
	return end - start;
}

static int by_value(const void *a, const void *b)
{
	return *(const u64 *)a < *(const u64 *)b ? -1 : 1;
}

static char result[80] = "nothing was run";

static void measure(const struct measurement *m, u32 tunnels)
{
	u64 cost[BATCHES];
	u64 median;
	int i;

	one_batch(m, 0, tunnels);
	for (i = 0; i < BATCHES; i++)
		cost[i] = one_batch(m, (i + 1) * BATCH, tunnels);
	sort(cost, BATCHES, sizeof(cost[0]), by_value, NULL);
	median = (cost[BATCHES / 2 - 1] + cost[BATCHES / 2]) / 2;
	snprintf(result, sizeof(result), "%s %u %llu.%02llu %llu.%02llu",
		 m->name, tunnels, cost[0] / BATCH, cost[0] % BATCH,
		 median / BATCH, median % BATCH);
}

static void for_tunnels(void (*what)(u32 n), u32 tunnels)
{
	u32 n;

	for (n = 0; n < tunnels; n++) {
		what(n);
		cond_resched();
	}
	snprintf(result, sizeof(result), "%u", tunnels);
}

/*
 * How long something else keeps the processor, at worst, from a program that wants
 * it every 100 us. In nanoseconds, less those 100 us.
 */
static void stall(u32 seconds)
{
	ktime_t end = ktime_add_ms(ktime_get(), seconds * MSEC_PER_SEC);
	u64 start, worst = 0;

	while (ktime_before(ktime_get(), end)) {
		start = ktime_get_ns();
		usleep_range(100, 101);
		worst = max(worst, ktime_get_ns() - start);
	}
	snprintf(result, sizeof(result), "%s %u %llu", __func__, seconds,
		 worst - 100 * NSEC_PER_USEC);
}

static int run(const char *val, const struct kernel_param *kp)
{
	char what[32];
	u32 tunnels;
	size_t i;

	if (sscanf(val, "%31s %u", what, &tunnels) != 2 || !tunnels)
		return -EINVAL;
	if (!strcmp(what, "meet")) {
		for_tunnels(meet, tunnels);
		return 0;
	}
	if (!strcmp(what, "greet")) {
		for_tunnels(greet, tunnels);
		return 0;
	}
	if (!strcmp(what, "stall")) {
		stall(tunnels);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(measurements); i++) {
		if (strcmp(what, measurements[i].name))
			continue;
		measure(&measurements[i], tunnels);
		return 0;
	}
	return -EINVAL;
}

static int show(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%s\n", result);
}

static const struct kernel_param_ops run_ops = { .set = run, .get = show };

module_param_cb(run, &run_ops, NULL, 0600);
MODULE_PARM_DESC(run, "what to measure, and over how many tunnels");

/* -- the least that a hook can cost ----------------------------------------- */

static unsigned int hook_empty(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook = hook_empty,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_SELINUX_LAST + 1,
	},
	{
		.hook = hook_empty,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_SELINUX_LAST + 1,
	},
};

static int __init pgwbench_init(void)
{
	int err = -ENODEV;

	wan = dev_get_by_name(&init_net, "wan0");
	corp = dev_get_by_name(&init_net, "corp0");
	if (wan && corp)
		err = empty ? nf_register_net_hooks(&init_net, hooks,
						    ARRAY_SIZE(hooks)) : 0;
	if (!err)
		return 0;
	dev_put(wan);
	dev_put(corp);
	return err;
}

static void __exit pgwbench_exit(void)
{
	if (empty)
		nf_unregister_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	dev_put(wan);
	dev_put(corp);
}

module_init(pgwbench_init);
module_exit(pgwbench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("measures what a packet of a PPTP tunnel costs");
