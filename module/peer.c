// SPDX-License-Identifier: GPL-2.0
/*
 * Who came through which door. A peer is created for a client whose handshake
 * is proven, follows it when it roams, and is removed when it has been silent
 * for peer_timeout. All but start and stop run in the packet path, under RCU.
 */
#include "peer.h"

#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "event.h"

#define EMBRYOS		4096	/* a power of two */
#define EXPIRY_BATCH	512	/* chains looked at without a pause */
#define EXPIRY_BACKLOG	4096	/* peers RCU may have to free at a time */

unsigned int pgw_max_peers __read_mostly = 65536;
unsigned int pgw_peer_timeout __read_mostly = 600;

static struct kmem_cache *peer_cache __read_mostly;
static siphash_key_t embryo_secret __read_mostly;

static void peer_free_rcu(struct rcu_head *rcu)
{
	struct pgw_peer *peer = container_of(rcu, struct pgw_peer, rcu);

	pgw_calls_free(&peer->calls);
	dst_release(rcu_dereference_protected(peer->dst, true));
	pgw_iface_put(rcu_dereference_protected(peer->door, true));
	kmem_cache_free(peer_cache, peer);
}

static struct pgw_peer *peer_alloc(const struct pgw_key *key,
				   struct pgw_iface *door)
{
	struct pgw_peer *peer;

	peer = kmem_cache_zalloc(peer_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!peer)
		return NULL;
	if (!pgw_iface_get(door)) {
		kmem_cache_free(peer_cache, peer);
		return NULL;
	}
	peer->node.key = *key;
	RCU_INIT_POINTER(peer->door, door);
	peer->seen = (u32)jiffies;
	peer->created = (u32)ktime_get_seconds();
	INIT_HLIST_HEAD(&peer->calls);
	return peer;
}

/**
 * pgw_peer_event - tell the listeners of something that concerns a peer
 * @pn: namespace
 * @peer: peer
 * @type: what happened
 *
 * Context: RCU.
 */
void pgw_peer_event(struct pgw_net *pn, const struct pgw_peer *peer,
		    enum pptpgw_event_type type)
{
	const struct pgw_iface *door = rcu_dereference(peer->door);
	const struct pgw_event event = {
		.type = type,
		.client = peer->node.key.client,
		.local = peer->node.key.local,
		.ifindex = READ_ONCE(door->ifindex),
	};

	pgw_event_send(pn, &event);
}

static void table_full(struct pgw_net *pn, struct pgw_iface *door)
{
	const struct pgw_event event = {
		.type = PPTPGW_EVENT_TABLE_FULL,
		.ifindex = READ_ONCE(door->ifindex),
	};

	pgw_count(door, PGW_TABLE_FULL);
	if (pgw_event_due(&door->table_full_event))
		pgw_event_send(pn, &event);
}

/**
 * pgw_peer_create - remember where a proven client came in
 * @pn: namespace
 * @key: the peer's name
 * @door: interface it came in by
 *
 * Bounded by max_peers; a refusal is counted, and costs the client nothing but
 * the certainty of its door.
 */
void pgw_peer_create(struct pgw_net *pn, const struct pgw_key *key,
		     struct pgw_iface *door)
{
	struct pgw_peer *peer = NULL;

	if (atomic_read(&pn->peers.n) < READ_ONCE(pgw_max_peers))
		peer = peer_alloc(key, door);
	if (!peer) {
		table_full(pn, door);
		return;
	}
	/* Two CPUs may try at once: one is enough. */
	if (!pgw_table_insert(&pn->peers, &peer->node)) {
		peer_free_rcu(&peer->rcu);
		return;
	}
	WRITE_ONCE(pn->generation, pn->generation + 1);
	pgw_count(door, PGW_LEARNED);
	pgw_peer_event(pn, peer, PPTPGW_EVENT_TUNNEL_UP);
}

/**
 * pgw_peer_remove - forget a peer
 * @pn: namespace
 * @peer: peer
 *
 * Context: RCU. Return: false if somebody else did.
 */
bool pgw_peer_remove(struct pgw_net *pn, struct pgw_peer *peer)
{
	if (!pgw_table_remove(&pn->peers, &peer->node))
		return false;
	WRITE_ONCE(pn->generation, pn->generation + 1);
	pgw_peer_event(pn, peer, PPTPGW_EVENT_TUNNEL_DOWN);
	call_rcu(&peer->rcu, peer_free_rcu);
	return true;
}

