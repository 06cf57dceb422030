// SPDX-License-Identifier: GPL-2.0
#include "route/raw.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/macros.h"

/* The kernel counts the time that a route has left in hundredths of a second. */
#define TICKS 100

/* An attribute of 4 bytes may take the place of RTA_CACHEINFO. */
size_t raw_room(const struct nlmsghdr *dumped)
{
	return MNL_ALIGN(dumped->nlmsg_len) + 8;
}

static const struct nlattr *find(const struct nlmsghdr *nlh, __u16 type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct rtmsg))
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

/* A nexthop object is named by its number alone. */
static bool is_of_nexthop(__u16 type)
{
	return type == RTA_OIF || type == RTA_GATEWAY || type == RTA_VIA ||
	       type == RTA_MULTIPATH || type == RTA_ENCAP || type == RTA_ENCAP_TYPE;
}

/* Seconds that the route has left, or 0 if it does not expire. */
static __u32 seconds_left(const struct nlattr *attr)
{
	const struct rta_cacheinfo *info = mnl_attr_get_payload(attr);

	if (mnl_attr_get_payload_len(attr) < sizeof(*info) || info->rta_expires <= 0)
		return 0;
	return info->rta_expires / TICKS ?: 1;
}

/* RTNH_F_DEAD and its like are the kernel's to say. */
static void clear_states(struct nlattr *nest)
{
	struct rtnexthop *rtnh = mnl_attr_get_payload(nest);
	int len = mnl_attr_get_payload_len(nest);

	for (; len >= (int)sizeof(*rtnh) && RTNH_OK(rtnh, len); rtnh = RTNH_NEXT(rtnh)) {
		rtnh->rtnh_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
		len -= NLMSG_ALIGN(rtnh->rtnh_len);
	}
}

static void keep_attr(struct nlmsghdr *to, const struct nlattr *attr)
{
	struct nlattr *copy = mnl_nlmsg_get_payload_tail(to);

	memcpy(copy, attr, attr->nla_len);
	memset((char *)copy + attr->nla_len, 0, MNL_ALIGN(attr->nla_len) - attr->nla_len);
	to->nlmsg_len += MNL_ALIGN(attr->nla_len);
	if (mnl_attr_get_type(copy) == RTA_MULTIPATH)
		clear_states(copy);
}

size_t raw_keep(void *to, const struct nlmsghdr *dumped)
{
	bool by_number = find(dumped, RTA_NH_ID);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);
	const struct nlattr *attr;
	struct rtmsg *rtm;
	__u16 type;

	rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	memcpy(rtm, mnl_nlmsg_get_payload(dumped), sizeof(*rtm));
	rtm->rtm_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
	mnl_attr_for_each(attr, dumped, sizeof(*rtm)) {
		type = mnl_attr_get_type(attr);
		if (type != RTA_CACHEINFO && !(by_number && is_of_nexthop(type)))
			keep_attr(nlh, attr);
	}
	attr = find(dumped, RTA_CACHEINFO);
	if (attr && seconds_left(attr))
		mnl_attr_put_u32(nlh, RTA_EXPIRES, seconds_left(attr));
	return nlh->nlmsg_len;
}

struct route *route_keep(struct obstack *pool, const struct route *r)
{
	struct route *kept = obstack_copy(pool, r, sizeof(*r));
	void *raw;

	if (r->hop_count > 1)
		kept->hops = obstack_copy(pool, r->hops, r->hop_count * sizeof(*r->hops));
	if (r->raw) {
		raw = obstack_alloc(pool, raw_room(r->raw));
		raw_keep(raw, r->raw);
		kept->raw = raw;
	}
	return kept;
}

struct nlmsghdr *raw_request(void *at, __u16 type, __u16 flags, const struct nlmsghdr *kept)
{
	struct nlmsghdr *nlh = at;

