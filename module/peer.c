// SPDX-License-Identifier: GPL-2.0
/*
 * Who came in where. A peer is made for a client that has proved itself, follows it
 * when it proves that it has moved, and is removed when it has been silent for
 * peer_timeout. Most of this runs in the packet path, under RCU.
 */
#include "peer.h"

#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "event.h"

#define EXPIRY_BACKLOG	4096	/* peers that wait to be freed */

unsigned int pgw_max_peers __read_mostly = 65536;
unsigned int pgw_peer_timeout __read_mostly = 600;

static struct kmem_cache *peer_cache __read_mostly;

/* Nobody sees it any more, or has seen it yet. */
static void peer_free(struct pgw_peer *peer)
{
	pgw_calls_free(&peer->calls);
	dst_release(rcu_dereference_protected(peer->dst, true));
	pgw_iface_put(rcu_dereference_protected(peer->ingress, true));
	kmem_cache_free(peer_cache, peer);
}

/* Not GFP_ATOMIC, which may exceed the limit of the memory cgroup. */
static struct pgw_peer *peer_zalloc(struct pgw_net *pn)
{
	struct mem_cgroup *old = pgw_charge(pn->memcg);
	struct pgw_peer *peer;

	peer = kmem_cache_zalloc(peer_cache, GFP_NOWAIT | __GFP_NOWARN);
	pgw_charge(old);
	return peer;
}

static struct pgw_peer *peer_alloc(struct pgw_net *pn, const struct pgw_key *key,
				   struct pgw_iface *ingress)
{
	struct pgw_peer *peer = peer_zalloc(pn);

	if (!peer)
		return NULL;
	if (!pgw_iface_get(ingress)) {
		kmem_cache_free(peer_cache, peer);
		return NULL;
	}
	peer->node.key = *key;
	RCU_INIT_POINTER(peer->ingress, ingress);
	peer->seen = (u32)jiffies;
	peer->proven = peer->seen;
	peer->created = (u32)ktime_get_seconds();
	INIT_HLIST_HEAD(&peer->calls);
	return peer;
}

/* Notify listeners of something that concerns a peer. Context: RCU. */
static void peer_event(struct pgw_net *pn, const struct pgw_peer *peer,
		       enum pptpgw_event_type type)
{
	const struct pgw_iface *ingress = rcu_dereference(peer->ingress);
	const struct pgw_event event = {
		.type = type,
		.client = peer->node.key.client,
		.local = peer->node.key.local,
		.ingress = READ_ONCE(ingress->ifindex),
	};

	pgw_event_send(pn, &event);
}

static void table_full(struct pgw_net *pn, struct pgw_iface *ingress)
{
	const struct pgw_event event = {
		.type = PPTPGW_EVENT_TABLE_FULL,
		.ingress = READ_ONCE(ingress->ifindex),
	};

	pgw_count(ingress, PPTPGW_COUNTER_TABLE_FULL);
	if (pgw_event_due(&ingress->table_full_event))
		pgw_event_send(pn, &event);
}

static unsigned int max_peers(const struct pgw_net *pn)
{
	unsigned int max = READ_ONCE(pgw_max_peers);

	return pgw_net_is_trusted(pn) ? max : min(max, PGW_MAX_PEERS_OTHER);
}

/**
 * pgw_peer_create - remember by which interface a proven client came in
 * @pn: namespace
 * @key: the peer's name
 * @ingress: interface it came in by
 *
 * Bounded by max_peers. A refusal is counted; the client's replies still leave by an
 * uplink, but not surely by its own.
 */
void pgw_peer_create(struct pgw_net *pn, const struct pgw_key *key,
		     struct pgw_iface *ingress)
{
	struct pgw_peer *peer = NULL;

	if (atomic_read(&pn->peers.n) < max_peers(pn))
		peer = peer_alloc(pn, key, ingress);
	if (!peer) {
		table_full(pn, ingress);
		return;
	}
	/* Two CPUs may try at once: one is enough. */
	if (!pgw_table_insert(&pn->peers, &peer->node)) {
		peer_free(peer);
		return;
	}
	WRITE_ONCE(pn->generation, pn->generation + 1);
	pgw_count(ingress, PPTPGW_COUNTER_LEARNED);
	peer_event(pn, peer, PPTPGW_EVENT_TUNNEL_UP);
}

