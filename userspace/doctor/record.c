// SPDX-License-Identifier: GPL-2.0
#include "doctor/record.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

/* The longest that is sent: a route with many next hops. */
static union {
	struct nlmsghdr head;
	char bytes[65536];
} tx;

static struct nl nl;

struct keeper {
	struct doctor *d;
	struct messages *list;
};

static int keep(const struct nlmsghdr *nlh, void *data)
{
	struct keeper *k = data;
	struct message *m = obstack_alloc(&k->d->pool, offsetof(struct message, nlh) +
					  nlh->nlmsg_len);

	m->next = NULL;
	m->done = false;
	memcpy(&m->nlh, nlh, nlh->nlmsg_len);
	*k->list->last = m;
	k->list->last = &m->next;
	return MNL_CB_OK;
}

/* The second header of all these begins with the family. */
void record_some(struct doctor *d, struct messages *list, __u16 type, size_t header,
		 unsigned char family)
{
	struct keeper k = { d, list };

	if (!list->last)
		list->last = &list->first;
	if (nl_open(&nl, NETLINK_ROUTE, header) < 0)
		return;
	*(unsigned char *)nl_begin(&nl, type, NLM_F_DUMP) = family;
	nl_request(&nl, keep, &k);
	nl_close(&nl);
}

void record(struct doctor *d, struct recording *r)
{
	record_some(d, &r->links, RTM_GETLINK, sizeof(struct ifinfomsg), AF_UNSPEC);
	record_some(d, &r->addresses, RTM_GETADDR, sizeof(struct ifaddrmsg), AF_INET);
	record_some(d, &r->rules, RTM_GETRULE, sizeof(struct fib_rule_hdr), AF_INET);
	record_some(d, &r->routes, RTM_GETNEXTHOP, sizeof(struct nhmsg), AF_UNSPEC);
	record_some(d, &r->routes, RTM_GETROUTE, sizeof(struct rtmsg), AF_INET);
}

bool request_open(void)
{
	return nl_open(&nl, NETLINK_ROUTE, 0) >= 0;
}

void request_close(void)
{
	nl_close(&nl);
}

struct nlmsghdr *request_begin(void)
{
	return mnl_nlmsg_put_header(tx.bytes);
}

int request_send(__u16 type, __u16 flags)
{
	const struct nlmsghdr *answer = &nl.rx.head;
	const char *unused;

	tx.head.nlmsg_type = type;
	tx.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	tx.head.nlmsg_seq = ++nl.seq;
	if (mnl_socket_sendto(nl.sock, &tx, tx.head.nlmsg_len) < 0)
		return errno;
	do {
		if (mnl_socket_recvfrom(nl.sock, nl.rx.bytes, sizeof(nl.rx.bytes)) < 0)
			return errno;
	} while (answer->nlmsg_seq != nl.seq || answer->nlmsg_type != NLMSG_ERROR);
	return nl_error(answer, &unused);
}

