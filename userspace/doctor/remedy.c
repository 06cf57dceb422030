// SPDX-License-Identifier: GPL-2.0
#include "doctor/remedy.h"

#include <netinet/in.h>

#include "doctor/packets.h"
#include "doctor/run.h"

/* iptables has "+" for nft's "*". */
static const char *iptables_name(struct doctor *d, const char *name)
{
	size_t len = strlen(name);

	if (len && name[len - 1] == '*')
		return text(d, "%.*s+", (int)len - 1, name);
	return name;
}

static const char *iptables_match(struct doctor *d, const struct traffic *t)
{
	const char *s = "";

	if (t->in)
		s = text(d, "%s -i %s", s, iptables_name(d, t->in));
	if (t->out)
		s = text(d, "%s -o %s", s, iptables_name(d, t->out));
	if (t->protocol == IPPROTO_GRE)
		s = text(d, "%s -p gre", s);
	else if (t->protocol)
		s = text(d, "%s -p tcp --%s %u", s, t->from_server ? "sport" : "dport", PPTP_PORT);
	return s;
}

static const char *nft_match(struct doctor *d, const struct traffic *t)
{
	const char *s = "";

	if (t->in)
		s = text(d, "%siifname \"%s\" ", s, t->in);
	if (t->out)
		s = text(d, "%soifname \"%s\" ", s, t->out);
	if (t->protocol == IPPROTO_GRE)
		s = text(d, "%sip protocol gre ", s);
	else if (t->protocol)
		s = text(d, "%stcp %s %u ", s, t->from_server ? "sport" : "dport", PPTP_PORT);
	return s;
}

static const char *iptables_of(const struct death *death)
{
	return death->by == CULPRIT_LEGACY ? "iptables-legacy" : "iptables-nft";
}

static const char *table_option(struct doctor *d, const struct death *death)
{
	return strcmp(death->table, "filter") ? text(d, " -t %s", death->table) : "";
}

/* Docker inserts its own rules in front of all others of FORWARD, except for these. */
static const char *chain_for(struct doctor *d, const struct death *death)
{
	const char *chain = death->chain;
	char *saved;

	if (strcmp(death->table, "filter") ||
	    (strcmp(death->chain, "FORWARD") && strncmp(death->chain, "DOCKER", 6)))
		return death->chain;
	saved = run_program(NULL, text(d, "%s-save", iptables_of(death)), "-t", "filter");
	if (saved && strstr(saved, "\n:DOCKER-USER "))
		chain = "DOCKER-USER";
	free(saved);
	return chain;
}

const char *accept_command(struct doctor *d, const struct death *death,
			   const struct traffic *traffic)
{
	switch (death->by) {
	case CULPRIT_LEGACY:
	case CULPRIT_IPTABLES:
		return text(d, "%s%s -I %s%s -j ACCEPT", iptables_of(death),
			    table_option(d, death), chain_for(d, death),
			    iptables_match(d, traffic));
	case CULPRIT_NFT:
		return text(d, "nft 'insert rule %s %s %s %saccept'", death->family, death->table,
			    death->chain, nft_match(d, traffic));
	default:
		return NULL;
	}
}

const char *dnat_command(struct doctor *d, const struct death *rule, const struct traffic *traffic,
			 __u32 server)
{
	const char *address = text_of_address(d, server);

	if (rule->by == CULPRIT_IPTABLES)
		return text(d, "iptables-nft -t nat -I %s%s -j DNAT --to-destination %s",
			    rule->chain, iptables_match(d, traffic), address);
	return text(d, "nft 'insert rule %s %s %s %sdnat %sto %s'", rule->family, rule->table,
		    rule->chain, nft_match(d, traffic),
		    strcmp(rule->family, "inet") ? "" : "ip ", address);
}

const char *keeper_of(const struct death *death)
{
	const char *keeper = NULL;
	char *saved;

	if (!strcmp(death->table, "firewalld"))
		return "firewalld: firewall-cmd --permanent";
	if (death->by == CULPRIT_NFT || strcmp(death->table, "filter"))
		return NULL;
	saved = run_program(NULL, death->by == CULPRIT_LEGACY ? "iptables-legacy-save" :
			    "iptables-nft-save", "-t", "filter");
	if (saved && strstr(saved, "\n:ufw-before-input "))
		keeper = "ufw: /etc/ufw/before.rules";
	else if (saved && !strcmp(death->chain, "FORWARD") && strstr(saved, "\n:DOCKER-USER "))
		keeper = "Docker";
	free(saved);
	return keeper;
}
