// SPDX-License-Identifier: GPL-2.0
#include "doctor/remedy.h"

#include <netinet/in.h>
#include <unistd.h>

#include "doctor/packets.h"
#include "doctor/run.h"
#include "lib/files.h"

/* In words of nft(8), or of iptables(8), which has "+" for its "*". */
static const char *match(struct doctor *d, const struct traffic *t, bool nft)
{
	const char *port = t->from_server ? "sport" : "dport", *s = "";
	char *star;

	if (t->in)
		s = text(d, nft ? "iifname \"%s\" " : " -i %s", t->in);
	if (t->out)
		s = text(d, nft ? "%soifname \"%s\" " : "%s -o %s", s, t->out);
	if (t->protocol == IPPROTO_GRE)
		s = text(d, nft ? "%sip protocol gre " : "%s -p gre", s);
	else if (t->protocol)
		s = text(d, nft ? "%stcp %s %u " : "%s -p tcp --%s %u", s, port, PPTP_PORT);
	while (!nft && (star = strchr(s, '*')))
		*star = '+';
	return s;
}

static const char *iptables_of(const struct death *death)
{
	return death->by == CULPRIT_LEGACY ? "iptables-legacy" : "iptables-nft";
}

/* -- who keeps rules --------------------------------------------------------------- */

#define AND " && "
#define BEFORE_COMMIT "sed -i '/^\\*%s/,/^COMMIT/s/^COMMIT/-%s\\n&/' %s"

#define DOCKER_DIR "/etc/systemd/system/docker.service.d"

/**
 * struct keeper - a program that has rules of its own
 * @name: and its file, for the owner
 * @mark: what iptables-save prints where it runs
 * @chains: beginning of the chains that are its own, or of all
 * @lasts: what keeps a rule of table filter
 */
static const struct keeper {
	const char *name, *mark, *chains, *lasts;
} keepers[] = { {
	"ufw: /etc/ufw/before.rules", "\n:ufw-before-input ", "",
	"sed -i '/^\\*filter/,/^COMMIT/s/^COMMIT/-A %s\\n&/' /etc/ufw/before.rules && ufw reload"
}, {
	"Docker", "\n:DOCKER-USER ", "FORWARD",
	"mkdir -p " DOCKER_DIR " && printf '[Service]\\nExecStartPost=iptables -I %s\\n' >>"
	DOCKER_DIR "/pptpgw.conf && systemctl daemon-reload"
}, {
	"Shorewall: /etc/shorewall/start", "\n:shorewall ", "",
	"echo 'run_iptables -I %s' >>/etc/shorewall/start"
} };

/* Who runs iptables-restore(8) reads one of these. */
static const char *const saved_rules[] = {
	"/etc/iptables/rules.v4", "/etc/sysconfig/iptables", "/etc/iptables/iptables.rules",
	"/etc/iptables.up.rules", "/etc/iptables.rules", "/var/lib/iptables/rules-save",
};

static const struct keeper *find_keeper(const struct death *death)
{
	const struct keeper *k, *found = NULL;
	char *saved;

	if (death->by == CULPRIT_NFT || strcmp(death->table, "filter"))
		return NULL;
	saved = run_program(NULL, death->by == CULPRIT_LEGACY ? "iptables-legacy-save" :
			    "iptables-nft-save", "-t", "filter");
	for (k = keepers; saved && !found && k < keepers + ARRAY_SIZE(keepers); k++)
		if (strstr(saved, k->mark) &&
		    (!strncmp(death->chain, k->chains, strlen(k->chains)) ||
		     !strncmp(death->chain, "DOCKER", 6)))
			found = k;
	free(saved);
	return found;
}

static const char *find_saved_rules(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(saved_rules); i++)
		if (!access(saved_rules[i], F_OK))
			return saved_rules[i];
	return NULL;
}

struct search {
	struct doctor *d;
	const struct death *death;
	const char *found;
};

/* "table inet filter {", "add table ip nat": without a family, it is ip. */
static bool find_table(struct file_line *line, void *data)
{
	char words[3][32] = { "", "", "" };
	const char *at = line->text;
	struct search *s = data;

	at += strncmp(at, "add ", 4) ? 0 : 4;
	if (sscanf(at, "%31s %31s %31[^ {;]", words[0], words[1], words[2]) < 2 ||
	    strcmp(words[0], "table"))
		return true;
	words[1][strcspn(words[1], "{;")] = '\0';
	if (!strcmp(words[2], s->death->table) ? !strcmp(words[1], s->death->family) :
	    !strcmp(words[1], s->death->table) && !strcmp(s->death->family, "ip"))
		s->found = text(s->d, "%s", line->path);
	return true;
}

static const char *find_nft_file(struct doctor *d, const struct death *death)
{
	struct search s = { d, death, NULL };

	files_read("/etc/{nftables.conf,nftables.d/*,nftables/*,sysconfig/nftables.conf}",
		   find_table, &s);
	return s.found;
}

