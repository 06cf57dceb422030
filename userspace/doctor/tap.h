/* SPDX-License-Identifier: GPL-2.0 */
/* The packets of PPTP that come and go by this host's interfaces. */
#ifndef DOCTOR_TAP_H
#define DOCTOR_TAP_H

#include <stdbool.h>

#include "doctor/packets.h"

/*
 * A descriptor for poll(2), or -1 after a report. What a tunnel carries is left out: of
 * GRE there is what negotiates PPP.
 */
int tap_open(void);

/* The next one; @leaves: the host sent it. False if there is none. @p->data is valid until then. */
bool tap_read(int fd, struct packet *p, bool *leaves);

#endif /* DOCTOR_TAP_H */
