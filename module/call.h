/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of a peer, as far as its control messages tell. */
#ifndef PGW_CALL_H
#define PGW_CALL_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "ctrlmsg.h"
#include "pernet.h"

/*
 * Per peer, of which many clients may share an address. They must fit in one
 * netlink message, 20 bytes each.
 */
#define PGW_MAX_CALLS 128

/* The most outside the initial user namespace. */
#define PGW_MAX_CALLS_OTHER 8

/**
 * struct pgw_call - one PPP link inside a control connection
 * @node: in pgw_peer.calls
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

int pgw_call_open(struct pgw_net *pn, struct hlist_head *calls, u16 port,
		  const struct pgw_ctrlmsg *msg);
bool pgw_call_close(struct pgw_net *pn, struct hlist_head *calls,
		    u16 local_call_id, struct pgw_call *closed);
bool pgw_call_close_port(struct pgw_net *pn, struct hlist_head *calls,
			 u16 port, struct pgw_call *closed);
void pgw_calls_free(struct hlist_head *calls);

#endif /* PGW_CALL_H */