/* pgw_table_next() for peers. */
struct pgw_peer *pgw_peer_next(struct pgw_net *pn, struct pgw_place *place)
{
	return pgw_peer_of(pgw_table_next(&pn->peers, place));
}

/* Nothing can come in by that interface now. */
static bool door_is_down(struct pgw_net *pn, const struct pgw_iface *door)
{
	struct net_device *dev;

	dev = dev_get_by_index_rcu(pn->net, READ_ONCE(door->ifindex));
	return !dev || !netif_running(dev) || !netif_carrier_ok(dev);
}

static bool door_is_silent(const struct pgw_peer *peer)
{
	return time_after32((u32)jiffies,
			    READ_ONCE(peer->seen) + PGW_DOOR_SILENCE);
}

/*
 * One packet does not move a peer, not even when its door is silent: another
 * must come by the same interface a while later, with the door silent still.
 */
static bool suitor_is_serious(struct pgw_peer *peer, int ifindex)
{
	u32 since = READ_ONCE(peer->suitor_since);
	u32 now = (u32)jiffies;

	if (READ_ONCE(peer->suitor) == (u16)ifindex &&
	    time_after32(since, READ_ONCE(peer->seen)) &&
	    time_after32(now, since + PGW_DOOR_COURTSHIP))
		return true;
	if (READ_ONCE(peer->suitor) != (u16)ifindex ||
	    !time_after32(since, READ_ONCE(peer->seen))) {
		WRITE_ONCE(peer->suitor_since, now);
		WRITE_ONCE(peer->suitor, (u16)ifindex);
	}
	return false;
}

/*
 * From an uplink a peer only moves to an uplink: a packet on the corporate side
 * must not make replies leak there.
 */
static bool may_move(struct pgw_net *pn, struct pgw_peer *peer,
		     const struct pgw_iface *old, const struct pgw_iface *new)
{
	if (pgw_iface_is(old, PPTPGW_ROLE_INTERNET) &&
	    !pgw_iface_is(new, PPTPGW_ROLE_INTERNET))
		return false;
	return door_is_down(pn, old) ||
	       (door_is_silent(peer) && suitor_is_serious(peer, new->ifindex));
}

static void peer_move(struct pgw_net *pn, struct pgw_peer *peer,
		      struct pgw_iface *old, struct pgw_iface *new)
{
	struct pgw_event event = {
		.type = PPTPGW_EVENT_DOOR_MOVED,
		.client = peer->node.key.client,
		.local = peer->node.key.local,
	};

	if (!pgw_iface_get(new))
		return;
	WRITE_ONCE(peer->seen, (u32)jiffies);
	if (cmpxchg((__force struct pgw_iface **)&peer->door, old, new) != old) {
		pgw_iface_put(new);
		return;
	}
	if (peer->moved < U16_MAX)
		WRITE_ONCE(peer->moved, peer->moved + 1);
	pgw_count(new, PGW_MOVED);
	event.old_ifindex = READ_ONCE(old->ifindex);
	event.ifindex = READ_ONCE(new->ifindex);
	pgw_event_send(pn, &event);
	pgw_iface_put(old);
}

/**
 * pgw_peer_saw_elsewhere - a packet of a known client came by another interface
 * @pn: namespace
 * @peer: the peer it belongs to
 * @ifindex: interface it came in by
 *
 * Moves the peer there if may_move().
 */
void pgw_peer_saw_elsewhere(struct pgw_net *pn, struct pgw_peer *peer,
			    int ifindex)
{
	struct pgw_iface *door = rcu_dereference(peer->door);
	struct pgw_iface *new;

	new = pgw_iface_find(pn, ifindex);
	if (!new)
		return;
	if (may_move(pn, peer, door, new))
		peer_move(pn, peer, door, new);
	else
		pgw_count(new, PGW_MOVE_REFUSED);
}

/*
 * The embryo cache. A cell holds 32 bits of the key's hash and the ifindex, in
 * one atomic word: no lock, no allocation, nothing to clean up. A flood only
 * overwrites cells; a client that loses its cell writes it again with its next
 * segment. Half a hash in common by chance: one in 2^32.
 */
