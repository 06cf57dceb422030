// SPDX-License-Identifier: GPL-2.0
/*
 * In a table the longest prefix takes a packet, then the best metric, then the first
 * route. Which table comes first is for the rules to say: where there are any but the
 * usual ones, the kernel is asked where packets go.
 */
#include "route/shadow.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/memory.h"
#include "route/raw.h"
#include "route/rtnl.h"

/* The rules that every host has: local, main, default. */
#define PREF_MAIN 32766
#define PREF_DEFAULT 32767

/* 0/0 and its halves: whatever is more specific is meant to be. */
#define LEN_DEFAULT 1

/**
 * struct shadow - what is compared
 * @plan: the plan
 * @conf: of which it is made
 * @nl: connection
 * @buckets: numbers of the routes of the configuration by hash of the prefix, from 1
 * @next: of each route, the next one in its bucket
 * @size: how many buckets, a power of 2
 * @lengths: which prefix lengths there are, by family
 */
struct shadow {
	struct plan *plan;
	struct conf *conf;
	struct nl *nl;
	__u32 *buckets, *next;
	unsigned int size;
	bool lengths[2][129];
};

static unsigned int bucket_of(const struct shadow *s, const struct route *r)
{
	return address_hash(r->dst, r->family << 8 | r->dst_len) & (s->size - 1);
}

/* Only where there is something to compare them with. */
static void index_routes(struct shadow *s)
{
	unsigned int i, bucket;
	const struct route *r;

	for (s->size = 16; s->size < s->conf->route_count; s->size *= 2)
		;
	s->buckets = calloc(s->size, sizeof(*s->buckets));
	s->next = calloc(s->conf->route_count + 1, sizeof(*s->next));
	if (!s->buckets || !s->next)
		err(EXIT_KERNEL, NULL);
	for (i = 0; i < s->conf->route_count; i++) {
		r = &s->conf->routes[i];
		bucket = bucket_of(s, r);
		s->next[i] = s->buckets[bucket];
		s->buckets[bucket] = i + 1;
		s->lengths[r->family == AF_INET6][r->dst_len] = true;
	}
}

static bool same_prefix(const struct route *a, const struct route *b)
{
	return a->family == b->family && a->dst_len == b->dst_len && a->table == b->table &&
	       !memcmp(a->dst, b->dst, sizeof(a->dst));
}

/* The dump has routes in the order in which the kernel takes them. */
static bool comes_first(const struct route *has, const struct route *wanted)
{
	return has->metric < wanted->metric ||
	       (has->metric == wanted->metric && wanted->state == ROUTE_ABSENT);
}

/* Those of that prefix; how many there are. */
static unsigned int note_prefix(struct shadow *s, const struct route *prefix,
				const struct route *has)
{
	__u32 i = s->buckets[bucket_of(s, prefix)];
	unsigned int count = 0;
	struct route *wanted;

	for (; i; i = s->next[i - 1]) {
		wanted = &s->conf->routes[i - 1];
		if (!same_prefix(wanted, prefix))
			continue;
		count++;
		if (!route_same_way(wanted, has) &&
		    (has->dst_len > wanted->dst_len || comes_first(has, wanted)))
			plan_add(s->plan, CHANGE_SHADOWED, route_keep(&s->plan->pool, has), wanted);
	}
	return count;
}

static bool is_dead(const struct route *r)
{
	int i;

	for (i = 0; i < r->hop_count; i++)
		if (!(route_hops(r)[i].flags & RTNH_F_DEAD))
			return false;
	return r->hop_count;
}

/* A longer prefix takes from the longest that covers it. The kernel's own are neighbours. */
static void note_foreign(const struct route *has, void *data)
{
	struct shadow *s = data;
	struct route prefix = *has;
	int len;

	if (has->table == RT_TABLE_LOCAL || has->tos || is_dead(has) || !s->conf->route_count)
		return;
	if (!s->buckets)
		index_routes(s);
	if (note_prefix(s, has, has) || has->protocol == RTPROT_KERNEL)
		return;
	for (len = has->dst_len - 1; len > LEN_DEFAULT; len--) {
		if (!s->lengths[has->family == AF_INET6][len])
			continue;
		prefix.dst_len = len;
		prefix_mask(prefix.dst, len);
		if (note_prefix(s, &prefix, has))
			return;
	}
}

