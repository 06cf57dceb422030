// SPDX-License-Identifier: GPL-2.0
#include "doctor/ruleset.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <unistd.h>

#include "doctor/finding.h"
#include "doctor/run.h"
#include "lib/files.h"

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

static void report_refused(struct doctor *d, const char *what)
{
	const struct finding f = {
		.id = "firewall-unread",
		.severity = SEVERITY_NOTE,
		.what = text(d, "the copy of this host lacks rules of the firewall: %s", what),
		.breaks = "it was not checked whether these let PPTP by",
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

/* What it does not understand, it names in front: "# Table `nat' is incompatible". */
bool owns_table(const char *saved, const char *table)
{
	char line[80], refused[80];

	snprintf(line, sizeof(line), "*%s\n", table);
	snprintf(refused, sizeof(refused), "# Table `%s' ", table);
	return saved && strstr(saved, line) && !strstr(saved, refused);
}

/* The next table of what nft printed, and its end; NULL if there is none. */
static char *next_table(char *at, char **end)
{
	if (strncmp(at, "table ", 6)) {
		at = strstr(at, "\ntable ");
		if (!at)
			return NULL;
		at++;
	}
	*end = strstr(at, "\n}\n");
	if (!*end)
		return NULL;
	*end += strlen("\n}\n");
	return at;
}

/* Others are not for IPv4; those of iptables-nft are in its own text. */
static bool is_nfts(const char *table, const char *iptables)
{
	char family[16], name[64];

	if (sscanf(table, "table %15s %63s", family, name) != 2)
		return false;
	if (!strcmp(family, "ip"))
		return !owns_table(iptables, name);
	return strcmp(family, "ip6") && strcmp(family, "arp");
}

static char *filter_tables(char *all, const char *iptables)
{
	char *kept = calloc(1, strlen(all) + 1), *to = kept, *at = all, *end;

	while ((at = next_table(at, &end))) {
		if (is_nfts(at, iptables))
			to = mempcpy(to, at, end - at);
		at = end;
	}
	return kept;
}

/* To restore a table empties it: none but iptables' own. */
static char *filter_saved(char *saved)
{
	char *kept = calloc(1, strlen(saved) + 1), *to = kept, *at = saved, *end;
	char name[64];

	while ((at = strchr(at, '*'))) {
		end = strstr(at, "\nCOMMIT\n");
		if (!end || sscanf(at, "*%63s", name) != 1)
			break;
		end += strlen("\nCOMMIT\n");
		if (owns_table(saved, name))
			to = mempcpy(to, at, end - at);
		at = end;
	}
	return kept;
}

static void read_nft(struct doctor *d, struct ruleset *r)
{
	char *all, *saved = NULL;

	if (!has_tables())
		return;
	all = run_program(NULL, "nft", "-s", "list", "ruleset");
	if (!all) {
		report_unread(d, "nft", "nftables");
		return;
	}
	if (strstr(all, "table ip "))
		saved = run_program(NULL, "iptables-nft-save");
	r->nft = filter_tables(all, saved);
	r->iptables = saved ? filter_saved(saved) : NULL;
	free(saved);
	free(all);
}

static void read_legacy(struct doctor *d, struct ruleset *r)
{
	char name[64];

	if (!file_first_line("/proc/net/ip_tables_names", name, sizeof(name)))
		return;
	r->legacy = run_program(NULL, "iptables-legacy-save");
	if (!r->legacy)
		report_unread(d, "iptables-legacy-save", "iptables");
}

static bool uses_sets(const char *saved)
{
	return saved && (strstr(saved, "--match-set") || strstr(saved, "-j SET"));
}

void ruleset_read(struct doctor *d, struct ruleset *r)
{
	read_nft(d, r);
	read_legacy(d, r);
	if (!uses_sets(r->iptables) && !uses_sets(r->legacy))
		return;
	r->sets = run_program(NULL, "ipset", "save");
	if (!r->sets)
		report_unread(d, "ipset", "ipset");
}

void ruleset_free(struct ruleset *r)
{
	free(r->nft);
	free(r->iptables);
	free(r->legacy);
	free(r->sets);
}

static bool load(const char *text, const char *program, const char *arg)
{
	char *output;

	if (!text || !*text)
		return true;
	output = run_program(text, program, arg);
	free(output);
	return output;
}

/* All at once; what nft refuses so is tried table by table. */
static void load_nft(struct doctor *d, char *tables)
{
	char *at = tables, *end, after;

	if (!tables || load(tables, "nft", "-f-"))
		return;
	while ((at = next_table(at, &end))) {
		after = *end;
		*end = '\0';
		if (!load(at, "nft", "-f-"))
			report_refused(d, text(d, "%.*s", (int)strcspn(at, "{\n"), at));
		*end = after;
		at = end;
	}
}

void ruleset_load(struct doctor *d, const struct ruleset *r)
{
	if (!load(r->sets, "ipset", "restore"))
		report_refused(d, "those of ipset");
	load_nft(d, r->nft);
	if (!load(r->iptables, "iptables-nft-restore", NULL))
		report_refused(d, "those of iptables-nft");
	if (!load(r->legacy, "iptables-legacy-restore", NULL))
		report_refused(d, "those of iptables-legacy");
}
