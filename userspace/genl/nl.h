/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the kernel, by libmnl. What returns an exit status has said what
 * went wrong.
 */
#ifndef NL_H
#define NL_H

#include <libmnl/libmnl.h>
#include <linux/types.h>
#include <stdbool.h>

/**
 * struct nl - a connection to the kernel in the present network namespace
 * @sock: socket
 * @header: size of the family's header, which each answer has at least
 * @family: the message type of the module's family
 * @events: its multicast group
 * @seq: of the last request
 * @interrupted: what was dumped changed meanwhile
 * @tx: the request
 * @rx: one datagram; the kernel puts at most 32 KiB of a dump into one
 */
struct nl {
	struct mnl_socket *sock;
	size_t header;
	__u16 family;
	__u32 events;
	unsigned int seq;
	bool interrupted;
	union {
		struct nlmsghdr head;
		char bytes[1024];
	} tx;
	union {
		struct nlmsghdr head;
		char bytes[65536];
	} rx;
};

/* nl_open() returns an exit status; nl_close() is needed after success only. */
int nl_open(struct nl *nl);
void nl_close(struct nl *nl);

/*
 * Open a connection for one request, and begin that, in @nl: @flags is NLM_F_DUMP
 * or 0. NULL if there is no connection: EXIT_KERNEL.
 */
struct nlmsghdr *nl_start(struct nl *nl, __u8 command, __u16 flags);

/*
 * Send the request, give each message of the answer to @cb, which may be NULL,
 * and close the connection. Returns an exit status.
 */
int nl_finish(struct nl *nl, mnl_cb_t cb, void *data);

/* Both, for a request without attributes. */
int nl_ask(__u8 command, __u16 flags, mnl_cb_t cb, void *data);

/* Receive events from now on, and the controller's; an exit status. */
int nl_subscribe(struct nl *nl);

/* The controller says that the module's family is gone. */
bool nl_says_gone(const struct nl *nl, const struct nlmsghdr *nlh);

/*
 * For the families: a socket of a bus, NETLINK_GENERIC or NETLINK_ROUTE, 0 or
 * -1 and errno; the headers of a request, of which the second, nl->header bytes,
 * is returned; what nl_finish() does, but for closing; the same in silence, 0 or
 * -1 and errno.
 */
int nl_socket(struct nl *nl, int bus, size_t header);
void *nl_begin(struct nl *nl, __u16 type, __u16 flags);
int nl_talk(struct nl *nl, mnl_cb_t cb, void *data);
int nl_try(struct nl *nl, mnl_cb_t cb, void *data);

/* What an NLMSG_ERROR says: errno and the extack's text, or NULL. */
int nl_error(const struct nlmsghdr *nlh, const char **message);

#endif /* NL_H */
