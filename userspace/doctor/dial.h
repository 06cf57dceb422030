/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client of the Internet dials the copy, where a stand-in for the PPTP server answers; a
 * client that has a tunnel talks to a host of the corporate side.
 */
#ifndef DOCTOR_DIAL_H
#define DOCTOR_DIAL_H

#include "doctor/copy.h"
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

/**
 * struct leg - what became of the control connection, or of GRE
 * @arrived: at a server
 * @server: its address, if that is another host's; else 0
 * @server_dev: on whose wire this is
 * @answered: the server's answer came to a wire
 * @out: the interface it left by
 * @source: its source address
 */
struct leg {
	bool arrived;
	__u32 server;
	unsigned int server_dev;
	bool answered;
	unsigned int out;
	__u32 source;
};

/**
 * struct call - one from @client to @local by the interface @dev
 * @ms: how long an answer may take
 * @tcp: the control connection
 * @gre: the tunnel
 */
struct call {
	const struct copy *copy;
	const struct server *server;
	unsigned int dev;
	__u32 client, local;
	int ms;
	struct leg tcp, gre;
};

/* GRE is sent if the control connection works. */
void dial(struct call *c);

/**
 * struct visit - packets of @client, by the interface @dev, to @host, and back
 * @ms: how long each may take
 * @arrived: one came out by @out
 * @answered: an answer came back to the client
 */
struct visit {
	const struct copy *copy;
	unsigned int dev;
	__u32 client, host;
	int ms;
	bool arrived, answered;
	unsigned int out;
};

/* One packet of the most usual kind; or one of each kind until one is answered. */
void visit_once(struct visit *v);
void visit_any(struct visit *v);

#endif /* DOCTOR_DIAL_H */
