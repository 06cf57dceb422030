/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of a peer, as far as its control messages tell. */
#ifndef PGW_CALL_H
#define PGW_CALL_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "control.h"

/*
 * Per peer, of which many clients may share an address. They must fit in one
 * netlink message, 20 bytes each.
 */
#define PGW_MAX_CALLS 128

/**
 * struct pgw_call - one PPP link inside a control connection
 * @node: in pgw_calls.list
 * @port: the client's port of the control connection
 * @client_call_id: assigned by the client
 * @local_call_id: assigned by the server
 * @rcu: frees it
 */
struct pgw_call {
	struct hlist_node node;
	u16 port;
	u16 client_call_id;
	u16 local_call_id;
	struct rcu_head rcu;
};

/**
 * struct pgw_calls - the calls of one peer
 * @list: struct pgw_call; written under @lock, read under RCU
 * @lock: with bottom halves off
 * @n: how many; under @lock
 */
struct pgw_calls {
	struct hlist_head list;
	spinlock_t lock; /* guards @list and @n */
	u32 n;
};

void pgw_calls_init(struct pgw_calls *calls);
bool pgw_call_open(struct pgw_calls *calls, u16 port,
		   const struct pgw_control *msg);
bool pgw_call_close(struct pgw_calls *calls, u16 local_call_id,
		    struct pgw_call *closed);
bool pgw_call_close_port(struct pgw_calls *calls, u16 port,
			 struct pgw_call *closed);
void pgw_calls_free(struct pgw_calls *calls);

#endif /* PGW_CALL_H */
