// SPDX-License-Identifier: GPL-2.0
#include "doctor/progress.h"

#include <arpa/inet.h>
#include <net/if.h>

#include "lib/out.h"
#include "lib/text.h"
#include "lib/words.h"

static const char *const way_keys[WAYS][2] = {
	[WAY_SYN] = { "syn_in", "syn_dropped" },
	[WAY_ANSWER] = { "answer_out", "answer_dropped" },
	[WAY_GRE_IN] = { "gre_in", "gre_in_dropped" },
	[WAY_GRE_OUT] = { "gre_out", "gre_out_dropped" },
};

static const char *const ppp_words[] = {
	"none", "lcp", "authentication", "refused", "up", NULL
};

static const char *const ppp_texts[] = {
	[PPP_LCP] = "PPP: no more than LCP",
	[PPP_AUTHENTICATION] = "PPP: authentication",
	[PPP_REFUSED] = "PPP: authentication failed",
	[PPP_UP] = "PPP is up",
};

/* An interface may be gone by now. */
static const char *name_of(unsigned int dev)
{
	static char name[IF_NAMESIZE];

	return if_indextoname(dev, name) ?: "(gone)";
}

static void add_drop(struct text *t, const char *before, const struct way *way)
{
	text_add(t, "%s dropped: %s", before, drop_text(&way->drop));
}

/* A firewall that rejects drops, and refuses. A SYN that was answered may come again. */
static void add_control(struct text *t, const struct client *c)
{
	const struct way *answer = &c->ways[WAY_ANSWER], *syn = &c->ways[WAY_SYN];
	bool answered = answer->dev || answer->drop.location;
	bool dropped = syn->drop.location && (!answered || c->refused);

	text_add(t, "SYN in by %s", name_of(syn->dev));
	if (dropped)
		add_drop(t, "", syn);
	if (answer->dev)
		text_add(t, ", %s by %s", c->refused ? "refused" : "answered",
			 name_of(answer->dev));
	else if (answer->drop.location)
		add_drop(t, ", answer", answer);
	else if (!dropped)
		text_add(t, ", not answered");
	if (c->steered)
		text_add(t, " (steered)");
	if (c->unroutable)
		text_add(t, ", no route through its ingress");
	if (answer->dev && !c->proven && !c->refused)
		text_add(t, ", not acknowledged");
}

static void add_call(struct text *t, const struct client *c)
{
	if (c->call > CALL_GRANTED)
		text_add(t, "; call refused: %u", c->call);
	else if (!c->call && c->ways[WAY_SYN].drop.location)
		add_drop(t, "; segments in", &c->ways[WAY_SYN]);
	else if (!c->call)
		text_add(t, "; no call");
}

static void add_gre(struct text *t, const struct client *c)
{
	const struct way *in = &c->ways[WAY_GRE_IN], *out = &c->ways[WAY_GRE_OUT];

	if (in->dev) {
		text_add(t, "; GRE in by %s", name_of(in->dev));
		if (c->heard)
			text_add(t, ", answered by %s", name_of(out->dev));
		else if (in->drop.location)
			add_drop(t, "", in);
		else
			text_add(t, ", not answered");
	}
	if (!c->heard && out->drop.location)
		add_drop(t, "; GRE out", out);
	else if (!c->heard && out->dev)
		text_add(t, "; GRE out by %s%s", name_of(out->dev), in->dev ? "" : ", none in");
	else if (!in->dev && c->call == CALL_GRANTED)
		text_add(t, "; no GRE");
}

const char *progress_text(const struct client *c)
{
	static char buf[512];
	struct text t = { .buf = buf, .size = sizeof(buf) };

	add_control(&t, c);
	if (c->proven && !c->ways[WAY_GRE_IN].dev && !c->ways[WAY_GRE_OUT].dev)
		add_call(&t, c);
	add_gre(&t, c);
	if (c->heard)
		text_add(&t, "; %s", ppp_texts[c->ppp]);
	return buf;
}

static void out_way(const struct client *c, unsigned int number)
{
	const struct way *way = &c->ways[number];

	out_string(way_keys[number][0], way->dev ? name_of(way->dev) : NULL);
	out_string(way_keys[number][1], way->drop.location ? drop_text(&way->drop) : NULL);
}

static void out_bool(const char *key, bool value)
{
	out_field(key, json_boolean(value), NULL);
}

void progress_out(const struct client *c)
{
	const __be32 address = htonl(c->address), local = htonl(c->local);
	unsigned int i;

	out_begin(OUT_SENTENCE);
	out_now();
	out_address("client", &address);
	out_address("local", &local);
	for (i = 0; i < WAYS; i++)
		out_way(c, i);
	out_bool("acknowledged", c->proven);
	out_bool("refused", c->refused);
	out_bool("call", c->call == CALL_GRANTED);
	out_bool("gre_heard", c->heard);
	out_string("ppp", word_of(ppp_words, c->ppp));
	out_string("ingress", c->ingress ? name_of(c->ingress) : NULL);
	out_bool("steered", c->steered);
	out_bool("unroutable", c->unroutable);
	out_bool("through", client_is_through(c));
	out_text(" %s: %s", inet_ntoa((struct in_addr){ address }), progress_text(c));
	out_end();
}
