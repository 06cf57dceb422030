// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of userspace/route/rtnl.c: route -> message of rtnetlink -> route, and
 * messages that are cut, spoilt or odd.
 */
#include "tool.h"

#include "route/raw.h"
#include "route/rtnl.h"
#include "route/text.h"
#include "lib/macros.h"

#define ROUNDS		20000
#define LOOPBACK	1

/* A message in memory that ends where the message does, padded as in a datagram. */
static struct nlmsghdr *cut(const struct nlmsghdr *nlh, size_t len)
{
	struct nlmsghdr *copy = calloc(1, MNL_ALIGN(len));

	assert_non_null(copy);
	memcpy(copy, nlh, len);
	copy->nlmsg_len = len;
	return copy;
}

static struct nexthop read_hops[HOPS_MAX];
static union {
	struct nlmsghdr head;
	char bytes[ROUTE_REQUEST_SIZE];
} request;

static bool read_back(size_t len, struct route *r)
{
	struct nlmsghdr *nlh = cut(&request.head, len);
	bool good = route_read(nlh, r, read_hops);

	free(nlh);
	return good;
}

static void message_round_trip(void **state)
{
	struct route sent, got;
	u32 random = 2, i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		parse_good(random_route(&random), &sent);
		set_ifindex(&sent, LOOPBACK);
		route_request(&request, RTM_NEWROUTE, NLM_F_CREATE, &sent);
		assert_int_equal(request.head.nlmsg_type, RTM_NEWROUTE);
		assert_int_equal(request.head.nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE);
		assert_in_range(request.head.nlmsg_len, 1, ROUTE_REQUEST_SIZE);
		assert_true(read_back(request.head.nlmsg_len, &got));
		assert_int_equal(got.protocol, ROUTE_PROTOCOL);
		assert_true(route_same_key(&sent, &got));
		assert_true(route_matches(&sent, &got));
		free(sent.hops);
	}
}

static const struct rtmsg *header_of(const char *text, u16 type, struct route *r)
{
	parse_good(text, r);
	set_ifindex(r, LOOPBACK);
	route_request(&request, type, 0, r);
	return mnl_nlmsg_get_payload(&request.head);
}

static void scopes(void **state)
{
	struct route r;

	(void)state;
	assert_int_equal(header_of("10.0.0.0/8 dev lo", RTM_NEWROUTE, &r)->rtm_scope,
			 RT_SCOPE_LINK);
	assert_int_equal(header_of("10.0.0.0/8 via 10.1.0.1", RTM_NEWROUTE, &r)->rtm_scope,
			 RT_SCOPE_UNIVERSE);
	assert_int_equal(header_of("2001:db8::/32 dev lo", RTM_NEWROUTE, &r)->rtm_scope,
			 RT_SCOPE_UNIVERSE);
	assert_int_equal(header_of("10.0.0.0/8 dev lo", RTM_DELROUTE, &r)->rtm_scope,
			 RT_SCOPE_NOWHERE);
}

static union {
	struct nlmsghdr head;
	char bytes[ROUTE_REQUEST_SIZE + 64];
} kept;

/* A route of the kernel is named by all that it has, and by its owner's number. */
static void kept_route_named_whole(void **state)
{
	struct route r, got;

	(void)state;
	parse_good("10.0.0.0/8 via 10.1.0.1 dev lo mtu 1400 src 10.1.0.2 metric 9", &r);
	set_ifindex(&r, LOOPBACK);
	route_request(&request, RTM_NEWROUTE, 0, &r);
	((struct rtmsg *)mnl_nlmsg_get_payload(&request.head))->rtm_protocol = RTPROT_STATIC;
	((struct rtmsg *)mnl_nlmsg_get_payload(&request.head))->rtm_flags |= RTNH_F_LINKDOWN;
	mnl_attr_put_u32(&request.head, RTA_FLOW, 5);
	assert_in_range(raw_keep(&kept, &request.head), 1, raw_room(&request.head));
	r.raw = &kept.head;
	route_request(&request, RTM_DELROUTE, 0, &r);
	assert_int_equal(request.head.nlmsg_type, RTM_DELROUTE);
	assert_true(read_back(request.head.nlmsg_len, &got));
	assert_true(route_same_key(&r, &got));
	assert_int_equal(got.protocol, RTPROT_STATIC);
	assert_int_equal(got.mtu, 1400);
	assert_true(got.has_src);
	assert_true(got.foreign);
	assert_int_equal(got.hop.flags, 0);
	assert_memory_equal(&got.hop.gateway, &r.hop.gateway, sizeof(r.hop.gateway));
	assert_int_equal(got.hop.ifindex, LOOPBACK);
}

/* The time that is left is no difference; whether there is one is. */
static void kept_routes_compared(void **state)
{
	static char other[ROUTE_REQUEST_SIZE + 64];
	struct rta_cacheinfo info = { .rta_expires = 500 };
	struct route r;

	(void)state;
	parse_good("2001:db8::/32 via 2001:db8::1 dev lo", &r);
	route_request(&request, RTM_NEWROUTE, 0, &r);
	raw_keep(&kept, &request.head);
	mnl_attr_put(&request.head, RTA_CACHEINFO, sizeof(info), &info);
	raw_keep(other, &request.head);
	assert_true(raw_equal(&kept.head, &kept.head));
	assert_false(raw_equal(&kept.head, (struct nlmsghdr *)other));
	memcpy(&kept, other, ((struct nlmsghdr *)other)->nlmsg_len);
	route_request(&request, RTM_NEWROUTE, 0, &r);
	info.rta_expires = 900;
	mnl_attr_put(&request.head, RTA_CACHEINFO, sizeof(info), &info);
	raw_keep(other, &request.head);
	assert_true(raw_equal(&kept.head, (struct nlmsghdr *)other));
}

