// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the firewall lets PPTP by: TCP 1723 and GRE in by the uplinks, and the
 * replies out. Rules are evaluated one by one for a packet of each kind.
 */
#include "doctor/firewall.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <unistd.h>

#include "doctor/finding.h"
#include "doctor/iptables.h"
#include "doctor/nft.h"
#include "doctor/sysctl.h"
#include "lib/files.h"

#define PPTP_PORT 1723

#define PATH "PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin "

/* What a command prints, to be freed, or NULL if it fails. */
static char *output_of(const char *command)
{
	FILE *pipe = popen(command, "re");
	char *output = NULL;
	size_t size = 0;

	if (!pipe)
		return NULL;
	if (getdelim(&output, &size, '\0', pipe) < 0) {
		free(output);
		output = strdup("");
	}
	if (!pclose(pipe))
		return output;
	free(output);
	return NULL;
}

static void report_unread(struct doctor *d, const char *program, const char *package)
{
	const struct finding f = {
		.id = "firewall-unread",
		.severity = SEVERITY_NOTE,
		.what = text(d, "the rules of the firewall cannot be read: %s fails, or is missing",
			     program),
		.breaks = "it was not checked whether they let PPTP by",
		.owner = NULL,
		.fix = geteuid() ? NULL : text(d, "apt-get install %s", package),
	};

	report(d, &f);
}

static int on_table(const struct nlmsghdr *nlh, void *data)
{
	bool *found = data;

	(void)nlh;
	*found = true;
	return MNL_CB_OK;
}

static bool has_tables(void)
{
	struct nfgenmsg *header;
	bool found = false;
	struct nl nl;

	if (nl_open(&nl, NETLINK_NETFILTER, sizeof(*header)) < 0)
		return false;
	header = nl_begin(&nl, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE, NLM_F_DUMP);
	header->nfgen_family = AF_UNSPEC;
	/* Those who may not know count as if there were some. */
	if (nl_request(&nl, on_table, &found) < 0 && errno == EPERM)
		found = true;
	nl_close(&nl);
	return found;
}

static void read_nft(struct doctor *d, json_t *ruleset)
{
	json_t *answer, *list;
	char *output;

	if (!has_tables())
		return;
	output = output_of(PATH "nft -j list ruleset 2>/dev/null");
	answer = output ? json_loads(output, 0, NULL) : NULL;
	list = json_object_get(answer, "nftables");
	if (list)
		json_array_extend(ruleset, list);
	else
		report_unread(d, "nft", "nftables");
	json_decref(answer);
	free(output);
}

static void read_legacy(struct doctor *d, json_t *ruleset)
{
	char name[64], *output;

	if (!file_first_line("/proc/net/ip_tables_names", name, sizeof(name)))
		return;
	output = output_of(PATH "iptables-legacy-save 2>/dev/null");
	if (output)
		iptables_read(ruleset, output);
	else
		report_unread(d, "iptables-legacy-save", "iptables");
	free(output);
}

/* With a helper for PPTP, conntrack knows its GRE as related. */
static bool has_helper(const json_t *ruleset)
{
	const json_t *object;
	size_t i;

	json_array_foreach(ruleset, i, object)
		if (!strcmp(nft_word(json_object_get(object, "ct helper"), "type"), "pptp"))
			return true;
	return false;
}

/* "table inet filter", or "iptables filter". */
static const char *text_of_chain(struct doctor *d, const json_t *chain)
{
	if (json_object_get(chain, "legacy"))
		return text(d, "chain %s of %s", nft_word(chain, "name"), nft_word(chain, "table"));
	return text(d, "chain %s of table %s %s", nft_word(chain, "name"),
		    nft_word(chain, "family"), nft_word(chain, "table"));
}

/* A rule in front of all others. */
static const char *command(struct doctor *d, const json_t *chain, const struct packet *p)
{
	bool legacy = json_object_get(chain, "legacy");
	const char *name = nft_word(chain, "name");
	const char *match = legacy ? "" : text(d, "tcp %s %u", p->iif ? "dport" : "sport",
					       PPTP_PORT);
	const char *in = p->iif ? text(d, legacy ? "-i %s " : "iifname \"%s\" ", p->iif) : "";

	if (legacy && p->gre)
		return text(d, "iptables-legacy -I %s %s-p gre -j ACCEPT", name, in);
	if (legacy)
		return text(d, "iptables-legacy -I %s %s-p tcp --%s %u -j ACCEPT",
			    name, in, p->iif ? "dport" : "sport", PPTP_PORT);
	return text(d, "nft 'insert rule %s %s %s %s%s accept'", nft_word(chain, "family"),
		    nft_word(chain, "table"), name, in, p->gre ? "ip protocol gre" : match);
}

