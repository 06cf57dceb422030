// SPDX-License-Identifier: GPL-2.0
#include "genl/nl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/macros.h"

/* The kernel had no memory for it (netlink_ack() in net/netlink/), or no room. */
#define LOST "the kernel's answer is lost: what was asked may have been done"

/* A request that was sent: who gets the answer, in @nl. */
struct exchange {
	struct nl *nl;
	mnl_cb_t cb;
	void *data;
};

int nl_open(struct nl *nl, int bus, size_t header)
{
	int one = 1, size = NL_RECEIVE_BUFFER, fd;

	memset(nl, 0, offsetof(struct nl, rx));
	nl->seq = time(NULL);
	nl->header = header;
	nl->sock = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!nl->sock)
		return -1;
	fd = mnl_socket_get_fd(nl->sock);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID);
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

void *nl_begin(struct nl *nl, __u16 type, __u16 flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->tx.bytes);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | (flags ?: NLM_F_ACK);
	nlh->nlmsg_seq = ++nl->seq;
	return mnl_nlmsg_put_extra_header(nlh, nl->header);
}

static int read_extack(const struct nlattr *attr, void *data)
{
	struct nl_extack *extack = data;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
			extack->message = mnl_attr_get_str(attr);
		break;
	case NLMSGERR_ATTR_OFFS:
		if (!mnl_attr_validate(attr, MNL_TYPE_U32))
			extack->offset = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

/*
 * An NLMSG_ERROR or NLMSG_DONE: both begin with an errno, and with NETLINK_CAP_ACK
 * the extack follows what comes @before it.
 */
static int read_end(const struct nlmsghdr *nlh, size_t before, struct nl_extack *extack)
{
	int error;

	if (mnl_nlmsg_get_payload_len(nlh) < before) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, before, read_extack, extack);
	if (!error)
		return MNL_CB_STOP;
	errno = abs(error);
	return MNL_CB_ERROR;
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	struct exchange *x = data;

	return read_end(nlh, sizeof(struct nlmsgerr), &x->nl->extack);
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	struct exchange *x = data;

	return read_end(nlh, sizeof(int), &x->nl->extack);
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

/* The rest of an answer that was not received whole must not be taken for the next one. */
static void drain(struct nl *nl)
{
	int fd = mnl_socket_get_fd(nl->sock), error = errno, failures = 0;

	while (failures < 10)
		if (recv(fd, nl->rx.bytes, sizeof(nl->rx.bytes), MSG_DONTWAIT) < 0)
			failures = errno == EAGAIN ? 10 : failures + 1;
	errno = error;
}

static int receive(struct nl *nl, const struct nlmsghdr *request, mnl_cb_t cb, void *data)
{
	static mnl_cb_t ends[] = {
		[NLMSG_ERROR] = on_error,
		[NLMSG_DONE] = on_done,
	};
	struct exchange x = { nl, cb, data };
	ssize_t len;
	int ret;

	do {
		len = mnl_socket_recvfrom(nl->sock, nl->rx.bytes, sizeof(nl->rx.bytes));
		if (len < 0) {
			if (errno == ENOBUFS)
				nl->extack.message = LOST;
			drain(nl);
			return -1;
		}
		note_interruption(nl, len);
		ret = mnl_cb_run2(nl->rx.bytes, len, request->nlmsg_seq,
				  mnl_socket_get_portid(nl->sock), on_answer, &x, ends,
				  ARRAY_SIZE(ends));
	} while (ret > MNL_CB_STOP);
	if (ret < 0 && errno == EPROTO)
		drain(nl);
	return ret < 0 ? -1 : 0;
}

int nl_exchange(struct nl *nl, const struct nlmsghdr *request, mnl_cb_t cb, void *data)
{
	nl->extack = (struct nl_extack){ };
	if (mnl_socket_sendto(nl->sock, request, request->nlmsg_len) < 0)
		return -1;
	return receive(nl, request, cb, data);
}

int nl_request(struct nl *nl, mnl_cb_t cb, void *data)
{
	return nl_exchange(nl, &nl->tx.head, cb, data);
}

int nl_join(struct nl *nl, __u32 group)
{
	return mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

int nl_error(const struct nlmsghdr *nlh, const char **message)
{
	struct nl_extack extack = { };
	int ret = read_end(nlh, sizeof(struct nlmsgerr), &extack);

	*message = extack.message;
	return ret < 0 ? errno : 0;
}