static int note_rule(const struct nlmsghdr *nlh, void *data)
{
	bool *unusual = data;
	const struct nlattr *attr;
	__u32 pref = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct fib_rule_hdr))
		if (mnl_attr_get_type(attr) == FRA_PRIORITY &&
		    !mnl_attr_validate(attr, MNL_TYPE_U32))
			pref = mnl_attr_get_u32(attr);
	*unusual |= pref && pref != PREF_MAIN && pref != PREF_DEFAULT;
	return MNL_CB_OK;
}

static bool has_rules(struct nl *nl, __u8 family)
{
	bool unusual = false;
	struct rtmsg *hdr = nl_begin(nl, RTM_GETRULE, NLM_F_DUMP);

	hdr->rtm_family = family;
	return !nl_request(nl, note_rule, &unusual) && unusual;
}

struct taker {
	struct shadow *shadow;
	struct route *wanted;
};

/* In the same table it is known already. */
static int note_taker(const struct nlmsghdr *nlh, void *data)
{
	static struct nexthop hops[HOPS_MAX];
	struct taker *t = data;
	struct route has;

	if (!route_read(nlh, &has, hops) || has.protocol == ROUTE_PROTOCOL ||
	    has.table == t->wanted->table || has.table == RT_TABLE_LOCAL ||
	    route_same_way(t->wanted, &has))
		return MNL_CB_OK;
	has.raw = nlh;
	plan_add(t->shadow->plan, CHANGE_SHADOWED, route_keep(&t->shadow->plan->pool, &has),
		 t->wanted);
	return MNL_CB_OK;
}

/* A rule may refuse packets without a route. */
static void note_refusal(struct shadow *s, struct route *wanted, int error)
{
	struct route none = {
		.family = wanted->family,
		.dst_len = wanted->dst_len,
		.table = RT_TABLE_MAIN,
		.type = error == EACCES ? RTN_PROHIBIT : error == EINVAL ? RTN_BLACKHOLE :
			RTN_UNREACHABLE,
	};

	if (wanted->type == none.type)
		return;
	memcpy(none.dst, wanted->dst, sizeof(none.dst));
	plan_add(s->plan, CHANGE_SHADOWED, route_keep(&s->plan->pool, &none), wanted);
}

/* The first host of the prefix. */
static void ask_kernel(struct shadow *s, struct route *wanted)
{
	size_t size = address_size(wanted->family);
	struct rtmsg *rtm = nl_begin(s->nl, RTM_GETROUTE, 0);
	struct taker t = { s, wanted };
	__u8 address[16];

	memcpy(address, wanted->dst, sizeof(address));
	if (wanted->dst_len < address_bits(wanted->family))
		address[size - 1] |= 1;
	rtm->rtm_family = wanted->family;
	rtm->rtm_dst_len = address_bits(wanted->family);
	rtm->rtm_flags = RTM_F_FIB_MATCH;
	if (wanted->family == AF_INET)
		rtm->rtm_flags |= RTM_F_LOOKUP_TABLE;	/* IPv6 does so anyway */
	mnl_attr_put(&s->nl->tx.head, RTA_DST, size, address);
	if (nl_request(s->nl, note_taker, &t) < 0 && wanted->type == RTN_UNICAST)
		note_refusal(s, wanted, errno);
}

static void ask_for_rules(struct shadow *s, __u8 family)
{
	struct route *r = s->conf->routes, *end = r + s->conf->route_count;

	if (!s->conf->route_count || !has_rules(s->nl, family))
		return;
	for (; r < end; r++)
		if (r->family == family && r->state == ROUTE_SAME && r->table == RT_TABLE_MAIN)
			ask_kernel(s, r);
}

/* Only what is there can be shadowed. */
static bool is_there(const struct route *r)
{
	return r->state == ROUTE_SAME;
}

int shadow_plan(struct plan *plan, struct conf *conf, struct nl *nl)
{
	struct shadow s = { .plan = plan, .conf = conf, .nl = nl };
	int status;

	status = plan_make_beside(plan, conf, nl, note_foreign, &s);
	if (!status) {
		changes_filter(&plan->changes[CHANGE_SHADOWED], is_there);
		ask_for_rules(&s, AF_INET);
		ask_for_rules(&s, AF_INET6);
	}
	free(s.buckets);
	free(s.next);
	return status;
}
