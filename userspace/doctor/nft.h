/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a firewall does to a packet, as far as its rules show: JSON as of
 * "nft -j list ruleset" (libnftables-json(5)).
 */
#ifndef DOCTOR_NFT_H
#define DOCTOR_NFT_H

#include <jansson.h>
#include <linux/types.h>
#include <stdbool.h>

/**
 * struct packet - what is known of it
 * @iif: interface it came in by, NULL if none
 * @oif: interface it leaves by, NULL if none
 * @gre: GRE, else TCP
 * @sport: TCP's ports; 0 if it may be any
 * @dport: ditto
 * @state: of conntrack, NULL if it may be any
 * @saddr: in host order; 0 if it may be any
 * @daddr: ditto
 */
struct packet {
	const char *iif, *oif;
	bool gre;
	unsigned int sport, dport;
	const char *state;
	__u32 saddr, daddr;
};

enum fate {
	FATE_NONE,	/* no rule is about it */
	FATE_ACCEPT,	/* accepted; a rule that is not understood counts as accepting */
	FATE_DROP,
	FATE_DNAT,
};

/**
 * nft_fate - evaluate the rules for a packet
 * @ruleset: the array "nftables"
 * @type: of the chains: "filter" or "nat"
 * @hook: of the chains: "input"...
 * @packet: the packet
 * @by: set to the base chain that drops it
 */
enum fate nft_fate(const json_t *ruleset, const char *type, const char *hook,
		   const struct packet *packet, const json_t **by);

/* "family", "table", "name"... of an object. */
const char *nft_word(const json_t *object, const char *key);

#endif /* DOCTOR_NFT_H */
