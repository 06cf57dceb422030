// SPDX-License-Identifier: GPL-2.0
/*
 * Many requests go to the kernel in one send. It answers those that fail, and
 * the last one, which wants an answer. Read it from the bottom.
 */
#include "route/batch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/signals.h"
#include "route/rtnl.h"
#include "route/text.h"

/*
 * Requests in one send, and their bytes. If all fail, the answers fit into
 * NL_RECEIVE_BUFFER: the kernel accounts about a kilobyte for each.
 */
#define BATCH_REQUESTS 512
#define BATCH_BYTES 65536

/* How often in one batch it may fail to receive. */
#define LOST_MAX 100

/* No more failures than these are reported one by one. */
#define REPORTS_MAX 20

/**
 * struct work - changes that are being made
 * @nl: connection
 * @all: stop at the first that fails
 * @report: report each that fails, by its line in this configuration; or NULL
 * @first: number of the first request of the batch in @changes
 * @base: sequence number before that request's
 * @kind: of the changes that are being made now
 * @changes: these
 * @failures: how many failed
 * @failed: the first of these, NULL if none or not known
 * @error: its errno
 * @result: failures by kind, and what the kernel said of the first
 */
struct work {
	struct nl *nl;
	bool all;
	const struct conf *report;
	unsigned int first, base;
	enum change_kind kind;
	const struct changes *changes;
	unsigned int failures;
	const struct change *failed;
	int error;
	struct batch_result result;
};

/* What came too late to be deleted is no failure; nor is it if it need not be restored. */
static bool is_harmless(const struct work *w, const struct change *c, int error)
{
	if (!c)
		return false;
	return c->new ? error == EEXIST && w->kind == CHANGE_RESTORE : error == ESRCH;
}

/* Of the change @c; NULL if it is not known. */
static void report_failure(const struct conf *conf, const struct change *c, const char *message)
{
	static char text[ROUTE_TEXT_SIZE];

	if (!c)
		diag("%s", message);
	else if (c->new)
		conf_report(conf, c->new, "%s: %s", route_text(c->new, text, sizeof(text)),
			    message);
	else
		diag("%s cannot be deleted: %s", route_text(c->old, text, sizeof(text)), message);
}

/* Thousands of routes may fail for one reason. */
static void report_some(const struct work *w, const struct change *c, const char *message)
{
	if (w->failures < REPORTS_MAX)
		report_failure(w->report, c, message);
	else if (w->failures == REPORTS_MAX)
		diag("more routes were refused, which are not listed");
	if (c && c->new)
		c->new->held = true;
}

static void note_failure(struct work *w, unsigned int seq, int error, const char *message)
{
	unsigned int i = w->first + (seq - w->base - 1);
	const struct change *c = i < w->changes->count ? &w->changes->list[i] : NULL;

	if (is_harmless(w, c, error))
		return;
	if (c && !c->old)
		c->new->held = true;
	w->result.failures[c ? w->kind : CHANGE_CONFLICT]++;
	if (w->report)
		report_some(w, c, message ?: strerror(error));
	if (w->failures++)
		return;
	w->error = error;
	snprintf(w->result.message, sizeof(w->result.message), "%s", message ?: strerror(error));
	w->failed = c;
}

/* True when the last request has been answered. */
static bool read_answers(struct work *w, int len)
{
	const struct nlmsghdr *nlh = &w->nl->rx.head;
	const char *message;
	bool last = false;
	int error;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type != NLMSG_ERROR)
			continue;
		error = nl_error(nlh, &message);
		if (error)
			note_failure(w, nlh->nlmsg_seq, error, message);
		last |= nlh->nlmsg_seq == w->nl->seq;
	}
	return last;
}

/*
 * The kernel has done all requests when send() returns; so no answer is awaited. Some may
 * have been lost, but those that are there must not be taken for a later request's.
 */
static void collect(struct work *w)
{
	int fd = mnl_socket_get_fd(w->nl->sock), lost = 0;
	bool last = false;
	ssize_t len;

	while (!last || lost) {
		len = recv(fd, w->nl->rx.bytes, sizeof(w->nl->rx.bytes), MSG_DONTWAIT);
		if (len >= 0) {
			last |= read_answers(w, len);
		} else if (errno != EINTR) {
			if (errno != EAGAIN || !last)
				note_failure(w, 0, errno, NULL);
			if (errno == EAGAIN || ++lost > LOST_MAX)
				return;
		}
	}
}

/* In the end of a plan a route may be added beside others with the same key. */
static __u16 flags_of(const struct work *w, const struct change *c)
{
	if (w->kind == CHANGE_RESTORE)
		return NLM_F_CREATE | NLM_F_APPEND;
	return c->old ? NLM_F_REPLACE : NLM_F_CREATE | NLM_F_EXCL;
}

static struct nlmsghdr *put_change(const struct work *w, void *at, const struct change *c)
{
	if (!c->new)
		return route_request(at, RTM_DELROUTE, 0, c->old);
	return route_request(at, RTM_NEWROUTE, flags_of(w, c), c->new);
}

/* Send as many as fit of the first @count changes from w->first on; how many. */
static unsigned int send_batch(struct work *w, unsigned int count)
{
	static char buf[BATCH_BYTES + ROUTE_REQUEST_SIZE];
	struct nlmsghdr *nlh = NULL;
	unsigned int i, len = 0;

	w->base = w->nl->seq;
	for (i = 0; w->first + i < count && i < BATCH_REQUESTS && len < BATCH_BYTES; i++) {
		nlh = put_change(w, buf + len, &w->changes->list[w->first + i]);
		nlh->nlmsg_seq = ++w->nl->seq;
		len += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(w->nl->sock, buf, len) < 0)
		note_failure(w, w->base + 1, errno, NULL);
	else
		collect(w);
	return i;
}

static bool must_stop(struct work *w)
{
	if (!w->all)
		return false;
	if (!w->failures && signals_pending())
		note_failure(w, 0, EINTR, NULL);
	return w->failures;
}

/* Those of a kind; true if the work goes on. */
static bool make_changes(struct work *w, const struct changes *changes)
{
	unsigned int sent;

	w->changes = changes;
	for (w->first = 0; w->first < changes->count; w->first += sent) {
		if (must_stop(w))
			break;
		sent = send_batch(w, changes->count);
	}
	return !must_stop(w);
}

static void make_all(struct work *w, const struct plan *plan)
{
	for (w->kind = CHANGE_ADD; w->kind <= CHANGE_RESTORE; w->kind++)
		if (!make_changes(w, &plan->changes[w->kind]))
			break;
}

/* What was not sent must not be undone: if it is there, it was before. */
static void count_unsent(const struct work *w, struct plan *plan)
{
	unsigned int kind;

	for (kind = w->kind; kind <= CHANGE_RESTORE; kind++)
		plan->unsent[kind] = plan->changes[kind].count;
	if (w->kind <= CHANGE_RESTORE)
		plan->unsent[w->kind] -= w->first;
}

int batch_all(struct plan *plan, struct conf *conf, struct nl *nl)
{
	struct work w = { .nl = nl, .all = true };

	make_all(&w, plan);
	count_unsent(&w, plan);
	if (!w.failures)
		return EXIT_SUCCESS;
	report_failure(conf, w.failed, w.result.message);
	return EXIT_KERNEL;
}

unsigned int batch_some(const struct plan *plan, struct conf *conf, struct nl *nl,
			struct batch_result *result)
{
	struct work w = { .nl = nl, .report = conf };

	make_all(&w, plan);
	*result = w.result;
	return w.failures;
}
