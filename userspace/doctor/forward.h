/* SPDX-License-Identifier: GPL-2.0 */
/* A client that has a tunnel talks to a host of the corporate side of the copy. */
#ifndef DOCTOR_FORWARD_H
#define DOCTOR_FORWARD_H

#include "doctor/copy.h"
#include "doctor/packets.h"

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

#endif /* DOCTOR_FORWARD_H */
