/* SPDX-License-Identifier: GPL-2.0 */
/* Rules of iptables-legacy, and rp_filter, by what the kernel counts. */
#ifndef DOCTOR_TALLY_H
#define DOCTOR_TALLY_H

#include "doctor/death.h"

/**
 * struct tally - their values at a time
 * @legacy: what iptables-legacy-save(8) prints, NULL if there are no such tables
 * @rp_filter: packets
 */
struct tally {
	char *legacy;
	unsigned long long rp_filter;
};

void tally_read(struct tally *c);
void tally_free(struct tally *c);

/* What has counted since dropped the packet. @before is used up. */
void tally_compare(struct doctor *d, struct tally *before, struct death *death);

#endif /* DOCTOR_TALLY_H */
