// SPDX-License-Identifier: GPL-2.0
#include "doctor/firewall.h"

#include <netinet/in.h>

#include "doctor/lookup.h"
#include "lib/words.h"

static const char *const link_layer[] = { "netdev", "bridge", NULL };

/* Of a loss. */
enum { PROTOCOL_TCP = 1, PROTOCOL_GRE, PROTOCOL_BOTH };

static const char *const protocol_words[] = { NULL, "TCP 1723", "GRE", "TCP 1723 and GRE" };

/* -- what it is ---------------------------------------------------------------------- */

static int protocol_of(const struct attempt *a)
{
	return is_gre(a) ? IPPROTO_GRE : IPPROTO_TCP;
}

static struct loss *new_loss(struct trial *t, const struct attempt *a, bool leaving)
{
	struct loss *loss = pool_zero(t->d, sizeof(*loss));

	loss->iface = a->iface;
	loss->gre = is_gre(a);
	loss->leaving = leaving;
	return loss;
}

static void blame_input(struct trial *t, const struct attempt *a, const struct death *death,
			struct finding *f)
{
	struct traffic traffic = { .in = a->iface->name, .protocol = protocol_of(a) };

	/* There, the interface is the chain's own, or a port. */
	if (death->family && word_number(link_layer, death->family) >= 0)
		traffic.in = NULL;
	f->id = "firewall-input";
	f->breaks = is_gre(a) ? "tunnels carry nothing: error 619" : "clients cannot connect";
	f->losses = new_loss(t, a, false);
	accept_traffic(t->d, death, &traffic, f);
}

/* OUTPUT comes before pptpgw: it sees the interface that the routing table chose. */
static void blame_output(struct trial *t, const struct attempt *a, const struct death *death,
			 struct finding *f)
{
	const struct traffic traffic = { .protocol = protocol_of(a), .from_server = true };
	const char *dev = dev_of_reply(t->d, a->call.client, a->call.local);

	f->id = "firewall-output";
	f->breaks = "replies are dropped before pptpgw can send them by their uplink";
	if (dev && strcmp(dev, a->iface->name))
		f->breaks = text(t->d, "%s: it sees them leave by %s, as the routing table says",
				 f->breaks, dev);
	f->losses = new_loss(t, a, true);
	accept_traffic(t->d, death, &traffic, f);
}

static void blame_forward(struct trial *t, const struct attempt *a, const struct death *death,
			  struct finding *f)
{
	const char *corporate = a->iface->name, *client = copy_name(&t->copy, a->visit.dev);
	const struct traffic to = { .in = "ppp*", .out = corporate };
	const struct traffic back = { .in = corporate, .out = "ppp*" };
	const struct iface *uplink = next_uplink(t->d->ifaces);

	f->id = "forward-drop";
	f->breaks = FORWARD_BREAKS;
	f->losses = new_loss(t, a, false);
	f->losses->between = text(t->d, a->visit.arrived ? "the answers of %s to clients (%s)"
							 : "what clients (%2$s) send to %1$s",
				  corporate, client);
	while (uplink && strncmp(uplink->name, "ppp", 3))
		uplink = next_uplink(uplink->next);
	if (uplink) {
		f->breaks = text(t->d, "%s (no rule for ppp* is advised: %s is an uplink)",
				 f->breaks, uplink->name);
		f->cause = text(t->d, "%s, %s", f->cause, uplink->name);
		return;
	}
	accept_traffic(t->d, death, &to, f);
	accept_traffic(t->d, death, &back, f);
}

void blame_firewall(struct trial *t, const struct attempt *a, const struct death *death,
		    struct finding *f)
{
	f->cause = firewall_of(t->d, death);
	if (a->forward)
		blame_forward(t, a, death, f);
	else if (is_gre(a) || a->leg->server ? a->leg->arrived : death->leaving)
		blame_output(t, a, death, f);
	else
		blame_input(t, a, death, f);
	f->what = text_of_losses(t->d, f->losses);
}

/* -- in words ------------------------------------------------------------------------ */

static unsigned int protocols(const struct loss *losses, const struct iface *iface, bool leaving)
{
	unsigned int both = 0;

	for (; losses; losses = losses->next)
		if (losses->iface == iface && losses->leaving == leaving && !losses->between)
			both |= losses->gre ? PROTOCOL_GRE : PROTOCOL_TCP;
	return both;
}

/* The uplinks of which these are dropped, and no other: ", " between them. */
static const char *uplinks(struct doctor *d, const struct loss *losses, bool leaving,
			   unsigned int which)
{
	const struct loss *l;
	const char *list = NULL;

	for (l = losses; l; l = l->next)
		if (protocols(losses, l->iface, leaving) == which)
			list = join(d, list, ", ", l->iface->name);
	return list;
}

static const char *text_of_calls(struct doctor *d, const char *devs, bool leaving,
				 unsigned int which)
{
	const char *several = strchr(devs, ',') ? "s" : "";

	if (leaving)
		return text(d, "replies of uplink%s %s (%s)", several, devs, protocol_words[which]);
	return text(d, "%s that come%s in by uplink%s %s", protocol_words[which],
		    which == PROTOCOL_BOTH ? "" : "s", several, devs);
}

const char *text_of_losses(struct doctor *d, const struct loss *losses)
{
	const char *all = NULL, *devs;
	unsigned int which, leaving;

	for (leaving = 0; leaving < 2; leaving++) {
		for (which = PROTOCOL_TCP; which <= PROTOCOL_BOTH; which++) {
			devs = uplinks(d, losses, leaving, which);
			if (!devs)
				continue;
			devs = text_of_calls(d, devs, leaving, which);
			all = join(d, all, ", and ", devs);
		}
	}
	for (; losses; losses = losses->next)
		all = join(d, all, ", and ", losses->between);
	return text(d, "the firewall drops %s", all);
}
