// SPDX-License-Identifier: GPL-2.0
/*
 * Many requests go to the kernel in one send. It answers those that fail, and
 * the last one, which wants an answer. To undo a change is to make it
 * with old and new exchanged. Read it from the bottom.
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

/* No more failures than these are reported one by one. */
#define REPORTS_MAX 20

/**
 * struct work - changes that are being made
 * @nl: connection
 * @undo: they are being undone
 * @all: stop at the first that fails
 * @report: report each that fails, by its line in this configuration; or NULL
 * @first: number of the first request of the batch in @changes
 * @base: sequence number before that request's
 * @changes: those of one kind
 * @made: how many of them were sent, by kind
 * @failures: how many failed
 * @failed: the first of these, NULL if none or not known
 * @error: its errno
 * @message: what the kernel said of it
 */
struct work {
	struct nl *nl;
	bool undo, all;
	const struct conf *report;
	unsigned int first, base;
	const struct changes *changes;
	unsigned int made[CHANGE_KINDS];
	unsigned int failures;
	const struct change *failed;
	int error;
	char message[256];
};

/* What came too late to be deleted or undone is no failure. */
static bool is_harmless(const struct work *w, const struct change *c, int error)
{
	if (w->undo)
		return error == ESRCH || error == EEXIST;
	return error == ESRCH && c && !c->new;
}

/* Changes are undone from the last to the first. */
static const struct change *change_at(const struct work *w, unsigned int i)
{
	return &w->changes->list[w->undo ? w->changes->count - 1 - i : i];
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
	const struct change *c = i < w->changes->count ? change_at(w, i) : NULL;

	if (is_harmless(w, c, error))
		return;
	if (c && !c->old)
		c->new->held = true;
	if (w->report)
		report_some(w, c, message ?: strerror(error));
	if (w->failures++)
		return;
	w->error = error;
	snprintf(w->message, sizeof(w->message), "%s", message ?: strerror(error));
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

/* The kernel has done all requests when send() returns; so no answer is awaited. */
static void collect(struct work *w)
{
	struct nl *nl = w->nl;
	ssize_t len;

	do {
		len = recv(mnl_socket_get_fd(nl->sock), nl->rx.bytes, sizeof(nl->rx.bytes),
			   MSG_DONTWAIT);
		if (len < 0 && errno != EINTR) {
			note_failure(w, 0, errno, NULL);
			return;
		}
	} while (len < 0 || !read_answers(w, len));
}

static struct nlmsghdr *put_change(const struct work *w, void *at, const struct change *c)
{
	const struct route *new = w->undo ? c->old : c->new;
	const struct route *old = w->undo ? c->new : c->old;

	if (!new)
		return route_request(at, RTM_DELROUTE, 0, old);
	if (!old)
		return route_request(at, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, new);
	return route_request(at, RTM_NEWROUTE, NLM_F_REPLACE | (w->undo ? NLM_F_CREATE : 0), new);
}

/* Send as many as fit of the first @count changes from w->first on; how many. */
static unsigned int send_batch(struct work *w, unsigned int count)
{
	static char buf[BATCH_BYTES + ROUTE_REQUEST_SIZE];
	struct nlmsghdr *nlh = NULL;
	unsigned int i, len = 0;

	w->base = w->nl->seq;
	for (i = 0; w->first + i < count && i < BATCH_REQUESTS && len < BATCH_BYTES; i++) {
		nlh = put_change(w, buf + len, change_at(w, w->first + i));
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
	if (!w->all || w->undo)
		return false;
	if (!w->failures && signals_pending())
		note_failure(w, 0, EINTR, NULL);
	return w->failures;
}

/* The first @count changes of a kind; true if the work goes on. */
static bool make_changes(struct work *w, const struct changes *changes, unsigned int *count)
{
	unsigned int limit = *count, sent;

	w->changes = changes;
	for (w->first = 0; w->first < limit; w->first += sent) {
		if (must_stop(w))
			break;
		sent = send_batch(w, limit);
	}
	*count = w->first;
	return !must_stop(w);
}

static void make_all(struct work *w, const struct plan *plan)
{
	unsigned int kind;

	for (kind = CHANGE_ADD; kind <= CHANGE_DELETE; kind++) {
		w->made[kind] = plan->changes[kind].count;
		if (!make_changes(w, &plan->changes[kind], &w->made[kind]))
			break;
	}
}

static void note_presence(const struct route *has, void *data)
{
	struct route *wanted = conf_find(data, has);

	if (wanted && route_matches(wanted, has))
		wanted->state = ROUTE_SAME;
}

/*
 * What could not be added must not be deleted: it may have been there. Nor must
 * one of metric 0 that is not there: the kernel takes 0 for any, and would delete
 * one of another metric. How many remain.
 */
static unsigned int drop_absent(struct change *list, unsigned int count, struct conf *conf,
				struct nl *nl)
{
	unsigned int i, kept = 0;

	if (count)
		route_dump(nl, ROUTE_PROTOCOL, note_presence, conf);
	for (i = 0; i < count; i++)
		if (!list[i].new->held && (list[i].new->metric || list[i].new->state == ROUTE_SAME))
			list[kept++] = list[i];
	return kept;
}

/* Undo what @made says was sent. */
static int undo(const struct plan *plan, struct conf *conf, struct nl *nl, unsigned int *made)
{
	struct work w = { .nl = nl, .undo = true };
	struct changes part;
	int kind;

	made[CHANGE_ADD] = drop_absent(plan->changes[CHANGE_ADD].list, made[CHANGE_ADD], conf, nl);
	for (kind = CHANGE_DELETE; kind >= CHANGE_ADD; kind--) {
		part = (struct changes){ plan->changes[kind].list, made[kind] };
		make_changes(&w, &part, &part.count);
	}
	if (!w.failures)
		return EXIT_SUCCESS;
	return diag_fail(EXIT_KERNEL, "%u changes could not be undone: %s", w.failures, w.message);
}

int batch_undo(const struct plan *plan, struct conf *conf, struct nl *nl)
{
	unsigned int made[CHANGE_KINDS], kind;

	for (kind = 0; kind < CHANGE_KINDS; kind++)
		made[kind] = plan->changes[kind].count;
	return undo(plan, conf, nl, made);
}

int batch_all(const struct plan *plan, struct conf *conf, struct nl *nl)
{
	struct work w = { .nl = nl, .all = true };

	make_all(&w, plan);
	if (w.failures) {
		report_failure(conf, w.failed, w.message);
		if (!undo(plan, conf, nl, w.made))
			diag("nothing was changed");
	}
	return w.failures ? EXIT_KERNEL : EXIT_SUCCESS;
}

unsigned int batch_some(const struct plan *plan, struct nl *nl)
{
	struct work w = { .nl = nl };

	make_all(&w, plan);
	return w.failures;
}

unsigned int batch_report_some(const struct plan *plan, struct conf *conf, struct nl *nl)
{
	struct work w = { .nl = nl, .report = conf };

	make_all(&w, plan);
	return w.failures;
}
