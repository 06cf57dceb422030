// SPDX-License-Identifier: GPL-2.0
/* Setting tunnels up. */
#include "establish.h"

#include "proof.h"

void pass(struct packet p, void (*way)(struct sk_buff *skb))
{
	struct sk_buff *skb = packet_skb(&p);

	local_bh_disable();
	way(skb);
	local_bh_enable();
}

static void shake_hands(u32 n)
{
	pass(inbound(n, tcp(40000, PPTP, TCP_FLAG_SYN)), hook_in);
	pass(reply(n, tcp(PPTP, 40000, TCP_FLAG_SYN | TCP_FLAG_ACK)), hook_out);
	pass(proven(inbound(n, tcp(40000, PPTP, TCP_FLAG_ACK))), hook_in);
}

/* What a client and a server say before the first GRE, and that. */
void meet(u32 n)
{
	shake_hands(n);
	pass(proven(inbound(n, control(40000, PPTP, 156, 1, 0x01000000, 1))),
	     hook_in);
	pass(reply(n, control(PPTP, 40000, 156, 2, 0x01000100, 1)), hook_out);
	pass(proven(inbound(n, control(40000, PPTP, 168, 7,
				       client_call(n) << 16, 1))), hook_in);
	pass(reply(n, control(PPTP, 40000, 32, 8,
			      server_call(n) << 16 | client_call(n),
			      0x01000000)), hook_out);
	pass(inbound(n, gre(server_call(n))), hook_in);
	pass(reply(n, gre(client_call(n))), hook_out);
}

/* The least that makes a client a peer with a route. */
void greet(u32 n)
{
	pass(proven(inbound(n, tcp(40000, PPTP, TCP_FLAG_ACK))), hook_in);
	pass(reply(n, control(PPTP, 40000, 156, 2, 0x01000100, 1)), hook_out);
	pass(reply(n, gre(client_call(n))), hook_out);
}

/* A client that has not proved itself. */
void knock(u32 n)
{
	pass(inbound(UNKNOWN + n, tcp(40000, PPTP, TCP_FLAG_SYN)), hook_in);
}
