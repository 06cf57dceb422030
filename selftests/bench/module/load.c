// SPDX-License-Identifier: GPL-2.0
/* What happens over some time, while something else goes on. */
#include "load.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <net/route.h>

#include "cost.h"

#define AMID_BATCHES	4000
#define SENDERS_MAX	2
#define SENDER_TUNNELS	1000
#define SENDER_SECONDS	1

/*
 * What a reply costs on average while a program changes routes: a batch of replies
 * each millisecond, or nearly. Tells how often the FIB changed in a second, too.
 */
void amid(u32 tunnels, char *result, size_t size)
{
	const struct measurement *m = measurement("gre_reply");
	int changes = rt_genid_ipv4(&init_net);
	ktime_t start = ktime_get();
	u64 cost = 0, ms;
	u32 i;

	for (i = 0; i < AMID_BATCHES; i++) {
		cost += one_batch(m, i, 0, tunnels);
		usleep_range(500, 501);
	}
	changes = rt_genid_ipv4(&init_net) - changes;
	ms = ktime_ms_delta(ktime_get(), start);
	snprintf(result, size, "%s %u %llu %llu", __func__, tunnels,
		 cost / AMID_BATCHES / BATCH, changes * MSEC_PER_SEC / ms);
}

struct sender {
	u32 number;
	u64 packets;
	struct completion ended;
};

/* Sends replies to tunnels of its own. */
static int sender_thread(void *data)
{
	struct sender *sender = data;
	const struct measurement *m = measurement("gre_reply");
	ktime_t end = ktime_add_ms(ktime_get(), SENDER_SECONDS * MSEC_PER_SEC);
	u32 batch;

	for (batch = 0; ktime_before(ktime_get(), end); batch++)
		one_batch(m, batch, sender->number * SENDER_TUNNELS, SENDER_TUNNELS);
	sender->packets = (u64)batch * BATCH;
	complete(&sender->ended);
	return 0;
}

static void sender_start(struct sender *sender, u32 number)
{
	struct task_struct *thread;

	sender->number = number;
	sender->packets = 0;
	init_completion(&sender->ended);
	thread = kthread_create(sender_thread, sender, "sender/%u", number);
	if (IS_ERR(thread)) {
		complete(&sender->ended);
		return;
	}
	kthread_bind(thread, number);
	wake_up_process(thread);
}

/* How many replies a second @count threads send at once, each on a processor. */
void senders(u32 count, char *result, size_t size)
{
	struct sender sender[SENDERS_MAX];
	u64 packets = 0;
	u32 i;

	count = min3(count, num_online_cpus(), (u32)SENDERS_MAX);
	for (i = 0; i < count; i++)
		sender_start(&sender[i], i);
	for (i = 0; i < count; i++) {
		wait_for_completion(&sender[i].ended);
		packets += sender[i].packets;
	}
	snprintf(result, size, "%s %u %llu", __func__, count, packets / SENDER_SECONDS);
}

/*
 * How long something else keeps the processor, at worst, from a thread that wants it
 * every 100 us and has precedence: until softirqs end, and until the kernel lets go.
 * In nanoseconds, less those 100 us.
 */
void stall(u32 seconds, char *result, size_t size)
{
	ktime_t end = ktime_add_ms(ktime_get(), seconds * MSEC_PER_SEC);
	u64 start, worst = 0;

	sched_set_fifo(current);
	while (ktime_before(ktime_get(), end)) {
		start = ktime_get_ns();
		usleep_range(100, 101);
		worst = max(worst, ktime_get_ns() - start);
	}
	sched_set_normal(current, 0);
	snprintf(result, size, "%s %u %llu", __func__, seconds, worst - 100 * NSEC_PER_USEC);
}

/* How many ticks the processor's clock has in so many milliseconds. */
void ticks(u32 ms, char *result, size_t size)
{
	ktime_t start = ktime_get();
	u64 count = bench_clock();

	msleep(ms);
	count = bench_clock() - count;
	snprintf(result, size, "%s %llu %llu", __func__,
		 ktime_to_us(ktime_sub(ktime_get(), start)), count);
}
