/* SPDX-License-Identifier: GPL-2.0 */
/* The control connection of PPTP. */
#ifndef PPTP_H
#define PPTP_H

#define PPTP_PORT	1723
#define PPTP_MAGIC	0x1a2b3c4d
#define PPTP_TYPES	16
#define PPTP_LONGEST	168	/* bytes of a message */

/* RFC 2637, section 2: the length of each type of message. There is no type 0. */
static const unsigned char pptp_lengths[PPTP_TYPES] = {
	12, 156, 156, 16, 16, 16, 20, 168, 32, 24, 24, 28, 16, 148, 40, 24,
};

#endif /* PPTP_H */
