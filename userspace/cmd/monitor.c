// SPDX-License-Identifier: GPL-2.0
#include "cmd/monitor.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/pptpgw.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "genl/attr.h"
#include "genl/family.h"
#include "genl/names.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/signals.h"
#include "lib/words.h"

/**
 * struct monitor - what is known of the events so far
 * @nl: connection
 * @any: there was one
 * @seq: number of the last one
 */
struct monitor {
	struct nl *nl;
	bool any;
	__u32 seq;
};

/* An interface's name until the next call, or NULL; it may be gone by now. */
static const char *ifname_of(const struct nlattr *ifindex)
{
	static char buf[IF_NAMESIZE];

	return ifindex ? if_indextoname(attr_number(ifindex), buf) : NULL;
}

static const char *address_of(const struct nlattr *attr, char *buf)
{
	static const __be32 none;

	return inet_ntop(AF_INET, attr_address(attr) ?: &none, buf, INET_ADDRSTRLEN);
}

static void out_peer(const struct nlattr **tb)
{
	const struct nlattr *client = tb[PPTPGW_A_EVENT_CLIENT];
	const struct nlattr *local = tb[PPTPGW_A_EVENT_LOCAL];
	char buf[INET_ADDRSTRLEN];

	if (client)
		out_string("client", address_of(client, buf));
	out_text(" %s", client ? buf : "a client");
	if (!local)
		return;
	out_string("local", address_of(local, buf));
	out_text(" to %s", buf);
}

static void out_ingress(const char *key, const struct nlattr *ifindex, const char *before)
{
	const char *name = ifname_of(ifindex);

	out_string(key, name);
	out_text("%s by %s", before, name ?: "an interface that is gone");
}

static void out_call_id(const char *key, const struct nlattr *id, const char *whose)
{
	if (!id)
		return;
	out_number(key, attr_number(id));
	out_text(", %s call ID %u", whose, attr_number(id));
}

static void out_tunnel(const struct nlattr **tb)
{
	const struct nlattr *old = tb[PPTPGW_A_EVENT_OLD_INGRESS_IFINDEX];

	out_peer(tb);
	out_ingress("ingress", tb[PPTPGW_A_EVENT_INGRESS_IFINDEX], "");
	if (old)
		out_ingress("old_ingress", old, ", before");
	out_call_id("client_call_id", tb[PPTPGW_A_EVENT_CLIENT_CALL_ID], "client's");
	out_call_id("local_call_id", tb[PPTPGW_A_EVENT_LOCAL_CALL_ID], "server's");
}

/* As ip-route has it. */
static void out_route(const struct nlattr **tb)
{
	char address[INET_ADDRSTRLEN], buf[INET_ADDRSTRLEN + 4] = "default";
	unsigned int len = attr_number(tb[PPTPGW_A_EVENT_PREFIX_LEN]);
	const struct nlattr *gateway = tb[PPTPGW_A_EVENT_GATEWAY];
	const char *name = ifname_of(tb[PPTPGW_A_EVENT_IFINDEX]);

	if (len)
		snprintf(buf, sizeof(buf), "%s/%u",
			 address_of(tb[PPTPGW_A_EVENT_PREFIX], address), len % 100);
	out_string("ifname", name);
	out_string("prefix", buf);
	out_text(" %s", buf);
	out_address("gateway", attr_address(gateway));
	if (gateway)
		out_text(" via %s", address_of(gateway, address));
	out_text(" dev %s", name ?: "(gone)");
}

static void out_setting(const char *key, const char *const *words, const struct nlattr *value)
{
	const char *word = word_of(words, attr_number(value));

	out_string(key, word);
	out_text(" %s %s", key, word);
}

/* As dev set has it. */
static void out_settings(const struct nlattr **tb)
{
	const char *name = ifname_of(tb[PPTPGW_A_EVENT_IFINDEX]);

	out_string("ifname", name);
	out_text(" %s", name ?: "(gone)");
	out_setting("role", role_words, tb[PPTPGW_A_EVENT_ROLE]);
	out_setting("policy", policy_words, tb[PPTPGW_A_EVENT_POLICY]);
	out_setting("unroutable", unroutable_words, tb[PPTPGW_A_EVENT_UNROUTABLE]);
	out_setting("guard", guard_words, tb[PPTPGW_A_EVENT_GUARD]);
}

