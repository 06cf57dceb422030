// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel deletes routes with an interface or an address, and sends no message of
 * most. So whatever may have cost a route has all of them compared again.
 */
#include "route/reconcile.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/ready.h"
#include "lib/signals.h"
#include "lib/state.h"
#include "route/batch.h"
#include "route/check.h"
#include "route/confirmed.h"
#include "route/rtnl.h"

/*
 * A loss is made good after DELAY_MS, in which others may follow it. The time
 * doubles for whom somebody takes the routes away as fast as they are put back.
 */
#define DELAY_MS 100

/* What cannot be put back is tried again, after twice the time each time. */
#define RETRY_MS 1000

/* The most that either grows to. */
#define PAUSE_MAX_MS 30000

/**
 * struct watch - what goes on
 * @conf: routes to have
 * @applied: when it was applied, see state_applied()
 * @requests: connection for dumps and changes
 * @events: connection for the events of the kernel
 * @signals: file descriptor
 * @delay: milliseconds from an event to the comparison that follows
 * @retry: milliseconds to the next attempt while routes are missing
 * @missing: how many routes cannot work now
 * @failed: how many of them the kernel refused
 * @broken: an error that does not pass
 * @dirty: there is something to compare
 * @last: when something was put back, in milliseconds
 */
struct watch {
	struct conf conf;
	long long applied;
	struct nl requests, events;
	int signals;
	int delay, retry;
	unsigned int missing, failed;
	bool dirty, broken;
	long long last;
};

/* A route's message: somebody took one of ours away, or put his in its place. */
static bool is_loss(const struct nlmsghdr *nlh, const struct watch *w)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	bool ours = rtm->rtm_protocol == ROUTE_PROTOCOL;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*rtm) ||
	    nlh->nlmsg_pid == mnl_socket_get_portid(w->requests.sock))
		return false;
	if (nlh->nlmsg_type == RTM_DELROUTE)
		return ours || w->missing;
	return ours || nlh->nlmsg_flags & NLM_F_REPLACE ||
	       (w->missing && rtm->rtm_scope == RT_SCOPE_LINK);
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	struct watch *w = data;

	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
	case RTM_NEWADDR:
	case RTM_DELADDR:
		w->dirty = true;
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		w->dirty |= is_loss(nlh, w);
		break;
	}
	return MNL_CB_OK;
}

/* What was lost in an overrun may have been a loss. */
static void read_events(struct watch *w)
{
	char *buf = w->events.rx.bytes;
	ssize_t len;

	do {
		len = recv(mnl_socket_get_fd(w->events.sock), buf, sizeof(w->events.rx.bytes),
			   MSG_DONTWAIT);
		if (len > 0)
			mnl_cb_run(buf, len, 0, 0, on_event, w);
		else if (len < 0 && errno == ENOBUFS)
			w->dirty = true;
	} while (len > 0 || (len < 0 && errno != EAGAIN && errno != EWOULDBLOCK));
}

/* What the kernel refused was neither put back nor changed. */
static unsigned int made_of(const struct plan *plan, const struct batch_result *result,
			    enum change_kind kind)
{
	return plan->changes[kind].count - result->failures[kind];
}

static void report_repair(const struct watch *w, const struct plan *plan, unsigned int failed,
			  const struct batch_result *result)
{
	unsigned int added = made_of(plan, result, CHANGE_ADD);
	unsigned int changed = made_of(plan, result, CHANGE_REPLACE);

	out_begin(OUT_SENTENCE);
	out_now();
	out_string("event", "reconciled");
	out_number("added", added);
	out_number("changed", changed);
	out_number("failed", failed);
	out_number("missing", w->missing);
	out_text(" routes: %u put back, %u changed", added, changed);
	if (failed)
		out_text(", %u refused: %s", failed, result->message);
	if (w->missing)
		out_text("; %u missing", w->missing);
	out_end();
	out_flush();
}

/* Other owners' routes are left alone, and so is what is ours beyond the configuration. */
static void restrict_to_repairs(struct plan *plan)
{
	plan->changes[CHANGE_DELETE].count = 0;
	plan->changes[CHANGE_RESTORE].count = 0;
}

static int doubled(int pause)
{
	return 2 * pause < PAUSE_MAX_MS ? 2 * pause : PAUSE_MAX_MS;
}

/* Repairs that follow each other closely mean that somebody undoes them. */
static void pace(struct watch *w, bool repaired)
{
	long long t = now_ms();

	w->delay = repaired && t - w->last < 4LL * w->delay ? doubled(w->delay) : DELAY_MS;
	w->retry = w->missing && !repaired ? doubled(w->retry) : RETRY_MS;
	if (repaired)
		w->last = t;
}

/* What is refused again and again is reported once. */
static unsigned int make_repairs(struct watch *w, const struct plan *plan,
				 struct batch_result *result)
{
	struct diag_list refusals;
	const struct diag *d;
	unsigned int failed;

