// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a peer. For the operator's eyes only: nothing is steered by a
 * call ID, so that wrong or missing messages cost no more than a wrong display.
 */
#include "call.h"

#include <linux/rculist.h>
#include <linux/slab.h>

#include "compat.h"

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

static int call_add(const struct pgw_net *pn, struct hlist_head *calls,
		     u16 port, const struct pgw_ctrlmsg *msg)
{
	struct pgw_call *call;

	if (call_find(calls, msg->call_id))
		return -EEXIST;
	if (is_full(pn, calls))
		return -ENOSPC;
	call = call_alloc(pn);
	if (!call)
		return -ENOMEM;
	call->port = port;
	call->client_call_id = msg->peer_call_id;
	call->local_call_id = msg->call_id;
	hlist_add_head_rcu(&call->node, calls);
	return 0;
}

/**
 * pgw_call_open - note a call that the server granted
 * @pn: namespace
 * @calls: the peer's
 * @port: the client's port of the control connection
 * @msg: PGW_CALL_OPENED
 *
 * Return: 0; -EEXIST if it is known; -ENOSPC if the peer has as many as it may, or
 * -ENOMEM.
 */
int pgw_call_open(struct pgw_net *pn, struct hlist_head *calls, u16 port,
		  const struct pgw_ctrlmsg *msg)
{
	int err;

	spin_lock_bh(&pn->calls_lock);
	err = call_add(pn, calls, port, msg);
	spin_unlock_bh(&pn->calls_lock);
	return err;
}

/**
 * pgw_call_close - forget a call that the server says is over
 * @pn: namespace
 * @calls: the peer's
 * @local_call_id: the server's ID of it
 * @closed: a copy of it
 *
 * Return: false if there is no such call.
 */
bool pgw_call_close(struct pgw_net *pn, struct hlist_head *calls,
		    u16 local_call_id, struct pgw_call *closed)
{
	struct pgw_call *call;

	spin_lock_bh(&pn->calls_lock);
	call = call_find(calls, local_call_id);
	if (call)
		call_del(call, closed);
	spin_unlock_bh(&pn->calls_lock);
	return call;
}

/**
 * pgw_call_close_port - forget one call of a control connection that ended
 * @pn: namespace
 * @calls: the peer's
 * @port: the client's port of the connection
 * @closed: a copy of the call
 *
 * Return: false if there is none left.
 */
bool pgw_call_close_port(struct pgw_net *pn, struct hlist_head *calls,
			 u16 port, struct pgw_call *closed)
{
	struct pgw_call *call, *found = NULL;

	spin_lock_bh(&pn->calls_lock);
	hlist_for_each_entry(call, calls, node)
		if (call->port == port)
			found = call;
	if (found)
		call_del(found, closed);
	spin_unlock_bh(&pn->calls_lock);
	return found;
}

/* The peer is being freed: nobody looks at its calls any more. */
void pgw_calls_free(struct hlist_head *calls)
{
	struct hlist_node *next;
	struct pgw_call *call;

	hlist_for_each_entry_safe(call, next, calls, node)
		kfree(call);
}
