// SPDX-License-Identifier: GPL-2.0
/*
 * The packets and bytes of a peer: what has been counted lately, and the sums of what was
 * before.
 */
#include "traffic.h"

#include <linux/spinlock.h>

/* Of all peers: a peer takes it once in 2^18 packets. With bottom halves off. */
static DEFINE_SPINLOCK(fold_lock);

static void add_tx(struct pgw_traffic *traffic, u64 word)
{
	traffic->tx_packets += word >> PGW_RECENT_BYTES;
	traffic->tx_bytes += word & (PGW_RECENT_PACKET - 1);
}

static void add_steered(struct pgw_traffic *traffic, u64 word)
{
	traffic->steered += word >> PGW_RECENT_BYTES;
	add_tx(traffic, word);
}

static void add_rx(struct pgw_traffic *traffic, u64 word)
{
	traffic->rx_packets += word >> PGW_RECENT_BYTES;
	traffic->rx_bytes += word & (PGW_RECENT_PACKET - 1);
}

/* Another CPU may have been faster. */
static u64 take_if_full(atomic64_t *word)
{
	return pgw_recent_is_full(atomic64_read(word)) ? atomic64_xchg(word, 0) : 0;
}

/**
 * pgw_traffic_fold - add to the sums what is full
 * @traffic: the sums
 * @recent: with a word that is full
 */
void pgw_traffic_fold(struct pgw_traffic *traffic, struct pgw_recent *recent)
{
	spin_lock_bh(&fold_lock);
	add_steered(traffic, take_if_full(&recent->steered));
	add_tx(traffic, take_if_full(&recent->kept));
	add_rx(traffic, take_if_full(&recent->rx));
	spin_unlock_bh(&fold_lock);
}

/**
 * pgw_traffic_read - everything that was counted
 * @traffic: the sums
 * @recent: what has been counted since
 *
 * Return: all of it. No later call returns less.
 */
struct pgw_traffic pgw_traffic_read(const struct pgw_traffic *traffic,
				    const struct pgw_recent *recent)
{
	struct pgw_traffic all;

	spin_lock_bh(&fold_lock);
	all = *traffic;
	add_steered(&all, atomic64_read(&recent->steered));
	add_tx(&all, atomic64_read(&recent->kept));
	add_rx(&all, atomic64_read(&recent->rx));
	spin_unlock_bh(&fold_lock);
	return all;
}
