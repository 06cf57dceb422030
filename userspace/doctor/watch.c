// SPDX-License-Identifier: GPL-2.0
#include "doctor/watch.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/pptpgw.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "doctor/clients.h"
#include "doctor/tap.h"
#include "genl/attr.h"
#include "genl/family.h"
#include "genl/module.h"
#include "lib/clock.h"
#include "lib/exit.h"
#include "lib/macros.h"
#include "lib/out.h"
#include "lib/signals.h"
#include "lib/text.h"
#include "lib/words.h"

/* So often it is looked whether something is to be shown. */
#define TICK_MS 250

/* What has no answer by then has none: twice the time to the other end of the world. */
#define ANSWER_MS 1000

/* Lines a second of clients that have not shaken hands: more may be forged. */
#define UNPROVEN_MAX 20

/* One look at other descriptors at least in so many packets. */
#define PACKETS_MAX 1000

/* -- how far a client gets ---------------------------------------------------------- */

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

/* The line of text, without the client's address; until the next call. */
static const char *progress_text(const struct client *c)
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

static void progress_out(const struct client *c)
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

/* -- all of them ------------------------------------------------------------------ */

/* FNV-1a. */
static __u32 hash(const char *text)
{
	__u32 hash = 2166136261;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619;
	return hash ?: 1;
}

/* An answer may still come. */
static bool is_waiting(const struct client *c, long long now)
{
	unsigned int i;

	for (i = 0; i < WAYS; i++)
		if (c->ways[i].first && now - c->ways[i].first < ANSWER_MS)
			return !client_is_through(c);
	return false;
}

/* What has not been shown of it. False if it is new, and one too many. */
static bool show_client(struct client *c, unsigned int *unproven)
{
	__u32 shown;

	c->touched = false;
	if (!c->proven && *unproven >= UNPROVEN_MAX)
		return c->shown;
	shown = hash(progress_text(c));
	if (shown == c->shown)
		return true;
	*unproven += !c->proven;
	c->shown = shown;
	progress_out(c);
	return true;
}

static void show_more(unsigned int count)
{
	out_begin(OUT_SENTENCE);
	out_now();
	out_number("more", count);
	out_text(" %u more clients have not acknowledged an answer", count);
	out_end();
}

/* All that wait no more; at the @end, all. */
static void show(bool end)
{
	static long long second;
	static unsigned int unproven;
	unsigned int more = 0;
	struct client *c;

	if (now_ms() / 1000 != second)
		unproven = 0;
	second = now_ms() / 1000;
	for (c = clients; c < clients + CLIENTS_MAX; c++)
		if (c->touched && (end || !is_waiting(c, now_ms())) && !show_client(c, &unproven))
			more++;
	if (more)
		show_more(more);
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[PPTPGW_A_EVENT_MAX + 1] = { };
	const struct nl *nl = data;
	struct client *c;

	if (nlh->nlmsg_type != nl->family || mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ||
	    genl->cmd != PPTPGW_CMD_EVENT)
		return MNL_CB_OK;
	attr_parse(nlh, PPTPGW_A_EVENT_MAX, tb);
	if (!attr_address(tb[PPTPGW_A_EVENT_CLIENT]))
		return MNL_CB_OK;
	c = client_find(ntohl(*attr_address(tb[PPTPGW_A_EVENT_CLIENT])));
	if (!c)
		return MNL_CB_OK;
	c->ingress = attr_number(tb[PPTPGW_A_EVENT_INGRESS_IFINDEX]) ?: c->ingress;
	c->steered |= attr_number(tb[PPTPGW_A_EVENT_TYPE]) == PPTPGW_EVENT_FIRST_STEER;
	c->unroutable |= attr_number(tb[PPTPGW_A_EVENT_TYPE]) == PPTPGW_EVENT_UNROUTABLE;
	c->touched = true;
	return MNL_CB_OK;
}

/* Some may have been lost; the packets go on. */
static void read_events(struct nl *nl)
{
	ssize_t len = mnl_socket_recvfrom(nl->sock, nl->rx.bytes, sizeof(nl->rx.bytes));

	if (len > 0)
		mnl_cb_run(nl->rx.bytes, len, 0, 0, on_event, nl);
}

static void read_packets(int tap)
{
	unsigned int i;
	struct packet p;
	bool leaves;

	for (i = 0; i < PACKETS_MAX && tap_read(tap, &p, &leaves); i++)
		client_packet(&p, leaves);
}

static bool is_any_stuck(void)
{
	const struct client *c;

	for (c = clients; c < clients + CLIENTS_MAX; c++)
		if (c->address && client_is_stuck(c))
			return true;
	return clients_stuck;
}

/* Packets come before what became of them. True at the end. */
static bool look(struct pollfd *fds, unsigned int count, struct nl *nl, bool drops)
{
	if (poll(fds, count, TICK_MS) < 0)
		return false;
	read_packets(fds[0].fd);
	if (drops)
		drops_read(client_drop);
	if (fds[1].fd >= 0 && fds[1].revents)
		read_events(nl);
	return fds[2].revents || fds[3].revents;
}

int watch(unsigned int seconds)
{
	static struct nl nl;
	int signals = signals_open(SIGPIPE), tap = tap_open();
	bool events = module_is_loaded() && family_subscribe(&nl) == EXIT_SUCCESS;
	struct pollfd fds[] = {
		{ .fd = tap, .events = POLLIN },
		{ .fd = events ? mnl_socket_get_fd(nl.sock) : -1, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};
	long long end = now_ms() + seconds * 1000LL, next = 0;
	bool drops, done;

	if (tap < 0 || signals < 0)
		return EXIT_KERNEL;
	clients_init();
	drops = drops_open();
	do {
		done = look(fds, ARRAY_SIZE(fds), &nl, drops) || (seconds && now_ms() >= end);
		if (!done && now_ms() < next)
			continue;
		show(done);
		next = now_ms() + TICK_MS;
	} while (out_flush() >= 0 && !done);
	return is_any_stuck() ? EXIT_FOUND : EXIT_SUCCESS;
}
