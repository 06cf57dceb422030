/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of a peer, as its control connections open and close them. */
#ifndef PGW_CALL_H
#define PGW_CALL_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>

#include "iface.h"
#include "packet.h"

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

void pgw_calls_follow(struct hlist_head *calls, const struct pgw_key *key,
		      struct pgw_iface *ingress, const struct sk_buff *skb,
		      const struct pgw_packet *pkt);
void pgw_calls_free(struct hlist_head *calls);

#endif /* PGW_CALL_H */
