// SPDX-License-Identifier: GPL-2.0
/*
 * Notes of connections whose handshake is not proven yet: by which uplink the segments
 * came in, so that the SYN-ACK leaves there. And, later too: how far a server behind this
 * host has sent, so that acknowledging that is proof, and how far the client has proved
 * itself; and the route of the replies, so that the next one to a client without a peer needs
 * no lookup.
 *
 * A fixed number of cells, chosen by a keyed hash of the addresses and the client's port:
 * nothing to allocate, nothing to clean up. A flood only overwrites cells; a client that
 * loses its cell writes it again with its next segment. All but start and stop run in the
 * packet path.
 */
#include "halfopen.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/seqlock.h>

#include "retired.h"

#define CELLS		4096	/* a power of two */
#define CELLS_OTHER	256	/* outside the initial user namespace; likewise */

/* Bytes of a server that may be missing, lost or overtaken: messages have 220 at most. */
#define GAP		2048

/**
 * struct pgw_half_open - a cell
 * @lock: guards the rest
 * @tag: the whole hash, which hardly any two connections share
 * @ifindex: where its segments came in, or 0
 * @since: jiffies of the last of them, low 32 bits; if @ifindex
 * @ack: the acknowledgment that proves the client, if @answered
 * @proved: the one that did last, or could have first; likewise
 * @answered: segments of the server have passed
 * @kept: @dst may be used: it is of this connection, not of an earlier one
 * @dst: the route that a reply left by, or NULL; a reference
 * @steers: @dst was looked up for a reply, not chosen by its sender
 */
struct pgw_half_open {
	seqlock_t lock; /* with bottom halves off */
	u64 tag;
	int ifindex;
	u32 since;
	u32 ack;
	u32 proved;
	bool answered;
	bool kept;
	bool steers;
	struct dst_entry __rcu *dst;
};

static struct pgw_half_open *cell_of(struct pgw_net *pn,
				     const struct pgw_key *key, u32 port,
				     u64 *tag)
{
	*tag = pgw_hash(&pn->peers, pgw_hash(&pn->peers, key->word) + port);
	return &pn->half_open[(*tag >> 32) & pn->half_open_mask];
}

/* It says where segments came in, not long ago. Context: its lock. */
static bool is_fresh(const struct pgw_half_open *cell)
{
	return cell->ifindex &&
	       (u32)jiffies - cell->since < PGW_HALF_OPEN_FRESH;
}

/* Take the cell over for this connection. Context: its lock. */
static void claim(struct pgw_half_open *cell, u64 tag)
{
	if (cell->tag == tag)
		return;
	cell->tag = tag;
	cell->ifindex = 0;
	cell->answered = false;
	cell->kept = false;
}

/**
 * pgw_half_open_note - note a segment to a server that proves nothing
 * @pn: namespace
 * @key: client and local address
 * @port: the client's
 * @ifindex: uplink it came in by
 *
 * While the note of a connection is fresh, no other interface takes it over: the second
 * sender may be an attacker.
 */
void pgw_half_open_note(struct pgw_net *pn, const struct pgw_key *key,
			u16 port, int ifindex)
{
	struct pgw_half_open *cell;
	u64 tag;

	cell = cell_of(pn, key, port, &tag);
	write_seqlock_bh(&cell->lock);
	claim(cell, tag);
	if (cell->ifindex == ifindex || !is_fresh(cell)) {
		cell->ifindex = ifindex;
		cell->since = (u32)jiffies;
	}
	write_sequnlock_bh(&cell->lock);
}

/**
 * pgw_half_open_find - what is known of a connection
 * @pn: namespace
 * @key: client and local address
 * @port: the client's, or PGW_NO_PORT
 *
 * Context: RCU. Return: a note; an empty one if there is none.
 */
struct pgw_note pgw_half_open_find(struct pgw_net *pn, const struct pgw_key *key,
				   u32 port)
{
	struct pgw_half_open *cell;
	struct pgw_note note;
	unsigned int seq;
	bool mine;
	u64 tag;

	cell = cell_of(pn, key, port, &tag);
	do {
		seq = read_seqbegin(&cell->lock);
		mine = READ_ONCE(cell->tag) == tag;
		note.ifindex = mine ? READ_ONCE(cell->ifindex) : 0;
		note.dst = mine && READ_ONCE(cell->kept) ?
			   rcu_dereference(cell->dst) : NULL;
		note.steers = READ_ONCE(cell->steers);
	} while (read_seqretry(&cell->lock, seq));
	return note;
}

