// SPDX-License-Identifier: GPL-2.0
#include "doctor/record.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#include "doctor/run.h"

/* A route may need one that comes later. */
#define PASSES_MAX 8
/* NHA_RES_GROUP, which the headers of Linux before 5.13 do not name. */
#define LAST_OF_OBJECT (NHA_FDB + 1)

/* The request that is being made: at the most, a route with many next hops. */
static union {
	struct nlmsghdr head;
	char bytes[65536];
} buf;

static struct nl nl;

/* -- what is read -------------------------------------------------------------------- */

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

/* -- what is made -------------------------------------------------------------------- */

/* The kernel's next hop in a message has flags that are not for requests. */
static void clear_hop_flags(void *hops, int len)
{
	struct rtnexthop *hop = hops;

	for (; RTNH_OK(hop, len); hop = RTNH_NEXT(hop)) {
		hop->rtnh_flags &= RTNH_F_ONLINK;
		len -= RTNH_ALIGN(hop->rtnh_len);
	}
}

/* A route by a nexthop object is dumped with what that has, too. */
static bool is_wanted(__u16 type, __u16 attr, bool by_object)
{
	if (type == RTM_NEWNEXTHOP)
		return attr <= LAST_OF_OBJECT;
	if (type != RTM_NEWROUTE)
		return true;
	if (by_object && (attr == RTA_OIF || attr == RTA_GATEWAY || attr == RTA_MULTIPATH ||
			  attr == RTA_VIA))
		return false;
	return attr != RTA_CACHEINFO;
}

static void clear_header(__u16 type, void *header, bool onlink)
{
	struct fib_rule_hdr *rule = header;
	struct rtmsg *route = header;
	struct nhmsg *nexthop = header;

	if (type == RTM_NEWRULE) {
		rule->flags &= FIB_RULE_INVERT;
	} else if (type == RTM_NEWNEXTHOP) {
		nexthop->nh_flags &= RTNH_F_ONLINK;
		nexthop->nh_scope = 0;
	} else if (type == RTM_NEWROUTE) {
		route->rtm_flags &= RTNH_F_ONLINK;
		if (onlink && route->rtm_type == RTN_UNICAST)
			route->rtm_flags |= RTNH_F_ONLINK;
	}
}

static int find_object(const struct nlattr *attr, void *data)
{
	*(bool *)data |= mnl_attr_get_type(attr) == RTA_NH_ID;
	return MNL_CB_OK;
}

/* Into @buf, as a request. */
static void copy_message(const struct nlmsghdr *nlh, size_t size, bool onlink)
{
	struct nlmsghdr *tx = mnl_nlmsg_put_header(buf.bytes);
	__u16 type = nlh->nlmsg_type;
	const struct nlattr *attr;
	bool by_object = false;
	struct nlattr *last;
	void *header;

	header = mnl_nlmsg_put_extra_header(tx, size);
	memcpy(header, mnl_nlmsg_get_payload(nlh), size);
	clear_header(type, header, onlink);
	if (type == RTM_NEWROUTE)
		mnl_attr_parse(nlh, size, find_object, &by_object);
	mnl_attr_for_each(attr, nlh, size) {
		if (!is_wanted(type, mnl_attr_get_type(attr), by_object))
			continue;
		last = mnl_nlmsg_get_payload_tail(tx);
		mnl_attr_put(tx, attr->nla_type, mnl_attr_get_payload_len(attr),
			     mnl_attr_get_payload(attr));
		if (type == RTM_NEWROUTE && mnl_attr_get_type(last) == RTA_MULTIPATH)
			clear_hop_flags(mnl_attr_get_payload(last), mnl_attr_get_payload_len(last));
	}
}

/* 0, or errno. */
static int request(const struct message *m, size_t size, __u16 flags, bool onlink)
{
	copy_message(&m->nlh, size, onlink);
	buf.head.nlmsg_type = m->nlh.nlmsg_type;
	buf.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | flags;
	buf.head.nlmsg_seq = ++nl.seq;
	return nl_exchange(&nl, &buf.head, NULL, NULL) ? errno : 0;
}

static void send_all(const struct messages *list, size_t size)
{
	const struct message *m;

	for (m = list->first; m; m = m->next)
		request(m, size, 0, false);
}

/* How many more were made. */
static unsigned int pass(const struct recording *r, bool onlink, unsigned int *left)
{
	unsigned int count = 0;
	struct message *m;
	int error;

	*left = 0;
	for (m = r->routes.first; m; m = m->next) {
		if (m->done)
			continue;
		if (m->nlh.nlmsg_type == RTM_NEWNEXTHOP)
			error = request(m, sizeof(struct nhmsg), 0, onlink);
		else
			error = request(m, sizeof(struct rtmsg), NLM_F_APPEND, onlink);
		/* Of interfaces that are not copied, the routes are not wanted. */
		m->done = !error || error == EEXIST || error == ENODEV;
		count += m->done;
		*left += !m->done;
	}
	return count;
}

/* What the kernel made by itself goes first; that keeps a route whose gateway has moved away. */
unsigned int replay(const struct recording *r)
{
	unsigned int left = 0, i;

	if (nl_open(&nl, NETLINK_ROUTE, 0) < 0)
		return 0;
	send_all(&r->addresses, sizeof(struct ifaddrmsg));
	run_command("ip -4 rule flush; ip -4 rule del pref 0; ip -4 route flush table all");
	send_all(&r->rules, sizeof(struct fib_rule_hdr));
	for (i = 0; i < PASSES_MAX && pass(r, false, &left); i++)
		;
	if (left)
		pass(r, true, &left);
	nl_close(&nl);
	return left;
}
