// SPDX-License-Identifier: GPL-2.0
/* What a packet costs: batches of packets, and the processor's clock around each. */
#include "cost.h"

#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/sort.h>

#include "proof.h"
#include "way.h"

#define BATCHES_MAX	20U

static unsigned int batches = BATCHES_MAX;
module_param(batches, uint, 0600);
MODULE_PARM_DESC(batches, "batches of packets in a measurement, after one that does not count");

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

/* To clients without a peer. */
static struct packet gre_unknown(u32 n)
{
	return gre_reply(UNKNOWN + n);
}

static struct packet tcp_unknown(u32 n)
{
	return reply(UNKNOWN + n, tcp(PPTP, 40001, TCP_FLAG_ACK));
}

/* The answer to what knock() sent. */
static struct packet syn_ack(u32 n)
{
	return reply(UNKNOWN + n, tcp(PPTP, 40000, TCP_FLAG_SYN | TCP_FLAG_ACK));
}

/* An unknown client's first segment, which proves nothing, and an ACK for it. */
static struct packet half_open(u32 n)
{
	return inbound(n, tcp(40000, PPTP, TCP_FLAG_ACK));
}

/*
 * The same, but that the server's socket accepts it, and that the answer has data:
 * either may be what makes a peer of the client.
 */
static struct packet create(u32 n)
{
	return proven(half_open(n));
}

static struct packet tcp_data(u32 n)
{
	struct packet p = tcp_reply(n);

	p.length += 4;
	return p;
}

/* What a measurement sends for tunnel @n. */
static struct sk_buff *make(const struct measurement *m, u32 n)
{
	struct packet p = m->packet(n);
	struct sk_buff *skb = packet_skb(&p);

	if (m->answer) {
		p = m->answer(n);
		skb->next = packet_skb(&p);
	}
	return skb;
}

static const struct measurement measurements[] = {
	{ "gre_reply", gre_reply, NULL, send },
	{ "tcp_reply", tcp_reply, NULL, send },
	{ "already_right", gre_reply, NULL, send },
	{ "udp_out", udp_out, NULL, send },
	{ "tcp_out", tcp_out, NULL, send },
	{ "gre_in", gre_in, NULL, receive },
	{ "udp_forward", udp_forward, NULL, receive },
	{ "tcp_forward", tcp_forward, NULL, receive },
	{ "gre_unknown", gre_unknown, NULL, send },
	{ "tcp_unknown", tcp_unknown, NULL, send },
	{ "syn_ack", syn_ack, NULL, send },
	{ "syn_ack_right", syn_ack, NULL, send },
	{ "half_open", half_open, tcp_reply, exchange, true },
	{ "create", create, tcp_data, exchange, true },
};

/* Not inline, as who logs what the processor does finds batches by its calls. */
noinline u64 bench_clock(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc" : "=a" (low), "=d" (high) :: "memory");
	return (u64)high << 32 | low;
}

/*
 * The @number-th batch of packets, to @tunnels tunnels from @first on. They are made
 * in advance, and sent alone. Return: what all of them cost.
 */
u64 one_batch(const struct measurement *m, u32 number, u32 first, u32 tunnels)
{
	struct sk_buff *skb[BATCH];
	u64 start, end;
	u32 i, n;

	for (i = 0; i < BATCH; i++) {
		n = number * BATCH + i;
		n = m->unknown ? tunnels + n : n * 7919ULL % tunnels;
		skb[i] = make(m, first + n);
	}
	local_bh_disable();
	start = bench_clock();
	for (i = 0; i < BATCH; i++)
		m->way(skb[i]);
	end = bench_clock();
	local_bh_enable();
	cond_resched();
	return end - start;
}

static int by_value(const void *a, const void *b)
{
	return *(const u64 *)a < *(const u64 *)b ? -1 : 1;
}

/* The least and the median cost of a packet of all batches. */
void measure(const struct measurement *m, u32 tunnels, char *result, size_t size)
{
	unsigned int n = clamp(READ_ONCE(batches), 1U, BATCHES_MAX), i;
	u64 cost[BATCHES_MAX];
	u64 median;

	one_batch(m, 0, 0, tunnels);
	for (i = 0; i < n; i++)
		cost[i] = one_batch(m, i + 1, 0, tunnels);
	sort(cost, n, sizeof(cost[0]), by_value, NULL);
	median = (cost[(n - 1) / 2] + cost[n / 2]) / 2;
	snprintf(result, size, "%s %u %llu.%02llu %llu.%02llu", m->name, tunnels,
		 cost[0] / BATCH, cost[0] % BATCH, median / BATCH, median % BATCH);
}

/* Return: NULL, if there is none of that name. */
const struct measurement *measurement(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(measurements); i++)
		if (!strcmp(name, measurements[i].name))
			return &measurements[i];
	return NULL;
}