static void keep_any(size_t len)
{
	struct nlmsghdr *nlh = cut(&request.head, len), *copy;
	static char text[ROUTE_TEXT_SIZE];
	struct text t = { text, sizeof(text), 0 };

	if (len >= NLMSG_HDRLEN + sizeof(struct rtmsg)) {
		copy = malloc(raw_room(nlh));
		assert_non_null(copy);
		assert_in_range(raw_keep(copy, nlh), 1, raw_room(nlh));
		assert_true(raw_equal(copy, copy));
		raw_text(copy, &t);
		free(copy);
	}
	free(nlh);
}

/* Whatever the bytes, nothing beyond them is read; the result can be printed. */
static void read_any(size_t len)
{
	static char text[ROUTE_TEXT_SIZE];
	struct route got;

	keep_any(len);
	if (read_back(len, &got))
		assert_in_range(strlen(route_text(&got, text, sizeof(text))), 1, sizeof(text) - 1);
}

static void cut_messages(void **state)
{
	u32 random = 3, i, len;
	struct route r;

	(void)state;
	for (i = 0; i < 200; i++) {
		parse_good(random_route(&random), &r);
		set_ifindex(&r, LOOPBACK);
		route_request(&request, RTM_NEWROUTE, 0, &r);
		for (len = NLMSG_HDRLEN; len <= request.head.nlmsg_len && len < 1000; len++)
			read_any(len);
		free(r.hops);
	}
}

static void spoilt_messages(void **state)
{
	u32 random = 4, i, j, len;
	struct route r;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		parse_good(random_route(&random), &r);
		set_ifindex(&r, LOOPBACK);
		route_request(&request, RTM_NEWROUTE, 0, &r);
		len = request.head.nlmsg_len;
		for (j = 0; j < 1 + i % 8; j++)
			request.bytes[NLMSG_HDRLEN + below(&random, len - NLMSG_HDRLEN)] =
				below(&random, 3) ? below(&random, 40) : random32(&random);
		read_any(len);
		free(r.hops);
	}
}

static void begin_message(u8 family)
{
	struct rtmsg *rtm;

	mnl_nlmsg_put_header(&request);
	rtm = mnl_nlmsg_put_extra_header(&request.head, sizeof(*rtm));
	rtm->rtm_family = family;
	rtm->rtm_type = RTN_UNICAST;
}

/* Attributes that are too short or too long for what they are. */
static void odd_attributes(void **state)
{
	static const u8 bytes[64] = { AF_INET6, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	u32 type, len;

	(void)state;
	for (type = 0; type <= RTA_MAX + 1; type++) {
		for (len = 0; len <= sizeof(bytes); len++) {
			begin_message(AF_INET);
			mnl_attr_put(&request.head, type, len, bytes);
			read_any(request.head.nlmsg_len);
			request.head.nlmsg_len -= MNL_ALIGN(len) - len;
			read_any(request.head.nlmsg_len);
		}
	}
}

/* A gateway of a family that is none is no gateway. */
static void odd_via(void **state)
{
	static const u8 via[18] = { 99, 0, 1, 2, 3, 4 };
	struct route got;

	(void)state;
	begin_message(AF_INET);
	mnl_attr_put(&request.head, RTA_VIA, sizeof(via), via);
	assert_true(read_back(request.head.nlmsg_len, &got));
	assert_int_equal(got.hop.family, 0);
}

/* More next hops than the tool keeps are cut, not written past the end. */
static void too_many_hops(void **state)
{
	static struct rtnexthop hops[HOPS_MAX + 50];
	struct route got;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(hops); i++)
		hops[i] = (struct rtnexthop){ .rtnh_len = sizeof(hops[0]), .rtnh_ifindex = 1 };
	begin_message(AF_INET);
	mnl_attr_put(&request.head, RTA_MULTIPATH, sizeof(hops), hops);
	assert_true(read_back(request.head.nlmsg_len, &got));
	assert_int_equal(got.hop_count, HOPS_MAX);
}

static void not_of_our_kind(void **state)
{
	struct rtmsg *rtm;
	struct route got;

	(void)state;
	begin_message(AF_INET);
	rtm = mnl_nlmsg_get_payload(&request.head);
	rtm->rtm_flags = RTM_F_CLONED;
	assert_false(read_back(request.head.nlmsg_len, &got));
	begin_message(AF_MPLS);
	assert_false(read_back(request.head.nlmsg_len, &got));
	assert_false(read_back(request.head.nlmsg_len - 1, &got));
}

/* What the grammar cannot say makes a route another than the one that is wanted. */
static void foreign_attributes(void **state)
{
	static const u16 types[] = { RTA_ENCAP, RTA_FLOW, RTA_NH_ID };
	struct route got;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		begin_message(AF_INET);
		mnl_attr_put_u32(&request.head, types[i], 1);
		assert_true(read_back(request.head.nlmsg_len, &got));
		assert_true(got.foreign);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_round_trip),
		cmocka_unit_test(scopes),
		cmocka_unit_test(kept_route_named_whole),
		cmocka_unit_test(kept_routes_compared),
		cmocka_unit_test(cut_messages),
		cmocka_unit_test(spoilt_messages),
		cmocka_unit_test(odd_attributes),
		cmocka_unit_test(odd_via),
		cmocka_unit_test(too_many_hops),
		cmocka_unit_test(not_of_our_kind),
		cmocka_unit_test(foreign_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
