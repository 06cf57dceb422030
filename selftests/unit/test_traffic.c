// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/traffic.c: each packet and byte is counted once, however many
 * there are, and whoever reads meanwhile.
 */
#include "unit.h"

#include "kernel.h"
#include "traffic.h"

#define PACKETS	(5u << 20)
#define LONGEST	(8u << 16)

struct kernel kernel;
static struct pgw_recent recent;
static struct pgw_traffic traffic;
static struct pgw_traffic want;
static u32 seed = 1723;

static void fold_if_full(u64 word)
{
	assert_true((s64)word >= 0);
	if (pgw_recent_is_full(word))
		pgw_traffic_fold(&traffic, &recent);
}

static void count_steered(u32 bytes)
{
	want.steered++;
	want.tx_packets++;
	want.tx_bytes += bytes;
	fold_if_full(pgw_recent_add(&recent.steered, bytes));
}

static void count_kept(u32 bytes)
{
	want.tx_packets++;
	want.tx_bytes += bytes;
	fold_if_full(pgw_recent_add(&recent.kept, bytes));
}

static void count_rx(u32 bytes)
{
	want.rx_packets++;
	want.rx_bytes += bytes;
	fold_if_full(pgw_recent_add(&recent.rx, bytes));
}

static void count_one(u32 kind, u32 bytes)
{
	if (kind == 0)
		count_steered(bytes);
	else if (kind == 1)
		count_kept(bytes);
	else
		count_rx(bytes);
}

static void is_what_was_counted(void)
{
	struct pgw_traffic t = pgw_traffic_read(&traffic, &recent);

	assert_memory_equal(&t, &want, sizeof(t));
}

static int nothing_counted(void **state)
{
	(void)state;
	recent = (struct pgw_recent){};
	traffic = (struct pgw_traffic){};
	want = (struct pgw_traffic){};
	kernel = (struct kernel){};
	return 0;
}

static void each_packet_once(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < PACKETS; i++) {
		count_one(random32(&seed) % 3, random32(&seed) % LONGEST);
		if (i % 4099 == 0)
			is_what_was_counted();
	}
	is_what_was_counted();
	assert_true(traffic.steered > 0);
	assert_true(traffic.rx_packets > 0);
	assert_true(traffic.tx_packets > traffic.steered);
}

/* A kind alone, of the longest packets: none spills into another field. */
static void longest_packets(void **state)
{
	u32 kind, i;

	(void)state;
	for (kind = 0; kind < 3; kind++)
		for (i = 0; i < 2u << 18; i++)
			count_one(kind, LONGEST);
	is_what_was_counted();
}

/* A packet of another CPU, which does not fold. */
static void count_elsewhere(u32 packets)
{
	for (; packets; packets--) {
		want.rx_packets++;
		want.rx_bytes += LONGEST;
		assert_true((s64)pgw_recent_add(&recent.rx, LONGEST) >= 0);
	}
}

static void others_count(enum kernel_point point)
{
	if (point == BEFORE_LOCK)
		count_elsewhere(6u << 18);
}

/* Before the lock is had, a word has room for what the others count. */
static void counted_while_it_folds(void **state)
{
	(void)state;
	count_elsewhere(1u << 18);
	kernel.between = others_count;
	pgw_traffic_fold(&traffic, &recent);
	kernel.between = NULL;
	is_what_was_counted();
	assert_int_equal(recent.rx.counter, 0);
}

/* Two CPUs saw the word full: the second finds it folded, and leaves what came since. */
static void folded_twice(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i <= 1u << 18; i++)
		count_steered(60);
	count_steered(60);
	pgw_traffic_fold(&traffic, &recent);
	assert_int_equal(recent.steered.counter, PGW_RECENT_PACKET + 60);
	is_what_was_counted();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_packet_once, nothing_counted),
		cmocka_unit_test_setup(longest_packets, nothing_counted),
		cmocka_unit_test_setup(counted_while_it_folds, nothing_counted),
		cmocka_unit_test_setup(folded_twice, nothing_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
