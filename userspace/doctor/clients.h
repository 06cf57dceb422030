/* SPDX-License-Identifier: GPL-2.0 */
/* Clients that dial now, as far as their packets show it. There is room for so many. */
#ifndef DOCTOR_CLIENTS_H
#define DOCTOR_CLIENTS_H

#include <linux/types.h>
#include <stdbool.h>

#include "doctor/drops.h"
#include "doctor/packets.h"

#define CLIENTS_MAX 16384

/* Who sends: the client's SYN, the server's answer, and GRE of both. */
enum { WAY_SYN, WAY_ANSWER, WAY_GRE_IN, WAY_GRE_OUT, WAYS };

/* Of the Outgoing-Call-Reply; any greater one is a refusal. */
enum { CALL_NONE, CALL_GRANTED };

/* How far PPP is. */
enum { PPP_NONE, PPP_LCP, PPP_AUTHENTICATION, PPP_REFUSED, PPP_UP };

/**
 * struct way - packets of one kind
 * @dev: index of the interface that they take; 0 if there was none
 * @number: of the last one
 * @first: when the first came, of now_ms()
 * @last: and the last
 * @drop: where the kernel dropped the last that it did
 */
struct way {
	unsigned int dev;
	__u32 number;
	long long first, last;
	struct drop drop;
};

/**
 * struct client - the present attempt of a client
 * @address: in host order; 0 if this is nobody
 * @local: the server's
 * @ways: its packets
 * @proven: it has acknowledged the server's SYN
 * @refused: the server has reset the connection
 * @call: the server's reply to the request of a call
 * @heard: the server has received GRE from it
 * @ppp: see above
 * @steered: the module steers its replies
 * @unroutable: the module found no route for them
 * @ingress: index of the interface, if the module says so
 * @last: when its last packet came
 * @touched: there was something since somebody cleared this
 * @shown: what was shown of it
 */
struct client {
	__u32 address, local;
	struct way ways[WAYS];
	bool proven, refused, heard, steered, unroutable, touched;
	__u8 call, ppp;
	unsigned int ingress;
	long long last;
	__u32 shown;
};

/* CLIENTS_MAX places: all of them, and nobodies between. */
extern struct client *clients;

/* First of all; ends the program when there is no memory. */
void clients_init(void);

/* That client, or NULL. */
struct client *client_find(__u32 address);

/* A packet passes; @leaves: the host sends it. A client begins with its SYN. */
void client_packet(const struct packet *p, bool leaves);

/* A packet was dropped. */
void client_drop(const struct drop *drop, const struct packet *p);

/* PPP is up. */
static inline bool client_is_through(const struct client *c)
{
	return c->ppp == PPP_UP;
}

/* It wants a tunnel, and has none. Who asks for no call, a scanner for example, does not. */
bool client_is_stuck(const struct client *c);

/* One that was stuck has made room for another. */
extern bool clients_stuck;

#endif /* DOCTOR_CLIENTS_H */
