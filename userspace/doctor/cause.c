// SPDX-License-Identifier: GPL-2.0
#include "doctor/cause.h"

#include <netinet/in.h>

#include "doctor/firewall.h"
#include "doctor/lookup.h"
#include "doctor/sysctl.h"
#include "lib/tables.h"
#include "lib/words.h"

/* What sends replies elsewhere, or nowhere. */
static const char *const routing_ids[] = {
	"default-corporate", "default-halves", "default-no-role", "rule-overrides",
	"uplink-no-default", "gateway-not-on-link", NULL
};

static const char *const rp_filter_ids[] = { "rp-filter", "src-valid-mark", NULL };

/* Those of the checks that came before the trial explain what they name. */
static bool is_explained(const struct trial *t, const char *const *ids)
{
	const struct finding *f;

	for (f = t->d->findings; f && f != *t->before; f = f->next)
		if (word_number(ids, f->id) >= 0)
			return true;
	return false;
}

static bool is_any_found(const struct trial *t)
{
	const struct finding *f;

	for (f = t->d->findings; f && f != *t->before; f = f->next)
		if (f->severity > SEVERITY_NOTE)
			return true;
	return false;
}

static const char *kind_of(const struct attempt *a)
{
	return is_gre(a) ? "GRE" : "TCP 1723";
}

static const char *owner_of_death(struct doctor *d, const struct death *death)
{
	const char *owner = text_of_death(d, death), *keeper = NULL;

	if (owner)
		keeper = keeper_of(d, death);
	return keeper ? text(d, "%s (%s)", owner, keeper) : owner;
}

/* -- routes, and rp_filter ---------------------------------------------------------- */

static void blame_rule(struct trial *t, const struct attempt *a, const char *route,
		       const char *table, struct finding *f)
{
	const char *local = text_of_address(t->d, a->call.local);
	const struct rule *r = read_rules(t->d);
	unsigned int pref;

	while (r && strcmp(word_after(t->d, r->words, "lookup") ?: "", table))
		r = r->next;
	pref = r ? r->pref : 0;
	f->id = "rule-overrides";
	f->severity = SEVERITY_WARNING;
	f->what = text(t->d, "a routing rule comes before table main: %s",
		       r ? text_of_rule(t->d, r) : text(t->d, "lookup %s", table));
	f->owner = text(t->d, "ip rule; the route is %s", route);
	/* Less than to delete it: others may need it. */
	if (pref > 1)
		f->fix = text(t->d, "ip rule add pref %u from %s lookup main", pref - 1, local);
	f->local = local;
	f->number = pref - 1;
	f->cause = f->what;
}

/* More than one may lead there; a client in each part of the Internet finds them. */
static const char *routes_through(struct trial *t, const char *dev, __u32 local,
				  const char **command)
{
	const char *all = "", *route;
	__u32 part;

	for (part = 0; part < 14; part++) {
		route = route_of_reply(t->d, part << 28 | 0x05050505, local);
		if (strcmp(word_after(t->d, route, "dev") ?: "", dev))
			continue;
		*command = join(t->d, *command, " && ", text(t->d, "ip route del %s", route));
		all = join(t->d, all, ", ", route);
	}
	return all;
}

static unsigned int protocol_number(const char *name)
{
	unsigned int number = 255;

	while (number && strcmp(protocol_name(number), name))
		number--;
	return number;
}

static bool blame_route(struct trial *t, struct attempt *a, const char *dev, struct finding *f)
{
	const char *route, *table;
	struct doctor *d = t->d;

	if (is_explained(t, routing_ids))
		return false;
	route = route_of_reply(d, a->call.client, a->call.local);
	table = word_after(d, route, "table");
	f->breaks = text(d, "replies that pptpgw does not steer go to %s", dev);
	f->dev = dev;
	if (table) {
		blame_rule(t, a, route, table, f);
		return true;
	}
	f->id = "default-halves";
	f->number = protocol_number(word_after(d, route, "proto") ?: "boot");
	f->what = text(d, "replies to clients are routed through %s, which is no uplink: %s", dev,
		       routes_through(t, dev, a->call.local, &f->fix));
	f->cause = f->what;
	return true;
}

/* Replies that leave by no uplink are the fault that comes first. */
static bool blame_rp_filter(struct trial *t, struct attempt *a, struct finding *f)
{
	const char *dev = a->iface->name, *out;
	bool forward = a->forward;

	if (is_explained(t, rp_filter_ids) || is_explained(t, routing_ids))
		return false;
	out = forward ? NULL : dev_of_reply(t->d, a->call.client, a->call.local);
	if (out && role_of(t->d, ifname_number(out)) != PPTPGW_ROLE_INTERNET)
		return blame_route(t, a, out, f);
	if (forward && !a->visit.arrived)
		dev = copy_name(&t->copy, a->visit.dev);
	f->id = "rp-filter";
	f->what = text(t->d, "rp_filter drops %s that come in by %s",
		       forward ? "packets" : "packets of clients", dev);
	f->breaks = forward ? FORWARD_BREAKS : "clients cannot connect";
	f->owner = owner_of_sysctl(t->d, "conf.all.rp_filter");
	f->cause = f->owner;
	if (!forward)
		set_sysctl(t->d, f, dev, "rp_filter", "2");
	return true;
}

