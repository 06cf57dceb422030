// SPDX-License-Identifier: GPL-2.0
#include "doctor/attempt.h"

#include <arpa/inet.h>

#include "doctor/ppp.h"

/* Answers take microseconds, unless the host is busy. */
#define SOON_MS 25
#define LATE_MS 150
#define NAMED_MS 8

/* Of each interface, no more are tried. */
#define ADDRESSES_MAX 8

/*
 * Addresses in different parts of the Internet: none is of a range for documents or
 * private networks, which firewalls drop. Nothing is sent to them.
 */
static const __u32 clients[] = { 0x510245a0, 0x18304d0b, 0xcb024b09 };

/* -- what is tried ----------------------------------------------------------------- */

static struct attempt *add(struct trial *t, const struct iface *iface)
{
	struct attempt *a = pool_zero(t->d, sizeof(*a));

	a->iface = iface;
	*t->last = a;
	t->last = &a->next;
	return a;
}

static void add_call(struct trial *t, const struct iface *uplink, __u32 local)
{
	struct attempt *a = add(t, uplink);

	a->call = (struct call){
		.copy = &t->copy, .server = &t->server, .dev = uplink->state.index,
		.local = local,
	};
}

static void add_calls(struct trial *t, const struct iface *uplink)
{
	unsigned int count = 0;
	const struct address *a;

	for (a = t->d->addresses; a; a = a->next)
		if (!strcmp(a->dev, uplink->name) && count++ < ADDRESSES_MAX)
			add_call(t, uplink, a->address);
}

static bool is_own(const struct doctor *d, __u32 address)
{
	const struct address *a;

	for (a = d->addresses; a; a = a->next)
		if (a->address == address || a->peer == address)
			return true;
	return false;
}

static void add_host(const struct doctor *d, struct attempt *a, __u32 address)
{
	if (a->host_count < ARRAY_SIZE(a->hosts) && !is_own(d, address))
		a->hosts[a->host_count++] = address;
}

/* Its neighbours, and hosts behind the routes of the configuration. */
static void find_hosts(const struct doctor *d, struct attempt *a)
{
	const struct address *address;
	const struct route *r;
	unsigned int i;
	__u32 dst;

	for (address = d->addresses; address; address = address->next) {
		if (strcmp(address->dev, a->iface->name) || address->peer || address->len > 30)
			continue;
		add_host(d, a, address->net + 1);
		add_host(d, a, address->net + 2);
	}
	for (i = 0; i < d->conf.route_count; i++) {
		r = &d->conf.routes[i];
		memcpy(&dst, r->dst, sizeof(dst));
		if (r->family == AF_INET && r->dst_len && route_leads_by(r, a->iface->number))
			add_host(d, a, ntohl(dst) + (r->dst_len < 32));
	}
}

static void add_visit(struct trial *t, const struct iface *corporate, const struct link *ppp,
		      __u32 client)
{
	struct attempt *a = add(t, corporate);

	a->forward = true;
	a->visit = (struct visit){ .copy = &t->copy, .dev = ppp->index, .client = client };
	find_hosts(t->d, a);
}

static bool is_corporate(const struct iface *iface)
{
	return iface->role == PPTPGW_ROLE_CORPORATE && is_there(iface);
}

static bool add_client(struct trial *t, const struct ppp *ppp, __u32 client)
{
	__u32 local = ppp->local ? ppp->local->first : t->d->addresses->address;
	const struct iface *iface;
	struct link *link;

	if (is_own(t->d, client) || client == local)
		return false;
	link = add_ppp(t->d, t->copy.links, t->copy.world, local, client);
	if (!link)
		return false;
	t->copy.links = link;
	for (iface = t->d->ifaces; iface; iface = iface->next)
		if (is_corporate(iface))
			add_visit(t, iface, link, client);
	return true;
}