/*
 * The peer is added to @removed. Context: RCU, between batch_begin() and _end().
 * Return: false if it was removed before.
 */
static bool peer_remove(struct pgw_net *pn, struct pgw_peer *peer,
			struct llist_head *removed)
{
	if (!pgw_table_remove(&pn->peers, &peer->node))
		return false;
	WRITE_ONCE(pn->generation, pn->generation + 1);
	peer_event(pn, peer, PPTPGW_EVENT_TUNNEL_DOWN);
	llist_add(&peer->removed, removed);
	return true;
}

/* Context: may sleep. */
static void free_removed(struct llist_head *removed)
{
	struct pgw_peer *peer, *next;

	if (llist_empty(removed))
		return;
	synchronize_rcu();
	llist_for_each_entry_safe(peer, next, llist_del_all(removed), removed) {
		peer_free(peer);
		cond_resched();
	}
}

/* Peers may be removed until batch_end(). */
static void batch_begin(struct pgw_net *pn, struct pgw_place *place)
	__acquires(RCU)
{
	mutex_lock(&pn->peers.removal);
	rcu_read_lock();
	place->left = PGW_BATCH;
}

static void batch_end(struct pgw_net *pn)
	__releases(RCU)
{
	rcu_read_unlock();
	mutex_unlock(&pn->peers.removal);
}

/* pgw_table_next() for peers. */
struct pgw_peer *pgw_peer_next(struct pgw_net *pn, struct pgw_place *place)
{
	return pgw_peer_of(pgw_table_next(&pn->peers, place));
}

static void peer_move(struct pgw_net *pn, struct pgw_peer *peer,
		      struct pgw_iface *old, struct pgw_iface *new)
{
	struct pgw_event event = {
		.type = PPTPGW_EVENT_INGRESS_MOVED,
		.client = peer->node.key.client,
		.local = peer->node.key.local,
	};

	if (!pgw_iface_get(new))
		return;
	if (cmpxchg((__force struct pgw_iface **)&peer->ingress, old, new) != old) {
		pgw_iface_put(new);
		return;
	}
	WRITE_ONCE(peer->seen, (u32)jiffies);
	if (peer->moved < U16_MAX)
		WRITE_ONCE(peer->moved, peer->moved + 1);
	pgw_count(new, PPTPGW_COUNTER_MOVED);
	event.old_ingress = READ_ONCE(old->ifindex);
	event.ingress = READ_ONCE(new->ifindex);
	if (pgw_event_due(&new->moved_event))
		pgw_event_send(pn, &event);
	pgw_iface_put(old);
}

/**
 * pgw_peer_saw_elsewhere - a packet came by another interface than the peer's ingress
 * @pn: namespace
 * @peer: the peer whose client it claims to be from
 * @ifindex: interface it came in by
 *
 * It proves nothing, so it moves the peer only if nothing can come in by the ingress, and
 * only to an uplink; the client's next proof corrects a wrong move.
 */
void pgw_peer_saw_elsewhere(struct pgw_net *pn, struct pgw_peer *peer,
			    int ifindex)
{
	struct pgw_iface *ingress = rcu_dereference(peer->ingress);
	struct pgw_iface *new = pgw_iface_find(pn, ifindex);

	if (!new)
		return;
	if (pgw_iface_is(new, PPTPGW_ROLE_INTERNET) && pgw_iface_is_down(ingress))
		peer_move(pn, peer, ingress, new);
	else
		pgw_count(new, PPTPGW_COUNTER_MOVE_REFUSED);
}

/**
 * pgw_peer_proved - a segment proves that a peer's client uses an interface
 * @pn: namespace
 * @peer: peer
 * @ifindex: the interface
 */
void pgw_peer_proved(struct pgw_net *pn, struct pgw_peer *peer, int ifindex)
{
	struct pgw_iface *ingress = rcu_dereference(peer->ingress);
	struct pgw_iface *new;

	WRITE_ONCE(peer->proven, (u32)jiffies);
	if (READ_ONCE(ingress->ifindex) == ifindex) {
		WRITE_ONCE(peer->seen, (u32)jiffies);
		return;
	}
	new = pgw_iface_find(pn, ifindex);
	if (new)
		peer_move(pn, peer, ingress, new);
}

