// SPDX-License-Identifier: GPL-2.0
#include "doctor/watch.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/pptpgw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "doctor/progress.h"
#include "doctor/tap.h"
#include "genl/attr.h"
#include "genl/family.h"
#include "genl/module.h"
#include "lib/clock.h"
#include "lib/exit.h"
#include "lib/macros.h"
#include "lib/out.h"
#include "lib/signals.h"

/* So often it is looked whether something is to be shown. */
#define TICK_MS 250

/* What has no answer by then has none: twice the time to the other end of the world. */
#define ANSWER_MS 1000

/* Lines a second of clients that have not shaken hands: more may be forged. */
#define UNPROVEN_MAX 20

/* One look at other descriptors at least in so many packets. */
#define PACKETS_MAX 1000

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
