// SPDX-License-Identifier: GPL-2.0
/*
 * Rules of nft and iptables-nft by what the kernel traces (nft(8), "meta nftrace"); what
 * leaves no trace, by counters.
 */
#include "doctor/trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

#include "doctor/ruleset.h"
#include "doctor/run.h"
#include "lib/files.h"

/* A call's packets make so many steps that matter. */
#define STEPS_MAX 1024

/* Each makes several thousand others where there are thousands of rules. */
#define TRACE_BUFFER (64 << 20)

/* The kernel is done with a packet long before. */
#define TRACE_MS 40

#define TABLE "pptpgw_trial"

/* The first chains that a packet comes to. */
static const char observers[] =
	"table ip " TABLE " {\n"
	"chain packet { type filter hook prerouting priority -500; meta nftrace set 1;\n}\n"
	"chain answer { type filter hook output priority -500; meta nftrace set 1;\n}\n"
	"}\n";

static const char ingress_observer[] =
	"table netdev " TABLE " {\n"
	"chain ingress { type filter hook ingress devices = {%s } priority -500;"
	" meta nftrace set 1;\n}\n"
	"}\n";

/**
 * struct step - a rule that matched and had the last word in its chain, or the policy of that
 * @packet: which one it is
 * @leaves: that is on its way out, or through this host
 * @has_dev: the kernel says so, as it does once in a chain
 */
struct step {
	char table[64], chain[64];
	__u64 rule;
	__u32 packet;
	bool drops, accepts, leaves, has_dev;
};

struct steps {
	unsigned int count;
	struct step *steps;
};

static int read_verdict(const struct nlattr *attr, void *data)
{
	struct step *s = data;

	if (mnl_attr_get_type(attr) == NFTA_VERDICT_CODE) {
		s->drops = ntohl(mnl_attr_get_u32(attr)) == NF_DROP;
		s->accepts = ntohl(mnl_attr_get_u32(attr)) == NF_ACCEPT;
	}
	return MNL_CB_OK;
}

static int read_step_attr(const struct nlattr *attr, void *data)
{
	struct step *s = data;

	switch (mnl_attr_get_type(attr)) {
	case NFTA_TRACE_TABLE:
		snprintf(s->table, sizeof(s->table), "%s", mnl_attr_get_str(attr));
		break;
	case NFTA_TRACE_CHAIN:
		snprintf(s->chain, sizeof(s->chain), "%s", mnl_attr_get_str(attr));
		break;
	case NFTA_TRACE_RULE_HANDLE:
		memcpy(&s->rule, mnl_attr_get_payload(attr), sizeof(s->rule));
		s->rule = be64toh(s->rule);
		break;
	case NFTA_TRACE_VERDICT:
		mnl_attr_parse_nested(attr, read_verdict, s);
		break;
	case NFTA_TRACE_POLICY:
		s->drops = ntohl(mnl_attr_get_u32(attr)) == NF_DROP;
		break;
	case NFTA_TRACE_ID:
		s->packet = mnl_attr_get_u32(attr);
		break;
	case NFTA_TRACE_OIF:
		s->leaves = true;
		s->has_dev = true;
		break;
	case NFTA_TRACE_IIF:
		s->has_dev = true;
		break;
	}
	return MNL_CB_OK;
}

static int note_step(const struct nlmsghdr *nlh, void *data)
{
	struct steps *steps = data;
	struct step step = { };
	unsigned int i;

	if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE))
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), read_step_attr, &step);
	for (i = steps->count; !step.has_dev && i--;)
		if (steps->steps[i].packet == step.packet) {
			step.leaves = steps->steps[i].leaves;
			break;
		}
	if (steps->count < STEPS_MAX && (step.drops || step.accepts || step.has_dev))
		steps->steps[steps->count++] = step;
	return MNL_CB_OK;
}

static void receive_steps(struct nl *nl, struct steps *steps)
{
	struct pollfd poll_fd = { .fd = mnl_socket_get_fd(nl->sock), .events = POLLIN };
	ssize_t len;

	while (poll(&poll_fd, 1, TRACE_MS) > 0) {
		len = mnl_socket_recvfrom(nl->sock, nl->rx.bytes, sizeof(nl->rx.bytes));
		/* Some may have been lost because there was no room. */
		if (len < 0)
			continue;
		mnl_cb_run(nl->rx.bytes, len, 0, 0, note_step, steps);
	}
}

/* What comes in by any interface, before it comes to "packet". */
static void observe_ingress(struct doctor *d)
{
	struct if_nameindex *all = if_nameindex(), *i;
	const char *devices = "";

	for (i = all; i && i->if_name; i++)
		devices = text(d, "%s \"%s\",", devices, i->if_name);
	if_freenameindex(all);
	free(run_program(text(d, ingress_observer, devices), "nft", "-f-"));
}