static bool is_firewalld(const struct death *death)
{
	return !strcmp(death->table, "firewalld");
}

const char *keeper_of(struct doctor *d, const struct death *death)
{
	const struct keeper *k = find_keeper(death);

	if (is_firewalld(death))
		return "firewalld: firewall-cmd --permanent";
	if (k)
		return k->name;
	return death->by == CULPRIT_NFT ? find_nft_file(d, death) : find_saved_rules();
}

const char *firewall_of(struct doctor *d, const struct death *death)
{
	return keeper_of(d, death) ?: death->by == CULPRIT_NFT ?
	       text(d, "%s %s", death->family, death->table) : iptables_of(death);
}

/* -- rules ------------------------------------------------------------------------- */

#define PERMANENT "firewall-cmd --permanent "
#define POLICY "--policy=pptpgw "

/* The clients get a zone, which may send to all others. */
static const char zone_of_clients[] = PERMANENT "--new-zone=pptp" AND
	PERMANENT "--zone=pptp --add-interface=ppp+" AND PERMANENT "--new-policy=pptpgw" AND
	PERMANENT POLICY "--add-ingress-zone=pptp" AND PERMANENT POLICY "--add-egress-zone=ANY" AND
	PERMANENT POLICY "--set-target=ACCEPT && firewall-cmd --reload";

#define ZONE_OF "$(firewall-cmd --get-zone-of-interface=%s || firewall-cmd --get-default-zone)"

static const char *last_in_firewalld(struct doctor *d, const struct traffic *t)
{
	const char *what = t->protocol == IPPROTO_GRE ? "protocol=gre" : "port=1723/tcp";

	if (t->in && t->out)
		return zone_of_clients;
	return t->in ? text(d, PERMANENT "--zone=\"" ZONE_OF "\" --add-%s && firewall-cmd --reload",
			    t->in, what) : NULL;
}

/* ufw has chains for what comes before its own rules. */
static const char *chain_of_ufw(const struct traffic *t)
{
	return t->in && t->out ? "ufw-before-forward" :
	       t->from_server ? "ufw-before-output" : "ufw-before-input";
}

static const char *last_in(struct doctor *d, const struct death *death, const struct traffic *t,
			   const char *chain, const char *rule)
{
	const struct keeper *k = find_keeper(death);
	const char *file;

	if (is_firewalld(death))
		return last_in_firewalld(d, t);
	if (death->by == CULPRIT_NFT) {
		file = find_nft_file(d, death);
		return file ? text(d, "echo 'insert %s' >>%s", rule, file) : NULL;
	}
	rule = text(d, "%s%s", k == keepers ? chain_of_ufw(t) : chain, rule);
	if (k)
		return text(d, k->lasts, rule);
	file = find_saved_rules();
	return file ? text(d, BEFORE_COMMIT, death->table, text(d, "I %s", rule), file) : NULL;
}

/* Docker inserts its own rules in front of all others of FORWARD, except for these. */
static const char *chain_for(const struct death *death)
{
	const struct keeper *k = find_keeper(death);

	return k && !strcmp(k->name, "Docker") ? "DOCKER-USER" : death->chain;
}

/* @target: of iptables, and of nft. */
static void add_rule(struct doctor *d, const struct death *death, const struct traffic *t,
		     const char *const target[2], struct finding *f)
{
	const char *table = strcmp(death->table, "filter") ? text(d, " -t %s", death->table) : "";
	const char *chain = death->chain, *rule, *fix, *lasts;

	if (death->by == CULPRIT_NFT) {
		rule = text(d, "rule %s %s %s %s%s", death->family, death->table, chain,
			    match(d, t, true), target[1]);
		fix = text(d, "nft 'insert %s'", rule);
	} else {
		chain = chain_for(death);
		rule = text(d, "%s -j %s", match(d, t, false), target[0]);
		fix = text(d, "%s%s -I %s%s", iptables_of(death), table, chain, rule);
	}
	lasts = last_in(d, death, t, chain, rule);
	f->fix = join_commands(d, f->fix, fix);
	f->lasts = join_commands(d, f->lasts, lasts);
}

void accept_traffic(struct doctor *d, const struct death *death, const struct traffic *traffic,
		    struct finding *f)
{
	static const char *const target[] = { "ACCEPT", "accept" };

	if (death->by != CULPRIT_UNKNOWN && death->by != CULPRIT_RP_FILTER)
		add_rule(d, death, traffic, target, f);
}

void translate_traffic(struct doctor *d, const struct death *rule, const struct traffic *traffic,
		       __u32 server, struct finding *f)
{
	const char *address = text_of_address(d, server);
	const char *const target[] = {
		text(d, "DNAT --to-destination %s", address),
		text(d, "dnat %sto %s", strcmp(rule->family, "inet") ? "" : "ip ", address),
	};

	add_rule(d, rule, traffic, target, f);
}
