/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the kernel, by libmnl: of the module's family and of rtnetlink.
 * Nothing here prints.
 */
#ifndef GENL_NL_H
#define GENL_NL_H

#include <libmnl/libmnl.h>
#include <linux/types.h>
#include <stdbool.h>

/* Answers that are not read yet, and events, wait in so many bytes. */
#define NL_RECEIVE_BUFFER (4 << 20)

/* The longest request: a route with as many next hops as there may be, with gateways. */
#define NL_REQUEST_SIZE 16384

/**
 * struct nl_extack - what the kernel says of a request
 * @message: a sentence, NULL if there is none; in the answer
 * @offset: of the attribute in the request that it is about, 0 if none
 */
struct nl_extack {
	const char *message;
	__u32 offset;
};

/**
 * struct nl - a connection to the kernel in the present network namespace
 * @sock: socket
 * @header: size of the family's header, which each answer has at least
 * @family: the message type of the module's family
 * @events: its multicast group
 * @seq: of the last request
 * @interrupted: what was dumped changed meanwhile
 * @extack: of the last request
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
	struct nl_extack extack;
	union {
		struct nlmsghdr head;
		char bytes[NL_REQUEST_SIZE];
	} tx;
	union {
		struct nlmsghdr head;
		char bytes[65536];
	} rx;
};

/*
 * Connect to a bus, NETLINK_GENERIC or NETLINK_ROUTE; @header is the size of the
 * second header there. 0, or -1 and errno. nl_close() may follow either.
 */
int nl_open(struct nl *nl, int bus, size_t header);
void nl_close(struct nl *nl);

/* Begin a request, in @nl->tx: @flags is NLM_F_DUMP or 0. Its second header, all 0. */
void *nl_begin(struct nl *nl, __u16 type, __u16 flags);

/*
 * Send the request, and give each message of the answer to @cb, which may be
 * NULL. 0, or -1 and errno.
 */
int nl_request(struct nl *nl, mnl_cb_t cb, void *data);

/* The same of a request that is elsewhere. */
int nl_exchange(struct nl *nl, const struct nlmsghdr *request, mnl_cb_t cb, void *data);

/* Receive what such a group multicasts, too; 0, or -1 and errno. */
int nl_join(struct nl *nl, __u32 group);

/* What an NLMSG_ERROR says: errno and the extack's text, or NULL. */
int nl_error(const struct nlmsghdr *nlh, const char **message);

#endif /* GENL_NL_H */
