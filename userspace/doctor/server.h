/* SPDX-License-Identifier: GPL-2.0 */
/* The stand-in for the PPTP server of the copy. */
#ifndef DOCTOR_SERVER_H
#define DOCTOR_SERVER_H

#include "doctor/packets.h"

/**
 * struct server - its sockets
 * @listener: TCP 1723
 * @gre: raw
 */
struct server {
	int listener, gre;
};

bool server_open(struct server *s);

/* The connection of a client, or -1. */
int server_accept(const struct server *s, int ms);

/* A message of the control connection came, and was answered. */
bool server_converse(int connection, unsigned int type, __u16 call, __u16 peer_call, int ms);

/* The GRE packet of that number came. */
bool server_hears(const struct server *s, __u32 number, int ms);

/* Send GRE from @p->src to @p->dst. */
bool server_send(const struct packet *p);

#endif /* DOCTOR_SERVER_H */
