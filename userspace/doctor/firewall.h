/* SPDX-License-Identifier: GPL-2.0 */
/* Findings about firewalls: one for each, whatever of PPTP it drops. */
#ifndef DOCTOR_FIREWALL_H
#define DOCTOR_FIREWALL_H

#include "doctor/attempt.h"
#include "doctor/remedy.h"

/* No rule accepts the attempt's packets: they died so. */
void blame_firewall(struct trial *t, const struct attempt *a, const struct death *death,
		    struct finding *f);

/* What is broken if the corporate side is out of reach. */
#define FORWARD_BREAKS "nothing passes between clients and the corporate side"

/* Where several parts of PPTP are dropped, all of them in words. */
const char *text_of_losses(struct doctor *d, const struct loss *losses);

#endif /* DOCTOR_FIREWALL_H */
