// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a peer, as the segments of its control connections open and close
 * them. They are only displayed: nothing is steered by a call ID, so wrong or missing
 * messages cost no more than a wrong display. The caller knows that a segment is what it
 * claims to be: the server's own, or proven.
 */
#include "call.h"

#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/ip.h>

#include "compat.h"
#include "ctrlmsg.h"
#include "event.h"

/* What a segment concerns: the calls of a peer, and the client's port. */
struct connection {
	struct hlist_head *calls;
	const struct pgw_key *key;
	struct pgw_iface *ingress;
	u16 port;
};

/* The server assigns its call IDs: they tell its calls apart. */
static struct pgw_call *call_find(struct hlist_head *calls, u16 local_call_id)
{
	struct pgw_call *call;

	hlist_for_each_entry(call, calls, node)
		if (call->local_call_id == local_call_id)
			return call;
	return NULL;
}

static void call_del(struct pgw_call *call, struct pgw_call *closed)
{
	*closed = *call;
	hlist_del_rcu(&call->node);
	kfree_rcu(call, rcu);
}

static bool is_full(const struct pgw_net *pn, const struct hlist_head *calls)
{
	const struct pgw_call *call;
	unsigned int n = 0;

	hlist_for_each_entry(call, calls, node)
		n++;
	return n >= (pgw_net_is_trusted(pn) ? PGW_MAX_CALLS :
					      PGW_MAX_CALLS_OTHER);
}

static struct pgw_call *call_alloc(const struct pgw_net *pn)
{
	struct mem_cgroup *old = pgw_charge(pn->memcg);
	struct pgw_call *call;

	call = kmalloc(sizeof(*call),
		       GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT);
	pgw_charge(old);
	return call;
}

/* Return: 0; -EEXIST if it is known; -ENOSPC or -ENOMEM if it cannot be kept. */
static int call_add(const struct pgw_net *pn, const struct connection *c,
		    const struct pgw_ctrlmsg *msg)
{
	struct pgw_call *call;

	if (call_find(c->calls, msg->call_id))
		return -EEXIST;
	if (is_full(pn, c->calls))
		return -ENOSPC;
	call = call_alloc(pn);
	if (!call)
		return -ENOMEM;
	call->port = c->port;
	call->client_call_id = msg->peer_call_id;
	call->local_call_id = msg->call_id;
	hlist_add_head_rcu(&call->node, c->calls);
	return 0;
}

static void notify(const struct connection *c, enum pptpgw_event_type type,
		   u16 client_call_id, u16 local_call_id)
{
	const struct pgw_event event = {
		.type = type,
		.client = c->key->client,
		.local = c->key->local,
		.ingress = READ_ONCE(c->ingress->ifindex),
		.client_call_id = client_call_id,
		.local_call_id = local_call_id,
	};

	pgw_event_send(c->ingress->pn, &event);
}

/* The server granted a call. */
static void call_open(const struct connection *c, const struct pgw_ctrlmsg *msg)
{
	struct pgw_net *pn = c->ingress->pn;
	int err;

	spin_lock_bh(&pn->calls_lock);
	err = call_add(pn, c, msg);
	spin_unlock_bh(&pn->calls_lock);
	if (err == -EEXIST)
		return;
	pgw_count(c->ingress, err ? PPTPGW_COUNTER_CALLS_REFUSED :
				    PPTPGW_COUNTER_CALLS_OPENED);
	if (!err)
		notify(c, PPTPGW_EVENT_CALL_OPENED, msg->peer_call_id,
		       msg->call_id);
}

static bool is_named(const struct pgw_call *call, const struct connection *c,
		     const struct pgw_ctrlmsg *msg)
{
	return msg ? call->local_call_id == msg->call_id : call->port == c->port;
}

/*
 * Close one call: the one that @msg names; without @msg, any of the connection. Return:
 * false if there is none.
 */
static bool call_close(const struct connection *c, const struct pgw_ctrlmsg *msg)
{
	struct pgw_net *pn = c->ingress->pn;
	struct pgw_call *call, closed;
	bool found = false;

	spin_lock_bh(&pn->calls_lock);
	hlist_for_each_entry(call, c->calls, node) {
		found = is_named(call, c, msg);
		if (found) {
			call_del(call, &closed);
			break;
		}
	}
	spin_unlock_bh(&pn->calls_lock);
	if (!found)
		return false;
	pgw_count(c->ingress, PPTPGW_COUNTER_CALLS_CLOSED);
	notify(c, PPTPGW_EVENT_CALL_CLOSED, closed.client_call_id,
	       closed.local_call_id);
	return true;
}

/*
 * Follow the control messages of a segment; the client's are only checked. A message
 * that is split over two segments is not understood, which is counted and harms
 * nobody.
 */
static void follow_messages(const struct connection *c, const struct sk_buff *skb,
			    const struct pgw_packet *pkt)
{
	u32 offset = ip_hdrlen(skb) + pkt->header;
	unsigned int burst = PGW_CTRLMSG_BURST;
	u8 buf[PGW_CTRLMSG_NEED];
	struct pgw_ctrlmsg msg;
	const u8 *p;
	u32 len;

	for (; offset < skb->len && burst; burst--, offset += msg.length) {
		len = min_t(u32, skb->len - offset, sizeof(buf));
		p = skb_header_pointer(skb, offset, len, buf);
		if (!p || !pgw_ctrlmsg_parse(p, len, skb->len - offset, &msg)) {
			pgw_count(c->ingress, PPTPGW_COUNTER_CONTROL_ODD);
			return;
		}
		if (pkt->from_server && msg.event == PGW_CALL_OPENED)
			call_open(c, &msg);
		else if (pkt->from_server && msg.event == PGW_CALL_CLOSED)
			call_close(c, &msg);
	}
}

/**
 * pgw_calls_follow - follow the calls of a peer
 * @calls: the peer's
 * @key: its name
 * @ingress: its ingress
 * @skb: a segment of a control connection, from the client or to it
 * @pkt: what it is
 *
 * The calls of a control connection end with it, whether or not a message says so.
 * Context: RCU.
 */
void pgw_calls_follow(struct hlist_head *calls, const struct pgw_key *key,
		      struct pgw_iface *ingress, const struct sk_buff *skb,
		      const struct pgw_packet *pkt)
{
	const struct connection c = {
		.calls = calls,
		.key = key,
		.ingress = ingress,
		.port = pkt->ports[pkt->from_server],
	};

	if (pkt->data && !pkt->syn)
		follow_messages(&c, skb, pkt);
	if (!pkt->fin && !pkt->rst)
		return;
	while (call_close(&c, NULL))
		;
}

/* The peer is being freed: nobody reads its calls any more. */
void pgw_calls_free(struct hlist_head *calls)
{
	struct hlist_node *next;
	struct pgw_call *call;

	hlist_for_each_entry_safe(call, next, calls, node)
		kfree(call);
}
