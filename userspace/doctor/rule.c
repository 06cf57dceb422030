// SPDX-License-Identifier: GPL-2.0
/* Rules of policy routing that come before table main and apply to replies. */
#include "doctor/rule.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "doctor/owner.h"
#include "doctor/sysctl.h"
#include "lib/tables.h"

/* struct rule - a rule, in host order */
struct rule {
	__u32 pref, table, mark, mask, from, to;
	__u8 from_len, to_len, action, protocol, flags;
	bool has_mark, other;
	char iif[IF_NAMESIZE], oif[IF_NAMESIZE];
};

/* The first that is for table main, as each packet has it. */
static bool is_main(const struct rule *r)
{
	return r->table == RT_TABLE_MAIN && r->action == FR_ACT_TO_TBL && !r->from_len &&
	       !r->to_len && !r->has_mark && !*r->iif && !*r->oif && !r->other;
}

static int read_rule_attr(const struct nlattr *attr, void *data)
{
	struct rule *r = data;

	switch (mnl_attr_get_type(attr)) {
	case FRA_PRIORITY:
		r->pref = mnl_attr_get_u32(attr);
		break;
	case FRA_TABLE:
		r->table = mnl_attr_get_u32(attr);
		break;
	case FRA_FWMARK:
		r->mark = mnl_attr_get_u32(attr);
		break;
	case FRA_FWMASK:
		r->mask = mnl_attr_get_u32(attr);
		r->has_mark = r->mask;
		break;
	case FRA_SRC:
		r->from = ntohl(mnl_attr_get_u32(attr));
		break;
	case FRA_DST:
		r->to = ntohl(mnl_attr_get_u32(attr));
		break;
	case FRA_IIFNAME:
		snprintf(r->iif, IF_NAMESIZE, "%s", mnl_attr_get_str(attr));
		break;
	case FRA_OIFNAME:
		snprintf(r->oif, IF_NAMESIZE, "%s", mnl_attr_get_str(attr));
		break;
	case FRA_PROTOCOL:
		r->protocol = mnl_attr_get_u8(attr);
		break;
	case FRA_SUPPRESS_PREFIXLEN:
		/* What a default route would answer goes on to the next rule. */
		r->other |= (int)mnl_attr_get_u32(attr) >= 0;
		break;
	case FRA_UID_RANGE:
	case FRA_IP_PROTO:
	case FRA_SPORT_RANGE:
	case FRA_DPORT_RANGE:
	case FRA_L3MDEV:
		r->other = true;
		break;
	}
	return MNL_CB_OK;
}

static const char *const actions[] = {
	[FR_ACT_TO_TBL] = "lookup",
	[FR_ACT_BLACKHOLE] = "blackhole",
	[FR_ACT_UNREACHABLE] = "unreachable",
	[FR_ACT_PROHIBIT] = "prohibit",
};

/* Its selectors and what it does, as ip(8) reads them. */
static const char *text_of_rule(struct doctor *d, const struct rule *r)
{
	const char *s = text(d, "pref %u", r->pref);

	if (r->from_len)
		s = text(d, "%s from %s/%u", s, text_of_address(d, r->from), r->from_len);
	if (r->to_len)
		s = text(d, "%s to %s/%u", s, text_of_address(d, r->to), r->to_len);
	if (r->has_mark)
		s = text(d, "%s fwmark %#x/%#x", s, r->mark, r->mask);
	if (*r->iif)
		s = text(d, "%s iif %s", s, r->iif);
	if (*r->oif)
		s = text(d, "%s oif %s", s, r->oif);
	s = text(d, "%s %s", s, actions[r->action]);
	return r->action == FR_ACT_TO_TBL ? text(d, "%s %s", s, table_name(r->table)) : s;
}