/* -- addresses that are translated ------------------------------------------------- */

static const char *place_of(struct doctor *d, __u32 server)
{
	return server ? text_of_address(d, server) : "this host";
}

/* One of the two goes to another host than the other. */
static void blame_dnat(struct trial *t, struct attempt *a, struct finding *f)
{
	static const char *const words[] = { "dnat", "redirect", "DNAT", "REDIRECT", NULL };
	const struct traffic traffic = { .in = a->iface->name, .protocol = IPPROTO_GRE };
	const struct call call = a->call;
	struct death rule;

	f->id = "firewall-input";
	f->what = text(t->d, "GRE that comes in by uplink %s goes to %s, but TCP 1723 to %s",
		       a->iface->name, place_of(t->d, call.gre.server),
		       place_of(t->d, call.tcp.server));
	f->breaks = "tunnels carry nothing: error 619";
	if (!trace_rule(t->d, words, attempt_again, a, &rule))
		return;
	f->owner = text_of_death(t->d, &rule);
	f->cause = f->owner;
	if (call.tcp.server)
		translate_traffic(t->d, &rule, &traffic, call.tcp.server, f);
	else
		accept_traffic(t->d, &rule, &traffic, f);
}

static void blame_snat(struct trial *t, struct attempt *a, struct finding *f)
{
	static const char *const words[] = { "snat", "masquerade", "SNAT", "MASQUERADE", NULL };
	const struct leg *leg = a->leg;
	struct death rule;

	f->id = "firewall-output";
	f->what = text(t->d, "replies of uplink %s (%s) leave with the source address %s, not %s",
		       a->iface->name, kind_of(a), text_of_address(t->d, leg->source),
		       text_of_address(t->d, a->call.local));
	f->breaks = "the client does not take them for the server's";
	if (trace_rule(t->d, words, attempt_again, a, &rule))
		f->owner = text_of_death(t->d, &rule);
	f->cause = f->owner;
}

/* -- all --------------------------------------------------------------------------- */

/* It died between two interfaces. */
static bool dies_on_its_way(struct trial *t, struct attempt *a)
{
	struct death death;

	trace(t->d, attempt_again, a, &death);
	return death.by != CULPRIT_UNKNOWN &&
	       (death.leaving || !strcmp(death.chain ?: "", "FORWARD"));
}

/* GRE goes elsewhere than TCP 1723; if it does not arrive, perhaps to the same host. */
static bool is_dnat(struct trial *t, struct attempt *a)
{
	const struct call *c = &a->call;

	if (a->forward || !is_gre(a) || c->tcp.server == c->gre.server)
		return false;
	return c->gre.arrived || !dies_on_its_way(t, a);
}

/* If nobody dropped it, the host may have been busy. */
static bool blame_unknown(struct trial *t, struct attempt *a, struct finding *f)
{
	attempt_run(t, a);
	if (a->ok || is_any_found(t))
		return false;
	if (a->forward) {
		f->id = "forward-drop";
		f->what = text(t->d, "what clients send to %s does not %s", a->iface->name,
			       a->visit.arrived ? "come back" : "leave there");
		f->breaks = FORWARD_BREAKS;
	} else if (a->leg->arrived) {
		f->id = "firewall-output";
		f->what = text(t->d, "replies of uplink %s (%s) do not leave this host",
			       a->iface->name, kind_of(a));
		f->breaks = "clients hear nothing from the server";
	} else {
		f->id = "firewall-input";
		f->what = text(t->d, "%s that comes in by uplink %s reaches no server", kind_of(a),
			       a->iface->name);
		f->breaks = "clients cannot connect";
	}
	f->owner = "no rule or setting that this program knows";
	f->cause = f->id;
	return true;
}

static bool blame_death(struct trial *t, struct attempt *a, struct finding *f)
{
	struct death death;

	trace(t->d, attempt_again, a, &death);
	f->owner = owner_of_death(t->d, &death);
	if (death.by == CULPRIT_UNKNOWN)
		return blame_unknown(t, a, f);
	if (death.by == CULPRIT_RP_FILTER)
		return blame_rp_filter(t, a, f);
	blame_firewall(t, a, &death, f);
	return true;
}

bool find_cause(struct trial *t, struct attempt *a, struct finding *f)
{
	unsigned int astray = a->forward ? 0 : went_astray(t, a->leg);

	*f = (struct finding){ .severity = SEVERITY_ERROR };
	if (is_dnat(t, a))
		blame_dnat(t, a, f);
	else if (astray)
		return blame_route(t, a, copy_name(&t->copy, astray), f);
	else if (!a->forward && a->leg->answered)
		blame_snat(t, a, f);
	else
		return blame_death(t, a, f);
	return true;
}
