/* SPDX-License-Identifier: GPL-2.0 */
/* What is sent to the copy, and what it sends: the wires in the world. */
#ifndef DOCTOR_WIRE_H
#define DOCTOR_WIRE_H

#include "doctor/copy.h"
#include "doctor/packets.h"

/* To the interface @p->dev. */
void wire_send(const struct copy *copy, const struct packet *p);

/*
 * Wait for a packet that has the protocol of @sent and its number, or that answers it. What
 * else the copy sent meanwhile is lost. @p: the packet, its data valid until the next call.
 */
bool wire_wait(const struct copy *copy, const struct packet *sent, int ms, struct packet *p);

/* A number that no packet had. */
__u32 next_number(void);

#endif /* DOCTOR_WIRE_H */