	diag_collect(&refusals);
	failed = batch_some(plan, &w->conf, &w->requests, result);
	diag_end();
	for (d = refusals.first; d && failed != w->failed; d = d->next)
		diag_again(d);
	diag_free(&refusals);
	w->failed = failed;
	return failed;
}

static void repair(struct watch *w)
{
	unsigned int failed, before = w->missing;
	struct batch_result result;
	struct plan plan;

	if (conf_check(&w->conf, CHECK_SILENT) || plan_make(&plan, &w->conf, &w->requests)) {
		w->dirty = true;
		w->delay = RETRY_MS;
		return;
	}
	restrict_to_repairs(&plan);
	failed = make_repairs(w, &plan, &result);
	w->missing = plan.held + plan.changes[CHANGE_CONFLICT].count + failed;
	if (plan_size(&plan) > failed || w->missing != before)
		report_repair(w, &plan, failed, &result);
	pace(w, plan_size(&plan) > failed);
	plan_free(&plan);
}

/* A bad one does not replace a good one. */
static void reload(struct watch *w)
{
	struct conf new;

	w->applied = state_applied();
	if (confirmed_read(&new)) {
		diag("the configuration is as it was before");
		conf_free(&new);
		return;
	}
	conf_free(&w->conf);
	w->conf = new;
}

/* Not while somebody else changes routes, or waits for a confirmation. */
static void compare_all(struct watch *w)
{
	int lock = state_try_lock();

	if (lock < 0) {
		w->delay = RETRY_MS;
		w->broken = errno != EWOULDBLOCK;
		if (w->broken)
			diag("the lock of the routes in " STATE_DIR ": %s", strerror(errno));
		return;
	}
	if (state_applied() != w->applied)
		reload(w);
	w->dirty = false;
	repair(w);
	close(lock);
}

/* True to go on. SIGHUP has the configuration read again. */
static bool read_signal(struct watch *w)
{
	struct signalfd_siginfo info;

	if (read(w->signals, &info, sizeof(info)) != sizeof(info))
		return true;
	if (info.ssi_signo != SIGHUP)
		return false;
	reload(w);
	w->dirty = true;
	return true;
}

/* One event, or a signal, or @timeout milliseconds; -1 is for ever. True to go on. */
static bool wait_once(struct watch *w, int timeout)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(w->events.sock), .events = POLLIN },
		{ .fd = w->signals, .events = POLLIN },
	};

	if (poll(fds, ARRAY_SIZE(fds), timeout) < 0)
		return errno == EINTR;
	if (fds[0].revents)
		read_events(w);
	return !fds[1].revents || read_signal(w);
}

static bool wait_until(struct watch *w, long long end)
{
	bool going = true;
	long long left;

	while (going && (left = end - now_ms()) > 0)
		going = wait_once(w, left);
	return going;
}

/* Until there is something to do; then until it is over. */
static bool wait_for_loss(struct watch *w)
{
	long long end = now_ms() + w->retry;
	bool going = true;

	while (going && !w->dirty && (!w->missing || now_ms() < end))
		going = wait_once(w, w->missing ? end - now_ms() : -1);
	if (going && w->dirty)
		going = wait_until(w, now_ms() + w->delay);
	return going;
}

static int watch_and_repair(struct watch *w)
{
	w->dirty = true;
	ready_notify();
	do {
		compare_all(w);
	} while (!w->broken && wait_for_loss(w));
	return w->broken ? EXIT_KERNEL : EXIT_SUCCESS;
}

/* The kernel asks for the right before it looks at what is to be deleted, here nothing. */
static int check_right(struct watch *w)
{
	nl_begin(&w->requests, RTM_DELROUTE, 0);
	if (!nl_request(&w->requests, NULL, NULL) || errno != EPERM)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_KERNEL, "routes cannot be changed: %s (needs CAP_NET_ADMIN)",
			 strerror(errno));
}

static int open_events(struct watch *w)
{
	static const __u32 groups[] = {
		RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
	};
	int status = rtnl_open(&w->events);
	unsigned int i;

	if (status)
		return status;
	for (i = 0; i < ARRAY_SIZE(groups) && !status; i++)
		status = nl_join(&w->events, groups[i]);
	if (!status)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_KERNEL, "the kernel sends no events: %s", strerror(errno));
}

int reconcile(void)
{
	static struct watch w = { .delay = DELAY_MS, .retry = RETRY_MS };
	int status;

	w.applied = state_applied();
	w.signals = signals_open(SIGHUP);
	/* The reader of the reports may go: the routes stay. */
	signal(SIGPIPE, SIG_IGN);
	status = confirmed_read(&w.conf) ?: rtnl_open(&w.requests) ?: open_events(&w) ?:
		 check_right(&w) ?: watch_and_repair(&w);
	conf_free(&w.conf);
	return status;
}