/* tunnel_up, as text has it: "tunnel up". */
static void out_event(const char *word)
{
	out_text(" ");
	for (; *word; word++)
		out_text("%c", *word == '_' ? ' ' : *word);
	out_text(":");
}

static void show_lost(__u32 count)
{
	out_begin(OUT_SENTENCE);
	out_now();
	out_string("event", "lost");
	out_number("count", count);
	out_text(" lost: %u event%s", count, count == 1 ? "" : "s");
	out_end();
}

/* The numbers between the last event and this one are of those that were lost. */
static void check_seq(struct monitor *m, __u32 seq)
{
	if (m->any && seq - m->seq != 1)
		show_lost(seq - m->seq - 1);
	m->any = true;
	m->seq = seq;
}

static int show_event(const struct nlmsghdr *nlh, struct monitor *m)
{
	const struct nlattr *tb[PPTPGW_A_EVENT_MAX + 1] = { };
	const char *word;

	attr_parse(nlh, PPTPGW_A_EVENT_MAX, tb);
	if (tb[PPTPGW_A_EVENT_SEQ])
		check_seq(m, attr_number(tb[PPTPGW_A_EVENT_SEQ]));
	word = word_of(event_words, attr_number(tb[PPTPGW_A_EVENT_TYPE]));
	out_begin(OUT_SENTENCE);
	out_now();
	out_string("event", word);
	out_event(word);
	if (tb[PPTPGW_A_EVENT_PREFIX])
		out_route(tb);
	else if (tb[PPTPGW_A_EVENT_ROLE])
		out_settings(tb);
	else
		out_tunnel(tb);
	out_end();
	if (out_flush() < 0)
		return errno == EPIPE ? MNL_CB_STOP : MNL_CB_ERROR;
	return MNL_CB_OK;
}

/* The controller reports, too, when a family goes. */
static int on_message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct monitor *m = data;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl))
		return MNL_CB_OK;
	if (nlh->nlmsg_type == m->nl->family && genl->cmd == PPTPGW_CMD_EVENT)
		return show_event(nlh, m);
	if (family_is_gone(m->nl, nlh)) {
		errno = ENODEV;
		return MNL_CB_ERROR;
	}
	return MNL_CB_OK;
}

/* MNL_CB_OK to go on. */
static int receive(struct monitor *m)
{
	struct nl *nl = m->nl;
	ssize_t len;

	len = mnl_socket_recvfrom(nl->sock, nl->rx.bytes, sizeof(nl->rx.bytes));
	if (len >= 0)
		return mnl_cb_run(nl->rx.bytes, len, 0, 0, on_message, m);
	if (errno == ENOBUFS) {
		warnx("events were lost; the next one will tell how many");
		return MNL_CB_OK;
	}
	return errno == EINTR ? MNL_CB_OK : MNL_CB_ERROR;
}

/* Until a signal, the end of the reader, or an error. */
static int watch(struct nl *nl, int signals)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(nl->sock), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};
	struct monitor m = { .nl = nl };
	int ret = MNL_CB_OK;

	while (ret == MNL_CB_OK) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			ret = errno == EINTR ? MNL_CB_OK : MNL_CB_ERROR;
		else if (fds[1].revents || fds[2].revents)
			ret = MNL_CB_STOP;
		else
			ret = receive(&m);
	}
	if (ret == MNL_CB_STOP)
		return EXIT_SUCCESS;
	if (errno == ENODEV)
		warnx("the kernel module was unloaded");
	else
		warn("monitor");
	return EXIT_KERNEL;
}

static int run_monitor(char **args)
{
	int status, signals;
	struct nl nl;

	status = args_none(args);
	if (status)
		return status;
	/* SIGPIPE, too, so that a write fails instead. */
	signals = signals_open(SIGPIPE);
	status = signals < 0 ? EXIT_KERNEL : family_subscribe(&nl);
	if (status)
		return status;
	status = watch(&nl, signals);
	nl_close(&nl);
	return status;
}

const struct object monitor_object = {
	.word = "monitor",
	.help =
"Usage: pptpgw monitor\n"
"\n"
"One event a line, until interrupted.\n",
	.run = run_monitor,
};
