/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who came through which door: the peers of a namespace, and its embryos.
 */
#ifndef PGW_PEER_H
#define PGW_PEER_H

#include <net/dst.h>

#include "call.h"
#include "iface.h"

/* Packets and bytes, outer IP headers included. */
struct pgw_traffic {
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct pgw_peer - one client of one local address
 * @node: in pgw_net.peers, under its name
 * @door: where its client came in; a reference
 * @dst: the route through the door, or NULL; a reference
 * @tx: what went to the client
 * @steered: replies that were given the route through the door
 * @rx: what came from the client
 * @seen: jiffies of the last packet through the door, low 32 bits
 * @suitor_since: jiffies of the first packet of @suitor, likewise
 * @suitor: another interface by which a packet came while the door was silent;
 *	low 16 bits of its ifindex
 * @moved: how often it moved, but for counts that do not fit
 * @created: seconds of the monotonic clock
 * @calls: its struct pgw_call
 * @rcu: frees it
 *
 * There may be a million: what is added here is paid a million times.
 */
struct pgw_peer {
	struct pgw_node node;
	struct pgw_iface __rcu *door;
	struct dst_entry __rcu *dst;
	struct pgw_traffic tx;
	atomic64_t steered;
	struct pgw_traffic rx;
	u32 seen;
	u32 suitor_since;
	u16 suitor;
	u16 moved;
	u32 created;
	struct hlist_head calls;
	struct rcu_head rcu;
};

/*
 * A peer moves when its door has been silent for so long, and packets have come
 * by one other interface for so long.
 */
#define PGW_DOOR_SILENCE	(5 * HZ)
#define PGW_DOOR_COURTSHIP	(1 * HZ)

#define PGW_MAX_PEERS_LIMIT	16777216U
#define PGW_PEER_TIMEOUT_LIMIT	(7U * 24 * 3600)

extern unsigned int pgw_max_peers;	/* per namespace */
extern unsigned int pgw_peer_timeout;	/* seconds */

void pgw_peer_create(struct pgw_net *pn, const struct pgw_key *key,
		     struct pgw_iface *door);
void pgw_peer_saw_elsewhere(struct pgw_net *pn, struct pgw_peer *peer,
			    int ifindex);
struct pgw_peer *pgw_peer_next(struct pgw_net *pn, struct pgw_place *place);
bool pgw_peer_remove(struct pgw_net *pn, struct pgw_peer *peer);
void pgw_peer_event(struct pgw_net *pn, const struct pgw_peer *peer,
		    enum pptpgw_event_type type);

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

/* A packet of a known client came in by that interface. Context: RCU. */
static inline void pgw_peer_saw(struct pgw_net *pn, struct pgw_peer *peer,
				int ifindex)
{
	struct pgw_iface *door = rcu_dereference(peer->door);

	if (unlikely(READ_ONCE(door->ifindex) != ifindex))
		pgw_peer_saw_elsewhere(pn, peer, ifindex);
	else if (READ_ONCE(peer->seen) != (u32)jiffies)
		WRITE_ONCE(peer->seen, (u32)jiffies);
}

static inline void pgw_traffic_add(struct pgw_traffic *traffic, u32 bytes)
{
	atomic64_inc(&traffic->packets);
	atomic64_add(bytes, &traffic->bytes);
}

void pgw_embryo_note(struct pgw_net *pn, const struct pgw_key *key,
		     int ifindex);
int pgw_embryo_find(struct pgw_net *pn, const struct pgw_key *key);

int pgw_peer_net_start(struct pgw_net *pn);
void pgw_peer_net_stop(struct pgw_net *pn);
int pgw_peer_init(void);
void pgw_peer_exit(void);

#endif /* PGW_PEER_H */
