// SPDX-License-Identifier: GPL-2.0
#include "doctor/cause.h"

#include <netinet/in.h>

#include "doctor/remedy.h"
#include "doctor/run.h"
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
static bool is_found(const struct trial *t, const char *const *ids)
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

static int protocol_of(const struct attempt *a)
{
	return is_gre(a) ? IPPROTO_GRE : IPPROTO_TCP;
}

static const char *owner_of_death(struct doctor *d, const struct death *death)
{
	const char *owner = text_of_death(d, death), *keeper = NULL;

	if (owner)
		keeper = keeper_of(d, death);
	return keeper ? text(d, "%s (%s)", owner, keeper) : owner;
}

/* -- routes ------------------------------------------------------------------------ */

/* "default dev wg0 table 51820": the route that a reply takes, in words of ip(8). */
static const char *route_of_reply(struct trial *t, __u32 client, __u32 local)
{
	const char *to = text_of_address(t->d, client), *from = text_of_address(t->d, local);
	char *output = run_program(NULL, "ip", "-o", "route", "get", to, "from", from, "fibmatch");
	size_t len = output ? strcspn(output, "\n") : 0;
	const char *route;

	while (len && output[len - 1] == ' ')
		len--;
	route = text(t->d, "%.*s", (int)len, output ?: "");
	free(output);
	return route;
}

/* The word behind @word. */
static const char *word_after(struct doctor *d, const char *line, const char *word)
{
	const char *at = strstr(line, text(d, " %s ", word));

	if (!at)
		return NULL;
	at += strlen(word) + 2;
	return text(d, "%.*s", (int)strcspn(at, " "), at);
}

/* The first rule that has the table looked up, as "ip rule" prints it. */
static const char *rule_of_table(struct doctor *d, const char *table)
{
	char *output = run_program(NULL, "ip", "-o", "rule"), *rest = output, *line;
	const char *rule = NULL;

	while (!rule && rest && (line = strsep(&rest, "\n"))) {
		const char *found = strstr(line, text(d, " lookup %s", table));
		size_t len = strlen(table) + 8;

		if (found && (!found[len] || found[len] == ' '))
			rule = text(d, "%s", line);
	}
	free(output);
	return rule;
}

static void blame_rule(struct trial *t, const struct attempt *a, const char *route,
		       const char *table, struct finding *f)
{
	const char *local = text_of_address(t->d, a->call.local), *rule;
	unsigned int pref = 0;
	int n = 0;

	rule = rule_of_table(t->d, table);
	if (rule && sscanf(rule, "%u:%n", &pref, &n) == 1)
		rule += n + strspn(rule + n, " \t");
	f->id = "rule-overrides";
	f->severity = SEVERITY_WARNING;
	f->what = text(t->d, "a routing rule comes before table main: pref %u %s", pref,
		       rule ?: text(t->d, "lookup %s", table));
	f->owner = text(t->d, "ip rule; the route is %s", route);
	/* Less than to delete it: others may need it. */
	if (pref > 1)
		f->fix = text(t->d, "ip rule add pref %u from %s lookup main", pref - 1, local);
	f->local = local;
	f->number = pref - 1;
}