static atomic64_t *embryo_cell(struct pgw_net *pn, const struct pgw_key *key,
			       u32 *tag)
{
	u64 hash = siphash_2u32((__force u32)key->client,
				(__force u32)key->local, &embryo_secret);

	*tag = hash >> 32;
	return &pn->embryos[hash & (EMBRYOS - 1)];
}

void pgw_embryo_note(struct pgw_net *pn, const struct pgw_key *key,
		     int ifindex)
{
	atomic64_t *cell;
	u32 tag;

	cell = embryo_cell(pn, key, &tag);
	atomic64_set(cell, (s64)((u64)tag << 32 | (u32)ifindex));
}

/* Return: ifindex, or 0 if @key is not in the cache. */
int pgw_embryo_find(struct pgw_net *pn, const struct pgw_key *key)
{
	u64 embryo;
	u32 tag;

	embryo = atomic64_read(embryo_cell(pn, key, &tag));
	return embryo >> 32 == tag ? (int)(u32)embryo : 0;
}

static bool peer_is_idle(const struct pgw_peer *peer)
{
	return time_after32((u32)jiffies, READ_ONCE(peer->seen) +
			    READ_ONCE(pgw_peer_timeout) * HZ);
}

static bool peer_expire(struct pgw_net *pn, struct pgw_peer *peer)
{
	if (!pgw_peer_remove(pn, peer))
		return false;
	pgw_count(rcu_dereference(peer->door), PGW_EXPIRED);
	return true;
}

/* Look at some chains from @place on. Return: how many peers were removed. */
static unsigned int expire_batch(struct pgw_net *pn, struct pgw_place *place)
{
	struct pgw_peer *peer;
	unsigned int n = 0;

	place->end = min(place->chain + EXPIRY_BATCH,
			 pgw_table_size(&pn->peers));
	rcu_read_lock();
	for (; (peer = pgw_peer_next(pn, place)); pgw_place_pass(place))
		if (peer_is_idle(peer))
			n += peer_expire(pn, peer);
	rcu_read_unlock();
	return n;
}

static void expiry_schedule(struct pgw_net *pn)
{
	unsigned int seconds = READ_ONCE(pgw_peer_timeout) / 4;

	queue_delayed_work(system_power_efficient_wq, &pn->expiry,
			   clamp(seconds, 1U, 30U) * HZ);
}

static void expiry_work(struct work_struct *work)
{
	struct pgw_net *pn = container_of(to_delayed_work(work),
					  struct pgw_net, expiry);
	struct pgw_place place = {};
	unsigned int removed = 0;

	while (place.chain < pgw_table_size(&pn->peers)) {
		removed += expire_batch(pn, &place);
		cond_resched();
		if (removed < EXPIRY_BACKLOG)
			continue;
		rcu_barrier();
		removed = 0;
	}

	if (!atomic_read(&pn->peers.n))
		pgw_net_idle(pn);
	expiry_schedule(pn);
}

/* Context: RTNL. Return: 0 or -ENOMEM. */
int pgw_peer_net_start(struct pgw_net *pn)
{
	int err;

	pn->embryos = kvcalloc(EMBRYOS, sizeof(*pn->embryos), GFP_KERNEL);
	if (!pn->embryos)
		return -ENOMEM;
	err = pgw_table_init(&pn->peers, READ_ONCE(pgw_max_peers));
	if (err) {
		kvfree(pn->embryos);
		return err;
	}
	INIT_DELAYED_WORK(&pn->expiry, expiry_work);
	expiry_schedule(pn);
	return 0;
}

static void peer_release(struct pgw_node *node)
{
	peer_free_rcu(&pgw_peer_of(node)->rcu);
}

/* Context: RTNL; the hooks have stopped. */
void pgw_peer_net_stop(struct pgw_net *pn)
{
	cancel_delayed_work_sync(&pn->expiry);
	pgw_table_destroy(&pn->peers, peer_release);
	kvfree(pn->embryos);
}

int __init pgw_peer_init(void)
{
	get_random_bytes(&embryo_secret, sizeof(embryo_secret));
	peer_cache = kmem_cache_create("pptpgw_peer", sizeof(struct pgw_peer),
				       0, 0, NULL);
	return peer_cache ? 0 : -ENOMEM;
}

/* Waits for the callbacks that free peers. */
void pgw_peer_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(peer_cache);
}