static const char *kind_of(const struct packet *p)
{
	return p->gre ? "GRE" : "TCP 1723";
}

static void check_input(struct doctor *d, const json_t *ruleset, const struct packet *p)
{
	struct finding f = {
		.id = "firewall-input",
		.severity = SEVERITY_ERROR,
		.breaks = p->gre ? "clients connect, but their tunnel carries nothing: error 619"
				 : "clients cannot connect",
	};
	const json_t *chain;

	if (nft_fate(ruleset, "filter", "prerouting", p, &chain) != FATE_DROP &&
	    nft_fate(ruleset, "filter", "input", p, &chain) != FATE_DROP)
		return;
	f.what = text(d, "the firewall drops %s that comes in by uplink %s", kind_of(p), p->iif);
	f.owner = text_of_chain(d, chain);
	f.fix = command(d, chain, p);
	report(d, &f);
}

static bool drops_reply(const json_t *ruleset, const struct packet *p, const json_t **chain)
{
	return nft_fate(ruleset, "filter", "output", p, chain) == FATE_DROP ||
	       nft_fate(ruleset, "route", "output", p, chain) == FATE_DROP;
}

/* OUTPUT comes before pptpgw: it sees the interface that the routing table chose. */
static void check_output(struct doctor *d, const json_t *ruleset, struct packet p,
			 const struct iface *uplink)
{
	struct finding f = {
		.id = "firewall-output",
		.severity = SEVERITY_ERROR,
		.breaks = "replies are dropped before pptpgw can send them by their uplink",
	};
	const json_t *chain, *unused;
	bool always;

	if (!drops_reply(ruleset, &p, &chain))
		return;
	f.what = text(d, "the firewall drops replies of uplink %s (%s)", uplink->name, kind_of(&p));
	if (strcmp(p.oif, uplink->name)) {
		struct packet right = p;

		right.oif = uplink->name;
		always = drops_reply(ruleset, &right, &unused);
		if (!always)
			f.what = text(d, "%s: it sees them leave by %s, as the routing table says",
				      f.what, p.oif);
	}
	f.owner = text_of_chain(d, chain);
	f.fix = command(d, chain, &p);
	report(d, &f);
}

static __u32 address_of(const struct doctor *d, const struct iface *iface)
{
	const struct address *a;

	for (a = d->addresses; a; a = a->next)
		if (!strcmp(a->dev, iface->name))
			return a->address;
	return 0;
}

/* Return: true if a server behind this host gets what comes in there. */
static bool check_uplink(struct doctor *d, const json_t *ruleset, const struct iface *uplink)
{
	__u32 local = address_of(d, uplink);
	const char *oif = d->active ? ifname(active_dev(d)) : uplink->name;
	const struct packet in = {
		.iif = uplink->name, .dport = PPTP_PORT, .state = "new", .daddr = local,
	};
	const struct packet in_gre = {
		.iif = uplink->name, .gre = true, .daddr = local,
		.state = has_helper(ruleset) ? NULL : "new",
	};
	struct packet out = {
		.oif = oif, .sport = PPTP_PORT, .state = "established", .saddr = local,
	};
	const struct packet out_gre = { .oif = oif, .gre = true, .saddr = local };
	const json_t *chain;

	/* The server is behind this host: its rules are for the FORWARD hook. */
	if (nft_fate(ruleset, "nat", "prerouting", &in, &chain) == FATE_DNAT)
		return true;
	check_input(d, ruleset, &in);
	check_input(d, ruleset, &in_gre);
	check_output(d, ruleset, out, uplink);
	out = out_gre;
	check_output(d, ruleset, out, uplink);
	return false;
}

/* A server behind this host may have an address of its own. */
static bool forwards_always(void)
{
	char value[16];

	return file_first_line("/sys/module/pptpgw/parameters/forward", value, sizeof(value)) &&
	       !strcmp(value, "always");
}

void check_firewall(struct doctor *d)
{
	bool forwards = forwards_always();
	const struct iface *uplink;
	json_t *ruleset;

	if (!next_uplink(d->ifaces))
		return;
	ruleset = json_array();
	read_nft(d, ruleset);
	read_legacy(d, ruleset);
	for (uplink = next_uplink(d->ifaces); uplink; uplink = next_uplink(uplink->next))
		forwards |= check_uplink(d, ruleset, uplink);
	json_decref(ruleset);
	if (forwards)
		check_redirects(d);
}
