/* SPDX-License-Identifier: GPL-2.0 */
/* Is a segment from a client one that its endpoint accepts? */
#ifndef PGW_PROOF_H
#define PGW_PROOF_H

#include "packet.h"
#include "pernet.h"

struct sk_buff;
struct sock;

bool pgw_proves_local(struct pgw_net *pn, struct sk_buff *skb,
		      const struct pgw_packet *pkt);
bool pgw_proves_forwarded(struct pgw_net *pn, const struct pgw_packet *pkt,
			  const struct pgw_key *key);
bool pgw_is_from_server(const struct sock *sk);

#endif /* PGW_PROOF_H */
