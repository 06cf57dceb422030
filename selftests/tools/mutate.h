/* SPDX-License-Identifier: GPL-2.0 */
/* Ethernet frames that are nearly those of PPTP. */
#ifndef MUTATE_H
#define MUTATE_H

#include <stddef.h>

#include "capture.h"

#define MAX_FRAME	(14 + 9000)
#define VLAN_ID		7	/* of the frames that are tagged */

/*
 * Write the next such frame to buf, which has MAX_FRAME bytes; returns its length, at
 * least that of the Ethernet header. Half of them are one of the n frames, changed; the
 * others have only its addresses.
 */
size_t next_frame(unsigned char *buf, const struct frame *frames, size_t n);

#endif /* MUTATE_H */