/* Replies come from an uplink's address, to the Internet, from here or the corporate side. */
static bool may_take_replies(const struct doctor *d, const struct rule *r)
{
	const struct address *a;

	if (r->flags & FIB_RULE_INVERT || r->other || r->to_len > 1)
		return false;
	if (*r->iif && strcmp(r->iif, "lo") &&
	    role_of(d, ifname_number(r->iif)) != PPTPGW_ROLE_CORPORATE)
		return false;
	if (!r->from_len)
		return true;
	for (a = d->addresses; a; a = a->next)
		if (role_of(d, ifname_number(a->dev)) == PPTPGW_ROLE_INTERNET &&
		    !((a->address ^ r->from) & (__u32)(~0ULL << (32 - r->from_len))))
			return true;
	return false;
}

/* The interface that the table's default route leads through though it is no uplink, or 0. */
static __u16 astray(const struct doctor *d, const struct rule *r)
{
	const struct known_route *k;
	__u16 dev = 0;

	for (k = d->routes; k && !dev; k = k->next)
		if (k->route.family == AF_INET && k->route.table == r->table &&
		    route_is_default(&k->route))
			dev = wrong_dev(d, &k->route);
	return dev;
}

/* The rule, or the best default route of its table, has packets dropped. */
static bool is_sink(const struct doctor *d, const struct rule *r)
{
	const struct route *best = NULL;
	const struct known_route *k;

	if (r->action != FR_ACT_TO_TBL)
		return true;
	for (k = d->routes; k; k = k->next)
		if (k->route.family == AF_INET && k->route.table == r->table &&
		    !k->route.dst_len && (!best || k->route.metric < best->metric))
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

/* Whether replies get a mark is for the trial to see. */
static void check_rule(struct doctor *d, const struct rule *r)
{
	const char *rule = text_of_rule(d, r);
	struct finding f = {
		.id = "rule-overrides",
		.severity = SEVERITY_WARNING,
		.what = text(d, "a routing rule comes before table main: %s", rule),
		.owner = text(d, "protocol %s (ip rule)", protocol_name(r->protocol)),
		.fix = text(d, "ip rule del %s", rule),
	};
	__u16 dev = r->action == FR_ACT_TO_TBL ? astray(d, r) : 0;

	if (dev) {
		f.breaks = text(d, "replies that pptpgw does not steer go to %s", ifname(dev));
		make_last(d, r, ifname(dev), &f);
		report(d, &f);
	} else if (!r->has_mark && is_sink(d, r)) {
		f.severity = SEVERITY_ERROR;
		f.breaks = "replies to the Internet are dropped: pptpgw finds no route for them";
		make_last(d, r, "", &f);
		report(d, &f);
	}
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

struct rules {
	struct doctor *d;
	bool after_main, marks;
};

static int on_rule(const struct nlmsghdr *nlh, void *data)
{
	const struct fib_rule_hdr *h = mnl_nlmsg_get_payload(nlh);
	struct rules *rules = data;
	struct rule r = { };

	if (nlh->nlmsg_type != RTM_NEWRULE || mnl_nlmsg_get_payload_len(nlh) < sizeof(*h))
		return MNL_CB_OK;
	r.table = h->table;
	r.from_len = h->src_len;
	r.to_len = h->dst_len;
	r.action = h->action;
	r.flags = h->flags;
	mnl_attr_parse(nlh, sizeof(*h), read_rule_attr, &r);
	rules->after_main |= is_main(&r);
	if (rules->after_main || r.table == RT_TABLE_LOCAL || r.action > FR_ACT_PROHIBIT ||
	    !actions[r.action])
		return MNL_CB_OK;
	if (may_take_replies(rules->d, &r))
		check_rule(rules->d, &r);
	if (r.has_mark && !rules->marks)
		check_mark(rules->d, &r);
	rules->marks |= r.has_mark;
	return MNL_CB_OK;
}

void check_rules(struct doctor *d)
{
	struct rules rules = { .d = d };
	struct fib_rule_hdr *h;
	struct nl nl;

	if (!next_uplink(d->ifaces) || nl_open(&nl, NETLINK_ROUTE, sizeof(*h)) < 0)
		return;
	h = nl_begin(&nl, RTM_GETRULE, NLM_F_DUMP);
	h->family = AF_INET;
	nl_request(&nl, on_rule, &rules);
	nl_close(&nl);
}