/* Two clients: a rule may know the first interface by its name. */
static void add_visits(struct trial *t)
{
	unsigned int count = 0, i;
	const struct pool *pool;
	struct ppp ppp;

	ppp_read(t->d, &ppp);
	for (pool = ppp.remote; pool; pool = pool->next)
		for (i = 0; i < 4 && count < 2 && i <= pool->last - pool->first; i++)
			count += add_client(t, &ppp, pool->last - i);
}

/* -- addresses in the rules -------------------------------------------------------- */

static void note_named(struct trial *t, __u32 address)
{
	unsigned int i;

	for (i = 0; i < t->named_count; i++)
		if (t->named[i] == address)
			return;
	if (t->named_count < NAMED_MAX && is_public(t->d, address))
		t->named[t->named_count++] = address;
}

/* Who may connect is perhaps listed there: they are clients, too. */
static void find_named(struct trial *t, const char *text)
{
	unsigned int a, b, c, d;
	const char *at = text;
	int len;

	while (at && *(at += strcspn(at, "123456789"))) {
		len = 0;
		if (sscanf(at, "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &len) == 4 &&
		    (a | b | c | d) < 256)
			note_named(t, a << 24 | b << 16 | c << 8 | d | (at[len] == '/'));
		at += len ?: (int)strspn(at, "0123456789");
	}
}

void attempts_make(struct trial *t, const struct ruleset *rules)
{
	const struct iface *uplink;

	t->last = &t->attempts;
	find_named(t, rules->nft);
	find_named(t, rules->iptables);
	find_named(t, rules->legacy);
	find_named(t, rules->sets);
	for (uplink = next_uplink(t->d->ifaces); uplink; uplink = next_uplink(uplink->next))
		add_calls(t, uplink);
	add_visits(t);
}

/* -- trying it --------------------------------------------------------------------- */

unsigned int went_astray(const struct trial *t, const struct leg *leg)
{
	const char *name;

	if (!leg->answered)
		return 0;
	name = copy_name(&t->copy, leg->out);
	return role_of(t->d, ifname_number(name)) == PPTPGW_ROLE_INTERNET ? 0 : leg->out;
}

/* A client knows the server by the address that it dialled. */
static bool is_right(const struct trial *t, const struct call *c, const struct leg *leg)
{
	return leg->answered && !went_astray(t, leg) &&
	       (leg->source == c->local || leg->out != c->dev) && leg->server == c->tcp.server;
}

static bool call_from(struct trial *t, struct attempt *a, __u32 client, int ms)
{
	a->call.client = client;
	a->call.ms = ms;
	dial(&a->call);
	a->leg = is_right(t, &a->call, &a->call.tcp) ? &a->call.gre : &a->call.tcp;
	a->ok = is_right(t, &a->call, a->leg);
	return a->ok;
}

static void run_call(struct trial *t, struct attempt *a)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(clients); i++)
		if (call_from(t, a, clients[i], SOON_MS))
			return;
	for (i = 0; i < t->named_count; i++)
		if (call_from(t, a, t->named[i], NAMED_MS))
			return;
	call_from(t, a, clients[0], LATE_MS);
}

static void run_visit(struct attempt *a)
{
	unsigned int i;

	a->ok = !a->host_count;
	for (i = 0; i < a->host_count && !a->ok; i++) {
		a->visit.ms = i ? NAMED_MS : SOON_MS;
		a->visit.host = a->hosts[i];
		visit_any(&a->visit);
		a->ok = a->visit.answered;
	}
	if (a->ok)
		return;
	a->visit.host = a->hosts[0];
	a->visit.ms = LATE_MS;
	visit_once(&a->visit);
	a->ok = a->visit.answered;
}

void attempt_run(struct trial *t, struct attempt *a)
{
	if (a->forward)
		run_visit(a);
	else
		run_call(t, a);
}

void attempt_again(void *attempt)
{
	struct attempt *a = attempt;
	struct call call = a->call;
	struct visit visit = a->visit;

	call.ms = SOON_MS;
	visit.ms = SOON_MS;
	if (a->forward)
		visit_once(&visit);
	else
		dial(&call);
}
