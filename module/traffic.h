/* SPDX-License-Identifier: GPL-2.0 */
/* The packets and bytes of a peer, each packet counted by one locked instruction. */
#ifndef PGW_TRAFFIC_H
#define PGW_TRAFFIC_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/types.h>

/*
 * A word of struct pgw_recent: packets above, bytes below. It is full, and must be folded,
 * at 2^18 packets. Until that has happened there is room for six times as many more, even
 * of 512 KiB, the longest that segmentation offload makes (GSO_MAX_SIZE).
 */
#define PGW_RECENT_BYTES	40
#define PGW_RECENT_PACKET	BIT_ULL(PGW_RECENT_BYTES)
#define PGW_RECENT_FULL		(PGW_RECENT_BYTES + 18)	/* the bit from which on it is */

/**
 * struct pgw_recent - what has not been folded into a struct pgw_traffic yet
 * @steered: replies that were given the route through the ingress
 * @kept: other replies that left
 * @rx: packets from the client
 */
struct pgw_recent {
	atomic64_t steered;
	atomic64_t kept;
	atomic64_t rx;
};

/**
 * struct pgw_traffic - packets and bytes, outer IP headers included
 * @steered: replies that were given the route through the ingress
 * @tx_packets: replies
 * @tx_bytes: of these
 * @rx_packets: packets from the client
 * @rx_bytes: of these
 */
struct pgw_traffic {
	u64 steered;
	u64 tx_packets;
	u64 tx_bytes;
	u64 rx_packets;
	u64 rx_bytes;
};

/* Return: the word as it was before. */
static inline u64 pgw_recent_add(atomic64_t *word, u32 bytes)
{
	return atomic64_fetch_add(PGW_RECENT_PACKET + bytes, word);
}

static inline bool pgw_recent_is_full(u64 word)
{
	return word >> PGW_RECENT_FULL;
}

/* Nothing has been counted since the word was folded, or it is full. */
static inline bool pgw_recent_is_new_or_full(u64 word)
{
	return (word - 1) >> PGW_RECENT_FULL;
}

void pgw_traffic_fold(struct pgw_traffic *traffic, struct pgw_recent *recent);
struct pgw_traffic pgw_traffic_read(const struct pgw_traffic *traffic,
				    const struct pgw_recent *recent);

#endif /* PGW_TRAFFIC_H */