	memcpy(nlh, kept, kept->nlmsg_len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	return nlh;
}

/* RTA_EXPIRES is the last one. */
static size_t lasting_length(const struct nlmsghdr *kept)
{
	const struct nlattr *expires = find(kept, RTA_EXPIRES);

	return expires ? (size_t)((const char *)expires - (const char *)kept) : kept->nlmsg_len;
}

bool raw_equal(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	size_t len = lasting_length(a);

	return len == lasting_length(b) && a->nlmsg_len == b->nlmsg_len &&
	       !memcmp((const char *)a + NLMSG_HDRLEN, (const char *)b + NLMSG_HDRLEN,
		       len - NLMSG_HDRLEN);
}

static void add_metrics(struct text *t, const struct nlattr *nest)
{
	static const char *const names[] = {
		[RTAX_LOCK] = "lock", [RTAX_WINDOW] = "window", [RTAX_RTT] = "rtt",
		[RTAX_RTTVAR] = "rttvar", [RTAX_SSTHRESH] = "ssthresh", [RTAX_CWND] = "cwnd",
		[RTAX_ADVMSS] = "advmss", [RTAX_REORDERING] = "reordering",
		[RTAX_HOPLIMIT] = "hoplimit", [RTAX_INITCWND] = "initcwnd",
		[RTAX_FEATURES] = "features", [RTAX_RTO_MIN] = "rto_min",
		[RTAX_INITRWND] = "initrwnd", [RTAX_QUICKACK] = "quickack",
		[RTAX_FASTOPEN_NO_COOKIE] = "fastopen_no_cookie",
	};
	const struct nlattr *attr;
	__u16 type;

	mnl_attr_for_each_nested(attr, nest) {
		type = mnl_attr_get_type(attr);
		if (type == RTAX_MTU)
			continue;
		if (type < ARRAY_SIZE(names) && names[type] &&
		    !mnl_attr_validate(attr, MNL_TYPE_U32))
			text_add(t, " %s %u", names[type], mnl_attr_get_u32(attr));
		else
			text_add(t, " metric attribute %u", type);
	}
}

static void add_number(struct text *t, const char *name, const struct nlattr *attr)
{
	if (!mnl_attr_validate(attr, MNL_TYPE_U32))
		text_add(t, " %s %u", name, mnl_attr_get_u32(attr));
}

static void add_expires(struct text *t, const struct nlattr *attr)
{
	if (seconds_left(attr))
		text_add(t, " expires %u", seconds_left(attr));
}

static void add_pref(struct text *t, const struct nlattr *attr)
{
	__u8 pref = mnl_attr_validate(attr, MNL_TYPE_U8) ? 0 : mnl_attr_get_u8(attr);

	if (pref)
		text_add(t, " pref %s", pref == 1 ? "high" : "low");
}

static void add_attr(struct text *t, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
	case RTA_OIF:
	case RTA_GATEWAY:
	case RTA_VIA:
	case RTA_PRIORITY:
	case RTA_PREFSRC:
	case RTA_MULTIPATH:
	case RTA_TABLE:
	case RTA_ENCAP_TYPE:
		break;
	case RTA_METRICS:
		add_metrics(t, attr);
		break;
	case RTA_PREF:
		add_pref(t, attr);
		break;
	case RTA_CACHEINFO:
		add_expires(t, attr);
		break;
	case RTA_EXPIRES:
		add_number(t, "expires", attr);
		break;
	case RTA_NH_ID:
		add_number(t, "nhid", attr);
		break;
	case RTA_FLOW:
		add_number(t, "realms", attr);
		break;
	case RTA_ENCAP:
		text_add(t, " encap");
		break;
	default:
		text_add(t, " attribute %u", mnl_attr_get_type(attr));
	}
}

static const char *scope_name(__u8 scope)
{
	return scope == RT_SCOPE_UNIVERSE ? "global" : scope == RT_SCOPE_SITE ? "site" :
	       scope == RT_SCOPE_LINK ? "link" : scope == RT_SCOPE_HOST ? "host" : "nowhere";
}

/* Other words than ip-route(8) would say are only those of a scope that goes without saying. */
static void add_scope(struct text *t, const struct nlmsghdr *kept)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(kept);

	if (rtm->rtm_family == AF_INET && rtm->rtm_scope != RT_SCOPE_UNIVERSE &&
	    !(rtm->rtm_scope == RT_SCOPE_LINK && find(kept, RTA_OIF)))
		text_add(t, " scope %s", scope_name(rtm->rtm_scope));
	if (rtm->rtm_tos)
		text_add(t, " tos 0x%02x", rtm->rtm_tos);
}

void raw_text(const struct nlmsghdr *raw, struct text *t)
{
	const struct nlattr *attr;

	add_scope(t, raw);
	mnl_attr_for_each(attr, raw, sizeof(struct rtmsg))
		add_attr(t, attr);
}
