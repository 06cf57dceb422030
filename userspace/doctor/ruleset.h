/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of the host's firewalls as the programs print them that can load them
 * again. Nobody here understands them.
 */
#ifndef DOCTOR_RULESET_H
#define DOCTOR_RULESET_H

#include "doctor/facts.h"

/**
 * struct ruleset - text, each NULL or "" if there is none
 * @nft: tables that nft(8) owns
 * @iptables: tables that iptables-nft(8) owns
 * @legacy: tables of iptables-legacy(8)
 * @sets: of ipset(8)
 */
struct ruleset {
	char *nft, *iptables, *legacy, *sets;
};

void ruleset_read(struct doctor *d, struct ruleset *r);

void ruleset_free(struct ruleset *r);

/* Load them in the present network namespace. */
void ruleset_load(struct doctor *d, const struct ruleset *r);

/* A table is in what iptables-nft-save printed, and wholly so. */
bool owns_table(const char *saved, const char *table);

#endif /* DOCTOR_RULESET_H */