/* More than one may lead there; a client in each part of the Internet finds them. */
static const char *routes_through(struct trial *t, const char *dev, __u32 local,
				  const char **command)
{
	const char *all = "", *route;
	__u32 part;

	*command = "";
	for (part = 0; part < 14; part++) {
		route = route_of_reply(t, part << 28 | 0x05050505, local);
		if (!*route || strcmp(word_after(t->d, route, "dev") ?: "", dev) ||
		    strstr(all, route))
			continue;
		*command = text(t->d, "%s%sip route del %s", *command, *all ? " && " : "", route);
		all = text(t->d, "%s%s%s", all, *all ? ", " : "", route);
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

static bool blame_route(struct trial *t, struct attempt *a, unsigned int out, struct finding *f)
{
	const char *route, *table, *dev = copy_name(&t->copy, out);
	struct doctor *d = t->d;

	if (is_found(t, routing_ids))
		return false;
	route = route_of_reply(t, a->call.client, a->call.local);
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
	if (!*f->fix)
		f->fix = NULL;
	return true;
}

/* -- the firewall ------------------------------------------------------------------ */

static const char *const link_layer[] = { "netdev", "bridge", NULL };

static void blame_input(struct trial *t, const struct attempt *a, const struct death *death,
			struct finding *f)
{
	struct traffic traffic = { .in = a->iface->name, .protocol = protocol_of(a) };

	/* There, the interface is the chain's own, or a port. */
	if (death->family && word_number(link_layer, death->family) >= 0)
		traffic.in = NULL;
	f->id = "firewall-input";
	f->what = text(t->d, "the firewall drops %s that comes in by uplink %s", kind_of(a),
		       a->iface->name);
	f->breaks = is_gre(a) ?
		    "clients connect, but their tunnel carries nothing: error 619" :
		    "clients cannot connect";
	accept_traffic(t->d, death, &traffic, f);
}

/* OUTPUT comes before pptpgw: it sees the interface that the routing table chose. */
static void blame_output(struct trial *t, const struct attempt *a, const struct death *death,
			 struct finding *f)
{
	const char *route = route_of_reply(t, a->call.client, a->call.local);
	const char *dev = word_after(t->d, route, "dev") ?: a->iface->name;
	const struct traffic traffic = {
		.protocol = protocol_of(a), .from_server = true,
	};

	f->id = "firewall-output";
	f->what = text(t->d, "the firewall drops replies of uplink %s (%s)", a->iface->name,
		       kind_of(a));
	if (strcmp(dev, a->iface->name))
		f->what = text(t->d, "%s: it sees them leave by %s, as the routing table says",
			       f->what, dev);
	f->breaks = "replies are dropped before pptpgw can send them by their uplink";
	accept_traffic(t->d, death, &traffic, f);
}

static const char forward_breaks[] =
	"clients get a tunnel, but nothing passes between them and the corporate side";

static void blame_forward(struct trial *t, const struct attempt *a, const struct death *death,
			  struct finding *f)
{
	const char *corporate = a->iface->name;
	const struct traffic to = { .in = "ppp*", .out = corporate };
	const struct traffic back = { .in = corporate, .out = "ppp*" };
	const struct iface *uplink = next_uplink(t->d->ifaces);

	f->id = "forward-drop";
	f->what = text(t->d, "the firewall drops what clients (%s) send to %s",
		       copy_name(&t->copy, a->visit.dev), corporate);
	if (a->visit.arrived)
		f->what = text(t->d, "the firewall drops the answers of %s to clients (%s)",
			       corporate, copy_name(&t->copy, a->visit.dev));
	f->breaks = forward_breaks;
	while (uplink && strncmp(uplink->name, "ppp", 3))
		uplink = next_uplink(uplink->next);
	if (uplink) {
		f->breaks = text(t->d, "%s (no rule for ppp* is advised: %s is an uplink)",
				 forward_breaks, uplink->name);
		return;
	}
	accept_traffic(t->d, death, &to, f);
	accept_traffic(t->d, death, &back, f);
}

static void blame_rp_filter(struct trial *t, const struct attempt *a, struct finding *f)
{
	const char *dev = a->iface->name;
	bool forward = a->forward;

	if (forward && !a->visit.arrived)
		dev = copy_name(&t->copy, a->visit.dev);
	f->id = "rp-filter";
	f->what = text(t->d, "rp_filter drops %s that come in by %s",
		       forward ? "packets" : "packets of clients", dev);
	f->breaks = forward ? forward_breaks : "clients cannot connect";
	f->owner = owner_of_sysctl(t->d, "conf.all.rp_filter");
	if (!forward)
		set_sysctl(t->d, f, dev, "rp_filter", "2");
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
	f->breaks = "clients connect, but their tunnel carries nothing: error 619";
	if (!trace_rule(t->d, words, attempt_again, a, &rule))
		return;
	f->owner = text_of_death(t->d, &rule);
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
}

/* -- all --------------------------------------------------------------------------- */

static bool is_dnat(const struct attempt *a)
{
	const struct call *c = &a->call;

	return !a->forward && is_gre(a) && c->tcp.server != c->gre.server &&
	       (c->gre.arrived || c->tcp.server);
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
		f->breaks = forward_breaks;
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
	return true;
}

static bool blame_death(struct trial *t, struct attempt *a, struct finding *f)
{
	struct death death;

	trace(t->d, attempt_again, a, &death);
	f->owner = owner_of_death(t->d, &death);
	if (death.by == CULPRIT_UNKNOWN)
		return blame_unknown(t, a, f);
	if (death.by == CULPRIT_RP_FILTER) {
		if (is_found(t, rp_filter_ids) || is_found(t, routing_ids))
			return false;
		blame_rp_filter(t, a, f);
	} else if (a->forward) {
		blame_forward(t, a, &death, f);
	} else if (is_gre(a) ? a->leg->arrived : death.leaving) {
		blame_output(t, a, &death, f);
	} else {
		blame_input(t, a, &death, f);
	}
	return true;
}

bool find_cause(struct trial *t, struct attempt *a, struct finding *f)
{
	unsigned int astray = a->forward ? 0 : went_astray(t, a->leg);

	*f = (struct finding){ .severity = SEVERITY_ERROR };
	if (is_dnat(a))
		blame_dnat(t, a, f);
	else if (astray)
		return blame_route(t, a, astray, f);
	else if (!a->forward && a->leg->answered)
		blame_snat(t, a, f);
	else
		return blame_death(t, a, f);
	return true;
}
