/* SPDX-License-Identifier: GPL-2.0 */
/* Findings about firewalls: one for each, whatever of PPTP it drops. */
#ifndef DOCTOR_FIREWALL_H
#define DOCTOR_FIREWALL_H

#include "doctor/attempt.h"
#include "doctor/remedy.h"

/* What became of the attempt is this, for want of a rule that accepts its packets. */
void blame_firewall(struct trial *t, const struct attempt *a, const struct death *death,
		    struct finding *f);

/* That the corporate side is out of reach. */
extern const char forward_breaks[];

/* Where several parts of PPTP are dropped, all of them in words. */
const char *text_of_losses(struct doctor *d, const struct loss *losses);

#endif /* DOCTOR_FIREWALL_H */
