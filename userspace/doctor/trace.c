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

#include "doctor/tally.h"
#include "doctor/run.h"
#include "doctor/ruleset.h"

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

/* struct step - a rule that matched and had the last word in its chain, or the policy of that */
struct step {
	char table[64], chain[64];
	__u64 rule;
	bool drops, accepts, leaves;
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
	case NFTA_TRACE_OIF:
		s->leaves = true;
		break;
	}
	return MNL_CB_OK;
}

static int note_step(const struct nlmsghdr *nlh, void *data)
{
	struct steps *steps = data;
	struct step step = { };

	if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE))
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), read_step_attr, &step);
	if (steps->count < STEPS_MAX &&
	    (step.drops || step.accepts || !strcmp(step.table, TABLE)))
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

/* By its handle, in the text of a chain; @n: how many come before it. NULL if it is not there. */
static const char *rule_in(struct doctor *d, char *chain, __u64 handle, unsigned int *n)
{
	const char *wanted = text(d, " # handle %llu", handle);
	char *line, *mark;

	*n = 0;
	while ((line = strsep(&chain, "\n"))) {
		line += strspn(line, "\t ");
		mark = strstr(line, " # handle ");
		if (!mark || !strncmp(line, "chain ", 6) || !strncmp(line, "table ", 6))
			continue;
		if (!strcmp(mark, wanted))
			return text(d, "%.*s", (int)(mark - line), line);
		++*n;
	}
	return NULL;
}

/* In the text of its table, which has others, too. */
static char *find_chain(struct doctor *d, char *table, const char *name)
{
	char *chain = table ? strstr(table, text(d, "\n\tchain %s {", name)) : NULL;
	char *end = chain ? strstr(chain, "\n\t}\n") : NULL;

	if (end)
		*end = '\0';
	return end ? chain : NULL;
}

/* nft does not list a chain alone whose name is one of its words. */
static char *list_table(const char *family, const struct death *death)
{
	return run_program(NULL, "nft", "-a", "-s", "list", "chain", family, death->table,
			   death->chain) ?:
	       run_program(NULL, "nft", "-a", "-s", "list", "table", family, death->table);
}

/*
 * The trace has no family of the table: take that which has the rule, or a chain of
 * that policy.
 */
static void find_rule(struct doctor *d, const struct step *step, struct death *death,
		      unsigned int *n)
{
	static const char *const families[] = { "inet", "ip", "netdev", "bridge" };
	char *table, *chain;
	bool found = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(families) && !found; i++) {
		death->family = families[i];
		table = list_table(families[i], death);
		chain = find_chain(d, table, death->chain);
		if (chain && step->rule) {
			death->rule = rule_in(d, chain, step->rule, n);
			found = death->rule;
		} else if (chain) {
			found = strstr(chain, "policy drop");
		}
		free(table);
	}
	if (step->rule && !death->rule)
		death->rule = "";
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
	tally_free(&before);
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
		if (!steps.steps[i].rule || !strcmp(steps.steps[i].table, TABLE))
			continue;
		describe(d, &steps.steps[i], rule);
		if (has_any(rule->rule, words))
			return true;
	}
	return false;
}