/* Once for all traces. */
static bool observe(struct doctor *d)
{
	static int ready;
	char *output;

	if (!ready) {
		output = run_program(observers, "nft", "-f-");
		ready = output ? 1 : -1;
		free(output);
		observe_ingress(d);
	}
	return ready > 0;
}

/* All steps of what @send sends. */
static void collect(struct doctor *d, void (*send)(void *data), void *data, struct steps *steps)
{
	static struct step all[STEPS_MAX];
	int size = TRACE_BUFFER;
	static struct nl nl;
	bool joined;

	steps->count = 0;
	steps->steps = all;
	joined = observe(d) && nl_open(&nl, NETLINK_NETFILTER, sizeof(struct nfgenmsg)) >= 0 &&
		 !setsockopt(mnl_socket_get_fd(nl.sock), SOL_SOCKET, SO_RCVBUFFORCE, &size,
			     sizeof(size)) &&
		 nl_join(&nl, NFNLGRP_NFTRACE) >= 0;
	send(data);
	if (joined)
		receive_steps(&nl, steps);
	nl_close(&nl);
}

/* -- the text of a rule ------------------------------------------------------------ */

/* Rule number @n of that chain, as iptables-nft prints it. */
static const char *iptables_rule(struct doctor *d, const struct death *death, unsigned int n)
{
	char *saved = run_program(NULL, "iptables-nft", "-t", death->table, "-S", death->chain);
	char *rest = saved, *line;
	const char *rule = NULL;

	while (!rule && rest && (line = strsep(&rest, "\n")))
		if (!strncmp(line, "-A ", 3) && !n--)
			rule = text(d, "%s", line);
	free(saved);
	return rule ?: "";
}

/* A line of a chain, which ends with the rule's handle: the rest of it, or NULL. */
static const char *rule_in(struct doctor *d, const char *line, __u64 handle)
{
	const char *mark = text(d, " # handle %llu", handle);
	size_t len = strlen(line), end = strlen(mark);

	if (strncmp(line, "\t\t", 2) || len < end || strcmp(line + len - end, mark))
		return NULL;
	return text(d, "%.*s", (int)(len - end - 2), line + 2);
}

/*
 * The trace has no family of the table: take that which has the rule, or a chain of
 * that policy. @n: how many rules come before it.
 */
static void find_rule(struct doctor *d, const struct step *step, struct death *death,
		      unsigned int *n)
{
	char *output = run_program(NULL, "nft", "-a", "-s", "list", "ruleset"), *rest = output;
	char family[16] = "", table[64], chain[64] = "", *line;
	bool found = false;

	death->family = "";
	while (rest && !found && (line = strsep(&rest, "\n"))) {
		if (sscanf(line, "table %15s %63s", family, table) == 2)
			*chain = '\0';
		else if (sscanf(line, "\tchain %63s", chain) == 1)
			*n = 0;
		if (strcmp(chain, step->chain) || strcmp(table, step->table) ||
		    !strcmp(family, "ip6") || !strcmp(family, "arp"))
			continue;
		death->family = text(d, "%s", family);
		if (step->rule)
			death->rule = rule_in(d, line, step->rule);
		found = step->rule ? death->rule : strstr(line, "policy drop");
		*n += !found && !strncmp(line, "\t\t", 2) && strstr(line, " # handle ");
	}
	if (step->rule && !death->rule)
		death->rule = "";
	free(output);
}

/* Tables that nft calls so may be iptables'. */
static bool is_iptables(const struct death *death)
{
	char *saved;
	bool is;

	if (strcmp(death->family, "ip"))
		return false;
	saved = run_program(NULL, "iptables-nft-save", "-t", death->table);
	is = owns_table(saved, death->table);
	free(saved);
	return is;
}

static void describe(struct doctor *d, const struct step *step, struct death *death)
{
	unsigned int n = 0;

	death->table = text(d, "%s", step->table);
	death->chain = text(d, "%s", step->chain);
	death->leaving = step->leaves;
	find_rule(d, step, death, &n);
	death->by = is_iptables(death) ? CULPRIT_IPTABLES : CULPRIT_NFT;
	if (step->rule && death->by == CULPRIT_IPTABLES)
		death->rule = iptables_rule(d, death, n);
}

/* -- counters ------------------------------------------------------------------------ */

/* struct tally - rules of iptables-legacy, as iptables-legacy-save(8) prints them; packets */
struct tally {
	char *legacy;
	unsigned long long rp_filter;
};

static bool is_drop(const char *rule)
{
	const char *target = strstr(rule, " -j ");

	return target && (!strncmp(target + 4, "DROP", 4) || !strncmp(target + 4, "REJECT", 6));
}

/* "[1:40] -A INPUT ...", ":INPUT DROP [1:40]". */
static bool note_legacy(struct doctor *d, const char *table, const char *line,
			struct death *death)
{
	char chain[64], policy[16];
	const char *rule = strstr(line, "-A ");

