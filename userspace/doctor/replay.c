// SPDX-License-Identifier: GPL-2.0
#include "doctor/replay.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

/* A route may need one that comes later. */
#define PASSES_MAX 8
/* NHA_RES_GROUP, which the headers of Linux before 5.13 do not name. */
#define LAST_OF_OBJECT (NHA_FDB + 1)

/* The request that is being made. */
static struct nlmsghdr *tx;

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

/* Into @tx, as a request. */
static void copy_message(const struct nlmsghdr *nlh, size_t size, bool onlink)
{
	__u16 type = nlh->nlmsg_type;
	const struct nlattr *attr;
	bool by_object = false;
	struct nlattr *last;
	void *header;

	tx = request_begin();
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

static size_t header_size(__u16 type)
{
	return type == RTM_NEWNEXTHOP ? sizeof(struct nhmsg) : sizeof(struct rtmsg);
}

/* What the kernel of the copy made by itself goes first. */
static void delete_all(struct doctor *d, __u16 get, __u16 del)
{
	struct messages list = { };
	const struct message *m;

	record_some(d, &list, get, sizeof(struct rtmsg), AF_INET);
	if (!request_open())
		return;
	for (m = list.first; m; m = m->next) {
		copy_message(&m->nlh, sizeof(struct rtmsg), false);
		request_send(del, 0);
	}
	request_close();
}

static void send_all(const struct messages *list, size_t size)
{
	const struct message *m;

	if (!request_open())
		return;
	for (m = list->first; m; m = m->next) {
		copy_message(&m->nlh, size, false);
		request_send(m->nlh.nlmsg_type, NLM_F_CREATE);
	}
	request_close();
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
		copy_message(&m->nlh, header_size(m->nlh.nlmsg_type), onlink);
		error = request_send(m->nlh.nlmsg_type, NLM_F_CREATE |
				(m->nlh.nlmsg_type == RTM_NEWROUTE ? NLM_F_APPEND : 0));
		/* Of interfaces that are not copied, the routes are not wanted. */
		m->done = !error || error == EEXIST || error == ENODEV;
		count += m->done;
		*left += !m->done;
	}
	return count;
}

/* The kernel keeps a route whose gateway has moved away, but makes none. */
unsigned int replay(struct doctor *d, const struct recording *r)
{
	unsigned int left = 0, i;

	send_all(&r->addresses, sizeof(struct ifaddrmsg));
	delete_all(d, RTM_GETRULE, RTM_DELRULE);
	send_all(&r->rules, sizeof(struct fib_rule_hdr));
	delete_all(d, RTM_GETROUTE, RTM_DELROUTE);
	if (!request_open())
		return 0;
	for (i = 0; i < PASSES_MAX && pass(r, false, &left); i++)
		;
	if (left)
		pass(r, true, &left);
	request_close();
	return left;
}
