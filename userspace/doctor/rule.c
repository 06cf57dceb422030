// SPDX-License-Identifier: GPL-2.0
/* Rules of policy routing that come before table main and apply to replies. */
#include "doctor/rule.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "doctor/lookup.h"
#include "doctor/owner.h"
#include "doctor/sysctl.h"
#include "lib/tables.h"

/* Packets of some services or users only; or a default route goes on to the next rule. */
static const char *const narrow[] = {
	"not", "ipproto", "sport", "dport", "uidrange", "suppress_prefixlength", "[l3mdev-table]",
};

static bool has_word(const struct rule *r, const char *word)
{
	size_t len = strlen(word);
	const char *at = r->words;

	while ((at = strstr(at + 1, word)))
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

static bool is_narrow(const struct rule *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(narrow); i++)
		if (has_word(r, narrow[i]))
			return true;
	return false;
}

/* "192.0.2.0/24", "192.0.2.1": it has that address. */
static bool has_address(const char *prefix, __u32 address)
{
	char net[INET_ADDRSTRLEN];
	unsigned int len = 32;
	struct in_addr in;

	return sscanf(prefix, "%15[0-9.]/%u", net, &len) > 0 && inet_pton(AF_INET, net, &in) == 1 &&
	       !((address ^ ntohl(in.s_addr)) & (__u32)(~0ULL << (32 - len)));
}

/* Replies come from an uplink's address, to the Internet, from here or the corporate side. */
static bool may_take_replies(struct doctor *d, const struct rule *r)
{
	const char *from = word_after(d, r->words, "from"), *to = word_after(d, r->words, "to");
	const char *iif = word_after(d, r->words, "iif");
	const struct address *a;

	if (is_narrow(r) || (to && strcmp(strchrnul(to, '/'), "/1")))
		return false;
	if (iif && strcmp(iif, "lo") && role_of(d, ifname_number(iif)) != PPTPGW_ROLE_CORPORATE)
		return false;
	if (!from || !strcmp(from, "all"))
		return true;
	for (a = d->addresses; a; a = a->next)
		if (role_of(d, ifname_number(a->dev)) == PPTPGW_ROLE_INTERNET &&
		    has_address(from, a->address))
			return true;
	return false;
}

/* The interface that the table's default route leads through though it is no uplink, or 0. */
static __u16 astray(const struct doctor *d, const char *table)
{
	const struct known_route *k;
	__u16 dev = 0;

	for (k = d->routes; k && !dev; k = k->next)
		if (k->route.family == AF_INET && route_is_default(&k->route) &&
		    !strcmp(table_name(k->route.table), table))
			dev = wrong_dev(d, &k->route);
	return dev;
}

/* The best default route of the table has packets dropped. */
static bool is_sink(const struct doctor *d, const char *table)
{
	const struct route *best = NULL;
	const struct known_route *k;

	for (k = d->routes; k; k = k->next)
		if (k->route.family == AF_INET && !k->route.dst_len &&
		    !strcmp(table_name(k->route.table), table) &&
		    (!best || k->route.metric < best->metric))
			best = &k->route;
	return best && best->type != RTN_UNICAST && best->type != RTN_THROW;
}

/* What has that rule may not be known: another in front of it does as well. */
static void make_last(struct doctor *d, const struct rule *r, const char *dev, struct finding *f)
{
	const struct address *a;

	for (a = d->addresses; a; a = a->next)
		if (role_of(d, ifname_number(a->dev)) == PPTPGW_ROLE_INTERNET && r->pref > 1)
			last_rule(d, dev, text_of_address(d, a->address), r->pref - 1, f);
}

/* Whether replies get a mark is for the trial to see. True if the rule is a fault. */
static bool check_rule(struct doctor *d, const struct rule *r, const char *table)
{
	const char *rule = text_of_rule(d, r);
	struct finding f = {
		.id = "rule-overrides",
		.severity = SEVERITY_WARNING,
		.what = text(d, "a routing rule comes before table main: %s", rule),
		.owner = r->protocol ? text(d, "protocol %s (ip rule)", r->protocol) : "ip rule",
		.fix = text(d, "ip rule del %s", rule),
	};
	__u16 dev = table ? astray(d, table) : 0;

	if (dev) {
		f.breaks = text(d, "replies that pptpgw does not steer go to %s", ifname(dev));
		make_last(d, r, ifname(dev), &f);
	} else if (!has_word(r, "fwmark") && (!table || is_sink(d, table))) {
		f.severity = SEVERITY_ERROR;
		f.breaks = "replies to the Internet are dropped: pptpgw finds no route for them";
		make_last(d, r, "", &f);
	} else {
		return false;
	}
	report(d, &f);
	return true;
}

/*
 * The reverse path is looked up without the mark, so that the rule applies to one
 * direction only.
 */
static void check_mark(struct doctor *d, const struct rule *r)
{
	const struct iface *iface;
	struct finding f = {
		.id = "src-valid-mark",
		.severity = SEVERITY_WARNING,
		.breaks = "rp_filter may drop packets of clients: it ignores their mark",
		.repair = repair_by_fix,
		.cause = "src_valid_mark",
	};

	for (iface = next_uplink(d->ifaces); iface; iface = next_uplink(iface->next)) {
		if (rp_filter_of(iface->name) != 1 || sysctl_ipv4("conf/all/src_valid_mark") > 0 ||
		    sysctl_of_dev(iface->name, "src_valid_mark") > 0)
			continue;
		f.what = text(d, "src_valid_mark of %s is off, but marks are routed: %s",
			      iface->name, text_of_rule(d, r));
		f.owner = owner_of_sysctl(d, text(d, "conf.%s.src_valid_mark", iface->name));
		f.fix = NULL;
		f.lasts = NULL;
		set_sysctl(d, &f, iface->name, "src_valid_mark", "1");
		report(d, &f);
	}
}

/* Up to the first that is for table main, as each packet has it. */
void check_rules(struct doctor *d)
{
	const struct rule *r = next_uplink(d->ifaces) ? read_rules(d) : NULL;
	bool marks = false;
	const char *table;

	for (; r && strcmp(r->words, " from all lookup main "); r = r->next) {
		table = word_after(d, r->words, "lookup");
		if ((table && !strcmp(table, "local")) || has_word(r, "goto") || has_word(r, "nop"))
			continue;
		if (may_take_replies(d, r) && check_rule(d, r, table))
			continue;
		if (has_word(r, "fwmark") && !marks)
			check_mark(d, r);
		marks |= has_word(r, "fwmark");
	}
}
