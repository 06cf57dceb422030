/* SPDX-License-Identifier: GPL-2.0 */
/* Rules of iptables-legacy, and rp_filter, by what the kernel counts. */
#ifndef DOCTOR_DROPS_H
#define DOCTOR_DROPS_H

#include "doctor/death.h"

/**
 * struct drops - their values at a time
 * @legacy: what iptables-legacy-save(8) prints, NULL if there are no such tables
 * @rp_filter: packets
 */
struct drops {
	char *legacy;
	unsigned long long rp_filter;
};

void drops_read(struct drops *c);
void drops_free(struct drops *c);

/* What has counted since dropped the packet. @before is used up. */
void drops_compare(struct doctor *d, struct drops *before, struct death *death);

#endif /* DOCTOR_DROPS_H */
