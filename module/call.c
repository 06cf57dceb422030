// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a peer. For the operator's eyes only: nothing is steered by a
 * call ID, so that wrong or missing messages cost no more than a wrong display.
 */
#include "call.h"

#include <linux/rculist.h>
#include <linux/slab.h>

void pgw_calls_init(struct pgw_calls *calls)
{
	INIT_HLIST_HEAD(&calls->list);
	spin_lock_init(&calls->lock);
	calls->n = 0;
}

/* The server assigns its call IDs: they tell its calls apart. */
static struct pgw_call *call_find(struct pgw_calls *calls, u16 local_call_id)
{
	struct pgw_call *call;

	hlist_for_each_entry(call, &calls->list, node)
		if (call->local_call_id == local_call_id)
			return call;
	return NULL;
}

static void call_del(struct pgw_calls *calls, struct pgw_call *call,
		     struct pgw_call *closed)
{
	*closed = *call;
	calls->n--;
	hlist_del_rcu(&call->node);
	kfree_rcu(call, rcu);
}

static bool call_add(struct pgw_calls *calls, u16 port,
		     const struct pgw_control *msg)
{
	struct pgw_call *call;

	if (calls->n >= PGW_MAX_CALLS || call_find(calls, msg->call_id))
		return false;
	call = kmalloc(sizeof(*call), GFP_ATOMIC | __GFP_NOWARN);
	if (!call)
		return false;
	call->port = port;
	call->client_call_id = msg->peer_call_id;
	call->local_call_id = msg->call_id;
	hlist_add_head_rcu(&call->node, &calls->list);
	calls->n++;
	return true;
}

/**
 * pgw_call_open - note a call that the server granted
 * @calls: the peer's
 * @port: the client's port of the control connection
 * @msg: PGW_CALL_OPENED
 *
 * Return: true if it is new; false for a repetition, or one too many.
 */
bool pgw_call_open(struct pgw_calls *calls, u16 port,
		   const struct pgw_control *msg)
{
	bool added;

	spin_lock_bh(&calls->lock);
	added = call_add(calls, port, msg);
	spin_unlock_bh(&calls->lock);
	return added;
}

/**
 * pgw_call_close - forget a call that the server says is over
 * @calls: the peer's
 * @local_call_id: the server's ID of it
 * @closed: a copy of it
 *
 * Return: false if there is no such call.
 */
bool pgw_call_close(struct pgw_calls *calls, u16 local_call_id,
		    struct pgw_call *closed)
{
	struct pgw_call *call;

	spin_lock_bh(&calls->lock);
	call = call_find(calls, local_call_id);
	if (call)
		call_del(calls, call, closed);
	spin_unlock_bh(&calls->lock);
	return call;
}

/**
 * pgw_call_close_port - forget one call of a control connection that ended
 * @calls: the peer's
 * @port: the client's port of the connection
 * @closed: a copy of the call
 *
 * Return: false if there is none left.
 */
bool pgw_call_close_port(struct pgw_calls *calls, u16 port,
			 struct pgw_call *closed)
{
	struct pgw_call *call, *found = NULL;

	spin_lock_bh(&calls->lock);
	hlist_for_each_entry(call, &calls->list, node)
		if (call->port == port)
			found = call;
	if (found)
		call_del(calls, found, closed);
	spin_unlock_bh(&calls->lock);
	return found;
}

/* The peer is being freed: nobody looks at its calls any more. */
void pgw_calls_free(struct pgw_calls *calls)
{
	struct hlist_node *next;
	struct pgw_call *call;

	hlist_for_each_entry_safe(call, next, &calls->list, node)
		kfree(call);
}
