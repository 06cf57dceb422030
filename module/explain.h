/* SPDX-License-Identifier: GPL-2.0 */
/* Where would a reply leave, and why: pgw_steer() without a packet. */
#ifndef PGW_EXPLAIN_H
#define PGW_EXPLAIN_H

#include "steer.h"

/**
 * struct pgw_way - where a packet leaves
 * @ifindex: interface; 0 for nowhere
 * @gateway: next hop; 0 if the client is on link
 */
struct pgw_way {
	int ifindex;
	__be32 gateway;
};

/**
 * struct pgw_explanation - where a reply leaves, and why
 * @key: names the peer
 * @verdict: what becomes of the reply
 * @reason: why
 * @source: how the ingress is known
 * @has_peer: there is a peer; @idle is its
 * @ingress: the ingress's index, or 0
 * @idle: jiffies since the client's last packet
 * @way: where the reply leaves
 * @table: where the routing table alone would send it
 */
struct pgw_explanation {
	struct pgw_key key;
	enum pptpgw_verdict verdict;
	enum pptpgw_reason reason;
	enum pptpgw_source source;
	bool has_peer;
	int ingress;
	u32 idle;
	struct pgw_way way;
	struct pgw_way table;
};

__be32 pgw_explain_local(struct pgw_net *pn, __be32 client);
void pgw_explain(struct pgw_net *pn, const struct pgw_key *key,
		 struct pgw_explanation *e);

#endif /* PGW_EXPLAIN_H */
