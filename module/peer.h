/* SPDX-License-Identifier: GPL-2.0 */
/* Who came in where: the peers of a namespace. */
#ifndef PGW_PEER_H
#define PGW_PEER_H

#include <linux/llist.h>
#include <net/dst.h>

#include "call.h"
#include "iface.h"
#include "traffic.h"

/**
 * struct pgw_peer - one client of one local address
 * @node: in pgw_net.peers, under its name
 * @ingress: where its client came in; a reference
 * @dst: the cached route through the ingress, or NULL; a reference. Only peers of
 *	Internet clients have one
 * @recent: packets to and from the client, counted lately
 * @seen: jiffies of the last packet by the ingress, low 32 bits
 * @proven: jiffies of the last proven segment, likewise
 * @traffic: all packets before those
 * @calls: its struct pgw_call
 * @removed: among the peers that wait for an RCU grace period to be freed
 * @created: seconds of the monotonic clock
 * @moved: how often its ingress changed, up to U16_MAX
 *
 * There may be a million of them, and most are in no cache when a packet comes: what a
 * packet needs is in the first cache line.
 */
struct pgw_peer {
	struct pgw_node node;
	struct pgw_iface __rcu *ingress;
	struct dst_entry __rcu *dst;
	struct pgw_recent recent;
	u32 seen;
	u32 proven;
	/* the second line */
	struct pgw_traffic traffic;
	struct hlist_head calls;
	struct llist_node removed;
	u32 created;
	u16 moved;
};

/*
 * How long a proof lasts. A live connection proves its client more often: both ends send
 * an echo each minute when there is nothing else (RFC 2637, section 3.2.1).
 */
#define PGW_PROOF_LASTS		(75 * HZ)

#define PGW_MAX_PEERS_LIMIT	16777216U
#define PGW_PEER_TIMEOUT_LIMIT	(7U * 24 * 3600)

/* The most outside the initial user namespace. */
#define PGW_MAX_PEERS_OTHER	1024U

extern unsigned int pgw_max_peers;	/* per namespace */
extern unsigned int pgw_peer_timeout;	/* seconds */

void pgw_peer_create(struct pgw_net *pn, const struct pgw_key *key,
		     struct pgw_iface *ingress);
void pgw_peer_saw_elsewhere(struct pgw_net *pn, struct pgw_peer *peer,
			    int ifindex);
void pgw_peer_proved(struct pgw_net *pn, struct pgw_peer *peer, int ifindex);
bool pgw_peer_is_current(const struct pgw_peer *peer);
void pgw_peer_fold(struct pgw_peer *peer);
void pgw_peer_fold_or_notify(struct pgw_peer *peer, u64 word);
u32 pgw_peer_flush(struct pgw_net *pn,
		   bool (*is_selected)(const struct pgw_peer *peer,
				       const void *selection),
		   const void *selection);
struct pgw_peer *pgw_peer_next(struct pgw_net *pn, struct pgw_place *place);

static inline struct pgw_peer *pgw_peer_of(struct pgw_node *node)
{
	return node ? container_of(node, struct pgw_peer, node) : NULL;
}

/* Context: RCU, in an active namespace. */
static inline struct pgw_peer *pgw_peer_find(const struct pgw_net *pn,
					     const struct pgw_key *key)
{
	return pgw_peer_of(pgw_table_find(&pn->peers, key));
}

/* A packet of a known client came in. Context: RCU. Return: true if by its ingress. */
static inline bool pgw_peer_is_at(struct pgw_peer *peer, int ifindex)
{
	const struct pgw_iface *ingress = rcu_dereference(peer->ingress);

	if (unlikely(READ_ONCE(ingress->ifindex) != ifindex))
		return false;
	if (READ_ONCE(peer->seen) != (u32)jiffies)
		WRITE_ONCE(peer->seen, (u32)jiffies);
	return true;
}

/* A packet that proves nothing came in from a known client. Context: RCU. */
static inline void pgw_peer_saw(struct pgw_net *pn, struct pgw_peer *peer,
				int ifindex)
{
	if (!pgw_peer_is_at(peer, ifindex))
		pgw_peer_saw_elsewhere(pn, peer, ifindex);
}

/* Count a packet from the client. */
static inline void pgw_peer_received(struct pgw_peer *peer, u32 bytes)
{
	if (unlikely(pgw_recent_is_full(pgw_recent_add(&peer->recent.rx, bytes))))
		pgw_peer_fold(peer);
}

/* Count a reply that leaves. Context: RCU. */
static inline void pgw_peer_replied(struct pgw_peer *peer, u32 bytes, bool steered)
{
	u64 word;

	if (steered) {
		word = pgw_recent_add(&peer->recent.steered, bytes);
		if (unlikely(pgw_recent_is_new_or_full(word)))
			pgw_peer_fold_or_notify(peer, word);
	} else {
		word = pgw_recent_add(&peer->recent.kept, bytes);
		if (unlikely(pgw_recent_is_full(word)))
			pgw_peer_fold(peer);
	}
}

void pgw_peer_expire(struct pgw_net *pn);
void pgw_peer_stop(struct pgw_net *pn);
int pgw_peer_init(void);
void pgw_peer_exit(void);

#endif /* PGW_PEER_H */
