/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_IPTABLES_H
#define DOCTOR_IPTABLES_H

#include <jansson.h>

/*
 * Read what iptables-save(8) prints, as if it were JSON of nft; what there is
 * goes to the end of @ruleset.
 */
void iptables_read(json_t *ruleset, char *saved);

#endif /* DOCTOR_IPTABLES_H */