/**
 * pgw_half_open_keep - keep the route that a reply leaves by
 * @pn: namespace
 * @key: client and local address
 * @port: the client's, or PGW_NO_PORT
 * @dst: route
 * @steers: it was looked up for the reply, not chosen by its sender
 *
 * What a handshake may still need is not given up for it.
 */
void pgw_half_open_keep(struct pgw_net *pn, const struct pgw_key *key, u32 port,
			struct dst_entry *dst, bool steers)
{
	struct pgw_half_open *cell;
	u64 tag;

	if (!dst_hold_safe(dst))
		return;
	cell = cell_of(pn, key, port, &tag);
	write_seqlock_bh(&cell->lock);
	if (cell->tag == tag || !(cell->answered || is_fresh(cell))) {
		claim(cell, tag);
		cell->kept = pgw_retired_replace(&cell->dst, dst);
		cell->steers = steers;
		dst = NULL;
	}
	write_sequnlock_bh(&cell->lock);
	dst_release(dst);
}

/*
 * It continues what the server has sent, or something has been overtaken. A reset alone
 * says nothing: its sequence number may be the acknowledgment of a forged segment that it
 * answers (RFC 9293, section 3.5.2).
 */
static bool continues(const struct pgw_half_open *cell,
		      const struct pgw_packet *pkt)
{
	if (pkt->syn || !cell->answered)
		return !pkt->rst;
	return pkt->seq - cell->ack <= GAP;
}

/**
 * pgw_half_open_answered - a segment of a server behind this host goes out
 * @pn: namespace
 * @key: client and local address
 * @pkt: the segment
 * @len: bytes of data in it
 *
 * Return: true if it is the server's, and not a repetition.
 */
bool pgw_half_open_answered(struct pgw_net *pn, const struct pgw_key *key,
			    const struct pgw_packet *pkt, u32 len)
{
	struct pgw_half_open *cell;
	bool believed;
	u64 tag;

	cell = cell_of(pn, key, pkt->ports[1], &tag);
	write_seqlock_bh(&cell->lock);
	claim(cell, tag);
	believed = continues(cell, pkt);
	if (believed) {
		if (pkt->syn || !cell->answered)
			cell->proved = pkt->seq + pkt->syn;
		cell->ack = pkt->seq + pkt->syn + len + pkt->fin;
		cell->answered = !pkt->rst;
	}
	write_sequnlock_bh(&cell->lock);
	return believed;
}

/*
 * Return: true if a segment with that acknowledgment acknowledges all that was sent, or
 * is repeated, as the client misses what was sent since it proved itself.
 */
bool pgw_half_open_proves(struct pgw_net *pn, const struct pgw_key *key,
			  u16 port, u32 ack)
{
	struct pgw_half_open *cell;
	bool proves;
	u64 tag;

	cell = cell_of(pn, key, port, &tag);
	write_seqlock_bh(&cell->lock);
	proves = cell->tag == tag && cell->answered &&
		 (ack == cell->ack || ack == cell->proved);
	if (proves)
		cell->proved = ack;
	write_sequnlock_bh(&cell->lock);
	return proves;
}

/* Context: may sleep. Return: 0 or -ENOMEM. */
int pgw_half_open_start(struct pgw_net *pn)
{
	u32 cells = pgw_net_is_trusted(pn) ? CELLS : CELLS_OTHER;
	u32 i;

	pn->half_open = kvcalloc(cells, sizeof(*pn->half_open),
				 GFP_KERNEL_ACCOUNT);
	if (!pn->half_open)
		return -ENOMEM;
	for (i = 0; i < cells; i++)
		seqlock_init(&pn->half_open[i].lock);
	pn->half_open_mask = cells - 1;
	return 0;
}

/* Context: no hook runs any more. */
void pgw_half_open_stop(struct pgw_net *pn)
{
	u32 i;

	for (i = 0; i <= pn->half_open_mask; i++)
		dst_release(rcu_dereference_protected(pn->half_open[i].dst, true));
	kvfree(pn->half_open);
	pn->half_open = NULL;
}