/* Has the client proved lately that it uses the peer's ingress? */
bool pgw_peer_is_current(const struct pgw_peer *peer)
{
	return (u32)jiffies - READ_ONCE(peer->proven) < PGW_PROOF_LASTS &&
	       !pgw_iface_is_down(rcu_dereference(peer->ingress));
}

/* Counters of a peer that are full are added to its sums. */
void pgw_peer_fold(struct pgw_peer *peer)
{
	pgw_traffic_fold(&peer->traffic, &peer->recent);
}

/**
 * pgw_peer_fold_or_notify - a reply was steered, and pgw_recent_is_new_or_full()
 * @peer: the client's
 * @word: the counter before the reply
 *
 * The first steered reply to a client is an event. Context: RCU.
 */
void pgw_peer_fold_or_notify(struct pgw_peer *peer, u64 word)
{
	if (word)
		pgw_peer_fold(peer);
	else if (!READ_ONCE(peer->traffic.steered))
		peer_event(rcu_dereference(peer->ingress)->pn, peer,
			   PPTPGW_EVENT_FIRST_STEER);
}

static bool peer_is_idle(const struct pgw_peer *peer)
{
	return time_after32((u32)jiffies, READ_ONCE(peer->seen) +
			    READ_ONCE(pgw_peer_timeout) * HZ);
}

static bool peer_expire(struct pgw_net *pn, struct pgw_peer *peer,
			struct llist_head *removed)
{
	if (!peer_is_idle(peer) || !peer_remove(pn, peer, removed))
		return false;
	pgw_count(rcu_dereference(peer->ingress), PPTPGW_COUNTER_EXPIRED);
	return true;
}

/* Examine some peers from @place on. Return: how many were removed. */
static unsigned int expire_batch(struct pgw_net *pn, struct pgw_place *place,
				 struct llist_head *removed)
{
	struct pgw_peer *peer;
	unsigned int n = 0;

	batch_begin(pn, place);
	while ((peer = pgw_peer_next(pn, place)))
		n += peer_expire(pn, peer, removed);
	batch_end(pn);
	return n;
}

/**
 * pgw_peer_flush - forget peers
 * @pn: namespace
 * @is_selected: selects them
 * @selection: for @is_selected
 *
 * Context: may sleep; without RTNL. Return: how many.
 */
u32 pgw_peer_flush(struct pgw_net *pn,
		   bool (*is_selected)(const struct pgw_peer *peer,
				       const void *selection),
		   const void *selection)
{
	struct pgw_place place = {};
	struct pgw_peer *peer;
	LLIST_HEAD(removed);
	u32 n = 0;

	while (!place.end) {
		batch_begin(pn, &place);
		while ((peer = pgw_peer_next(pn, &place)))
			n += is_selected(peer, selection) &&
			     peer_remove(pn, peer, &removed);
		batch_end(pn);
		cond_resched();
	}
	free_removed(&removed);
	return n;
}

/* Remove the peers that are idle. Context: may sleep. */
void pgw_peer_expire(struct pgw_net *pn)
{
	struct pgw_place place = {};
	LLIST_HEAD(removed);
	unsigned int n = 0;

	while (!place.end) {
		n += expire_batch(pn, &place, &removed);
		cond_resched();
		if (n < EXPIRY_BACKLOG)
			continue;
		free_removed(&removed);
		n = 0;
	}
	free_removed(&removed);
}

static void peer_release(struct pgw_node *node)
{
	peer_free(pgw_peer_of(node));
}

/* Context: may sleep, for long; no hook runs any more. */
void pgw_peer_stop(struct pgw_net *pn)
{
	pgw_table_stop(&pn->peers, peer_release);
}

int __init pgw_peer_init(void)
{
	BUILD_BUG_ON(offsetof(struct pgw_peer, traffic) > 64);
	BUILD_BUG_ON(sizeof(struct pgw_peer) > 128);
	peer_cache = kmem_cache_create("pptpgw_peer", sizeof(struct pgw_peer),
				       0, SLAB_ACCOUNT | SLAB_HWCACHE_ALIGN,
				       NULL);
	return peer_cache ? 0 : -ENOMEM;
}

void pgw_peer_exit(void)
{
	kmem_cache_destroy(peer_cache);
}