	if (sscanf(line, ":%63s %15s", chain, policy) == 2 && !strcmp(policy, "DROP"))
		death->rule = NULL;
	else if (*line == '[' && rule && is_drop(rule) && sscanf(rule, "-A %63s", chain) == 1)
		death->rule = text(d, "%s", rule);
	else
		return false;
	death->by = CULPRIT_LEGACY;
	/* What REJECT sends is an answer, too. */
	if (death->rule && strstr(death->rule, "REJECT"))
		death->leaving = !strcmp(chain, "OUTPUT");
	death->family = "";
	death->table = text(d, "%s", table);
	death->chain = text(d, "%s", chain);
	return true;
}

/* The line whose counter has changed. */
static void compare_legacy(struct doctor *d, char *before, char *after, struct death *death)
{
	const char *old, *new;
	char table[64] = "";

	while (before && after) {
		old = strsep(&before, "\n");
		new = strsep(&after, "\n");
		if (*new == '*')
			snprintf(table, sizeof(table), "%s", new + 1);
		if (*new != '#' && strcmp(old, new) && note_legacy(d, table, new, death) &&
		    death->rule)
			return;
	}
}

/* A counter of /proc/net/netstat: names in a line, numbers in the next. */
static unsigned long long rp_filter_drops(void)
{
	char names[8192], numbers[8192], *n, *v, *name, *value;
	FILE *file = fopen("/proc/net/netstat", "re");
	unsigned long long drops = 0;

	while (file && fgets(names, sizeof(names), file) &&
	       fgets(numbers, sizeof(numbers), file)) {
		n = names;
		v = numbers;
		while ((name = strsep(&n, "\n ")) && (value = strsep(&v, "\n ")))
			if (!strcmp(name, "IPReversePathFilter"))
				drops = strtoull(value, NULL, 10);
	}
	if (file)
		fclose(file);
	return drops;
}

static void tally_read(struct tally *c)
{
	char name[64];

	c->legacy = NULL;
	if (file_first_line("/proc/net/ip_tables_names", name, sizeof(name)))
		c->legacy = run_program(NULL, "iptables-legacy-save", "-c");
	c->rp_filter = rp_filter_drops();
}

/* What has counted since dropped the packet. @before is used up. */
static void tally_compare(struct doctor *d, struct tally *before, struct death *death)
{
	struct tally after;

	tally_read(&after);
	compare_legacy(d, before->legacy, after.legacy, death);
	if (!death->by && after.rp_filter > before->rp_filter)
		death->by = CULPRIT_RP_FILTER;
	free(after.legacy);
}

/* -- what dropped it --------------------------------------------------------------- */

/* The last that drops; and whether the answer was on its way by then. */
static void find_drop(struct doctor *d, const struct steps *steps, struct death *death)
{
	const struct step *last = NULL, *step;
	unsigned int i;

	for (i = 0; i < steps->count; i++) {
		step = &steps->steps[i];
		if (step->drops)
			last = step;
		if (!strcmp(step->table, TABLE) && !strcmp(step->chain, "answer"))
			death->leaving = true;
	}
	if (last)
		describe(d, last, death);
}

void trace(struct doctor *d, void (*send)(void *data), void *data, struct death *death)
{
	struct tally before;
	struct steps steps;

	*death = (struct death){ };
	/* What makes the observers ready is not to count. */
	observe(d);
	tally_read(&before);
	collect(d, send, data, &steps);
	find_drop(d, &steps, death);
	if (!death->by)
		tally_compare(d, &before, death);
	free(before.legacy);
}

static bool has_any(const char *rule, const char *const *words)
{
	while (*words && !strstr(rule, *words))
		words++;
	return *words;
}

bool trace_rule(struct doctor *d, const char *const *words, void (*send)(void *data), void *data,
		struct death *rule)
{
	struct steps steps;
	unsigned int i;

	collect(d, send, data, &steps);
	for (i = 0; i < steps.count; i++) {
		*rule = (struct death){ };
		if (!steps.steps[i].rule || !steps.steps[i].accepts)
			continue;
		describe(d, &steps.steps[i], rule);
		if (has_any(rule->rule, words))
			return true;
	}
	return false;
}

const char *text_of_death(struct doctor *d, const struct death *death)
{
	const char *table = death->table, *chain = death->chain;
	const char *rule = death->rule ?: "";

	if (death->by == CULPRIT_UNKNOWN || death->by == CULPRIT_RP_FILTER)
		return NULL;
	if (death->by == CULPRIT_LEGACY)
		table = text(d, "iptables %s", table);
	else
		table = text(d, "table %s %s", death->family, table);
	if (!death->rule)
		return text(d, "chain %s of %s, policy drop", chain, table);
	return text(d, *rule ? "chain %s of %s: %s" : "chain %s of %s%s", chain, table, rule);
}
