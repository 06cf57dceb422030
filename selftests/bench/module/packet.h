/* SPDX-License-Identifier: GPL-2.0 */
/* Made-up packets: of PPTP tunnels, which are numbered, and others. */
#ifndef BENCH_PACKET_H
#define BENCH_PACKET_H

#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/types.h>

#define CLIENTS		0x64400000	/* 100.64.0.0/10 (RFC 6598) */
#define UNKNOWN	0x200000	/* from this one on, clients have no tunnel */
#define SERVER		0xc6336402	/* 198.51.100.2, the address of wan0 */
#define HOST		0x0a140002	/* 10.20.0.2, behind corp0 */
#define PPTP		1723
#define HTTPS		443

/* What follows the IP header, the addresses, and the socket that it is for, or NULL. */
struct packet {
	struct sock *sk;
	u32 from;
	u32 to;
	u8 protocol;
	u8 length;
	u8 data[40];	/* the rest is zero */
};

static inline u16 client_call(u32 n)
{
	return n % 60000 + 1;
}

static inline u16 server_call(u32 n)
{
	return n % 60000 + 2;
}

struct packet tcp(u16 from, u16 to, __be32 flags);
struct packet udp(void);
struct packet gre(u16 call);
struct packet control(u16 from, u16 to, u8 length, u16 type, u32 first, u32 second);

struct packet between(u32 from, u32 to, struct packet p);
struct packet inbound(u32 n, struct packet p);
struct packet reply(u32 n, struct packet p);

struct sk_buff *packet_skb(const struct packet *p);

#endif /* BENCH_PACKET_H */
