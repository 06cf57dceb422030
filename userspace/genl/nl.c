// SPDX-License-Identifier: GPL-2.0
#include "genl/nl.h"

#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "lib/words.h"

/**
 * struct exchange - a request and what came of it
 * @nl: connection
 * @cb: gets the answer
 * @data: for @cb
 * @message: what the kernel says, NULL if nothing; in @nl's buffer
 * @offset: of the attribute in the request that it is about, 0 if none
 */
struct exchange {
	struct nl *nl;
	mnl_cb_t cb;
	void *data;
	const char *message;
	__u32 offset;
};

static int read_extack(const struct nlattr *attr, void *data)
{
	struct exchange *x = data;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			x->message = mnl_attr_get_str(attr);
		break;
	case NLMSGERR_ATTR_OFFS:
		if (!mnl_attr_validate(attr, MNL_TYPE_U32))
			x->offset = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

/*
 * An NLMSG_ERROR or NLMSG_DONE: both begin with an errno, and with NETLINK_CAP_ACK
 * the extack follows what comes @before it.
 */
static int read_end(const struct nlmsghdr *nlh, struct exchange *x,
		    size_t before)
{
	int error;

	if (mnl_nlmsg_get_payload_len(nlh) < before) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, before, read_extack, x);
	if (!error)
		return MNL_CB_STOP;
	errno = abs(error);
	return MNL_CB_ERROR;
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	return read_end(nlh, data, sizeof(struct nlmsgerr));
}

int nl_error(const struct nlmsghdr *nlh, const char **message)
{
	struct exchange x = { };
	int ret = on_error(nlh, &x);

	*message = x.message;
	return ret < 0 ? errno : 0;
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	return read_end(nlh, data, sizeof(int));
}

static int on_answer(const struct nlmsghdr *nlh, void *data)
{
	struct exchange *x = data;

	if (mnl_nlmsg_get_payload_len(nlh) < x->nl->header) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	return x->cb ? x->cb(nlh, x->data) : MNL_CB_OK;
}

/* libmnl gives up on NLM_F_DUMP_INTR; here the dump goes on, and it is noted. */
static void note_interruption(struct nl *nl, int len)
{
	struct nlmsghdr *nlh = &nl->rx.head;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		nl->interrupted |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
		nlh->nlmsg_flags &= ~NLM_F_DUMP_INTR;
	}
}

/* 0, or -1 and errno. */
static int exchange(struct nl *nl, struct exchange *x)
{
	static mnl_cb_t ends[] = {
		[NLMSG_ERROR] = on_error,
		[NLMSG_DONE] = on_done,
	};
	const struct nlmsghdr *request = &nl->tx.head;
	ssize_t len;
	int ret;

	if (mnl_socket_sendto(nl->sock, request, request->nlmsg_len) < 0)
		return -1;
	do {
		len = mnl_socket_recvfrom(nl->sock, nl->rx.bytes,
					  sizeof(nl->rx.bytes));
		if (len < 0)
			return -1;
		note_interruption(nl, len);
		ret = mnl_cb_run2(nl->rx.bytes, len, request->nlmsg_seq,
				  mnl_socket_get_portid(nl->sock), on_answer, x,
				  ends, ARRAY_SIZE(ends));
	} while (ret > MNL_CB_STOP);
	return ret;
}

/* The user's name of the attribute of the request that an extack points to. */
static const char *culprit(const struct nl *nl, __u32 offset)
{
	const struct nlmsghdr *request = &nl->tx.head;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct nlattr *attr;

	if (request->nlmsg_type != nl->family)
		return NULL;
	mnl_attr_for_each(attr, request, sizeof(*genl))
		if ((const char *)attr - nl->tx.bytes == offset)
			return attribute_word(genl->cmd,
					      mnl_attr_get_type(attr));
	return NULL;
}

static int refused(const struct exchange *x, int error)
{
	const struct nlmsghdr *request = &x->nl->tx.head;
	const char *about = x->offset ? culprit(x->nl, x->offset) : NULL;
	const char *message = x->message ?: strerror(error);
	bool admin = error == EPERM && !x->message;

	if (request->nlmsg_type == GENL_ID_CTRL && error == ENOENT)
		message = "the kernel module is not loaded (modprobe pptpgw)";
	warnx("%s%s%s%s%s", message, admin ? " (needs CAP_NET_ADMIN)" : "",
	      about ? " (" : "", about ?: "", about ? ")" : "");
	return EXIT_KERNEL;
}

int nl_talk(struct nl *nl, mnl_cb_t cb, void *data)
{
	struct exchange x = { .nl = nl, .cb = cb, .data = data };

	if (exchange(nl, &x) < 0)
		return refused(&x, errno);
	if (x.message)
		warnx("%s", x.message);
	return EXIT_SUCCESS;
}

int nl_try(struct nl *nl, mnl_cb_t cb, void *data)
{
	struct exchange x = { .nl = nl, .cb = cb, .data = data };

	return exchange(nl, &x) < 0 ? -1 : 0;
}

void *nl_begin(struct nl *nl, __u16 type, __u16 flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->tx.bytes);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | (flags ?: NLM_F_ACK);
	nlh->nlmsg_seq = ++nl->seq;
	return mnl_nlmsg_put_extra_header(nlh, nl->header);
}

int nl_socket(struct nl *nl, int bus, size_t header)
{
	int one = 1;

	memset(nl, 0, offsetof(struct nl, tx));
	nl->seq = time(NULL);
	nl->header = header;
	nl->sock = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!nl->sock)
		return -1;
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_GET_STRICT_CHK, &one,
			      sizeof(one));
	return mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID);
}
