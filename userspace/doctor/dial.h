/* SPDX-License-Identifier: GPL-2.0 */
/* A client of the Internet dials the copy. */
#ifndef DOCTOR_DIAL_H
#define DOCTOR_DIAL_H

#include "doctor/copy.h"
#include "doctor/server.h"

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

#endif /* DOCTOR_DIAL_H */
