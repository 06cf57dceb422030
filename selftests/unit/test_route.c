// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of route.c, parse.c and text of userspace/route/: text -> route -> text,
 * and what makes two routes one.
 */
#include "tool.h"

#include "lib/macros.h"

#define ROUNDS		20000

/* Text, and how it is printed, if not the same. */
static const char *const goods[][2] = {
	{ "10.0.0.0/8 via 10.1.0.1" },
	{ "10.0.0.0/8 dev corp0" },
	{ "10.0.0.0/8 via 10.1.0.1 dev corp0 onlink" },
	{ "10.0.0.0/8 onlink via 10.1.0.1 dev a",
	  "10.0.0.0/8 via 10.1.0.1 dev a onlink" },
	{ "10.0.0.0/8 via inet6 fe80::1 dev corp0" },
	{ "10.0.0.0/8 dev corp0 table 100 src 10.1.0.2 metric 50 mtu 1400" },
	{ "10.0.0.0/8 mtu 68 metric 4294967295 dev a",
	  "10.0.0.0/8 dev a metric 4294967295 mtu 68" },
	{ "10.0.0.0/8 dev a metric 0 mtu 65520 table 4294967295",
	  "10.0.0.0/8 dev a table 4294967295 mtu 65520" },
	{ "10.0.0.0/8 dev a table main", "10.0.0.0/8 dev a" },
	{ "10.0.0.0/8 dev a table 255", "10.0.0.0/8 dev a table local" },
	{ "10.0.0.0/8 dev a table default" },
	{ "unicast 192.0.2.1 dev a", "192.0.2.1 dev a" },
	{ "192.0.2.1/32 dev fifteen-letters", "192.0.2.1 dev fifteen-letters" },
	{ "blackhole 172.16.0.0/12" },
	{ "throw 172.16.0.0/12 table 9" },
	{ "10.0.0.0/8 dev a tos 10", "10.0.0.0/8 tos 0x10 dev a" },
	{ "10.0.0.0/8 dev a advmss 1360 mtu lock 1400",
	  "10.0.0.0/8 dev a mtu lock 1400 advmss 1360" },
	{ "2001:db8::/32 dev a pref low metric 1", "2001:db8::/32 dev a metric 1 pref low" },
	{ "2001:db8::/32 dev a pref medium metric 1", "2001:db8::/32 dev a metric 1" },
	{ "unreachable 172.16.0.0/12 metric 9" },
	{ "prohibit 2001:db8::/32", "prohibit 2001:db8::/32 metric 1024" },
	{ "blackhole default" },
	{ "blackhole ::/0 metric 1", "blackhole ::/0 metric 1" },
	{ "default via 10.1.0.1" },
	{ "0.0.0.0/0 dev a", "default dev a" },
	{ "default dev a" },
	{ "default via fe80::1 dev a", "default via fe80::1 dev a metric 1024" },
	{ "default dev a src 2001:db8::1", "::/0 dev a src 2001:db8::1 metric 1024" },
	{ "default via inet6 fe80::1 dev a" },
	{ "2001:DB8::/32 via 2001:db8:1::1 metric 7", "2001:db8::/32 via 2001:db8:1::1 metric 7" },
	{ "2001:db8::1 dev a", "2001:db8::1 dev a metric 1024" },
	{ "2001:db8::/32 dev a metric 0 mtu 1280", "2001:db8::/32 dev a metric 1024 mtu 1280" },
	{ "10.0.0.0/8 nexthop via 10.1.0.1", "10.0.0.0/8 via 10.1.0.1" },
	{ "10.0.0.0/8 nexthop via 10.1.0.1 weight 9", "10.0.0.0/8 via 10.1.0.1" },
	{ "10.0.0.0/8 nexthop via 10.1.0.1 weight 256 nexthop weight 1 dev b",
	  "10.0.0.0/8 nexthop via 10.1.0.1 weight 256 nexthop dev b" },
	{ "10.0.0.0/8 metric 5 nexthop via inet6 fe80::1 dev a nexthop via 10.1.0.1 dev b onlink" },
	{ "default nexthop via fe80::1 dev a nexthop via fe80::2 dev a",
	  "default metric 1024 nexthop via fe80::1 dev a nexthop via fe80::2 dev a" },
	{ "\t10.0.0.0/8   dev\ta # where all is", "10.0.0.0/8 dev a" },
};

static void good_text(void **state)
{
	static char text[ROUTE_TEXT_SIZE];
	struct route r;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(goods); i++) {
		parse_good(goods[i][0], &r);
		assert_string_equal(route_text(&r, text, sizeof(text)),
				    goods[i][1] ?: goods[i][0]);
		assert_int_equal(r.line, 7);
		free(r.hops);
	}
}

/* Each word, to the field it is about. */
static void fields(void **state)
{
	static const u8 dst[16] = { 10, 2 }, src[16] = { 10, 1, 0, 2 };
	static const u8 gateway[16] = { 10, 1, 0, 1 };
	struct route r;

	(void)state;
	parse_good(" 10.2.0.0/15 via 10.1.0.1 dev a onlink metric 5 mtu 1400 src 10.1.0.2 table 7",
		   &r);
	assert_memory_equal(r.dst, dst, sizeof(dst));
	assert_memory_equal(r.src, src, sizeof(src));
	assert_memory_equal(r.hop.gateway, gateway, sizeof(gateway));
	assert_string_equal(ifname(r.hop.name), "a");
	assert_int_equal(r.hop.family, AF_INET);
	assert_int_equal(r.hop.flags, RTNH_F_ONLINK);
	assert_int_equal(r.column, 2);
	assert_int_equal(r.family, AF_INET);
	assert_int_equal(r.dst_len, 15);
	assert_int_equal(r.type, RTN_UNICAST);
	assert_int_equal(r.metric, 5);
	assert_int_equal(r.mtu, 1400);
	assert_int_equal(r.table, 7);
	assert_int_equal(r.hop_count, 1);
	assert_true(r.has_src);
	parse_good("blackhole 2001:db8::/127", &r);
	assert_int_equal(r.type, RTN_BLACKHOLE);
	assert_int_equal(r.hop_count, 0);
	assert_int_equal(r.family, AF_INET6);
	assert_int_equal(r.dst_len, 127);
}

#define LEADS_NOWHERE	": it leads nowhere: leave 'via', 'dev' and 'nexthop' out"
#define AFTER_NEXTHOP	\
	": 'via', 'dev' and 'onlink' must stand after 'nexthop' when there is one"

static const struct bad {
	const char *text;
	unsigned int column;
	const char *message;
} bads[] = {
	{ "", 1, "route needs a prefix" },
	{ "   # 10.0.0.0/8", 4, "route needs a prefix" },
	{ "blackhole", 10, "route needs a prefix" },
	{ "nat 10.0.0.0/8", 1, "'nat' is not a prefix" },
	{ "10.0.0.0/8 nhid 7", 12, "'nhid' is not supported" },
	{ "10.0.0.0/8 dev a tos 3", 22,
	  "tos '3' is not a hexadecimal number from 0 to fc without ECN bits" },
	{ "2001:db8::/32 dev a tos 10", 1, "tos is IPv4's only" },
	{ "10.0.0.0/8 dev a pref low", 1, "pref is IPv6's only" },
	{ "10.0.0/8 dev a", 1, "'10.0.0/8' is not a prefix" },
	{ "10.0.0.256/32 dev a", 1, "'10.0.0.256/32' is not a prefix" },
	{ "2001:db8:::/32 dev a", 1, "'2001:db8:::/32' is not a prefix" },
	{ "0000:0000:0000:0000:0000:0000:0000:0000:00000000/1", 1,
	  "'0000:0000:0000:0000:0000:0000:0000:0000:00000000/1' is not a prefix" },
	{ "10.0.0.0/ dev a", 10, "'' is not a prefix length" },
	{ "10.0.0.0/8x dev a", 10, "'8x' is not a prefix length" },
	{ "10.0.0.0/-8 dev a", 10, "'-8' is not a prefix length" },
	{ "10.0.0.0/255.0.0.0 dev a", 10, "'255.0.0.0' is not a prefix length" },
	{ "10.0.0.0/33 dev a", 10, "prefix length 33 is over 32" },
	{ "2001:db8::/129 dev a", 12, "prefix length 129 is over 128" },
	{ " 10.1.2.3/8 dev a", 2, "10.1.2.3/8 has host bits set, did you mean 10.0.0.0/8?" },
	{ "10.0.0.1/31 dev a", 1, "10.0.0.1/31 has host bits set, did you mean 10.0.0.0/31?" },
	{ "2001:db8::1/64 dev a", 1,
	  "2001:db8::1/64 has host bits set, did you mean 2001:db8::/64?" },
	{ "10.0.0.0/8", 1, "10.0.0.0/8: the next hop needs 'via' or 'dev'" },
	{ "default metric 5", 1, "default: the next hop needs 'via' or 'dev'" },
	{ "10.0.0.0/8 via", 15, "via needs an address" },
	{ "10.0.0.0/8 via 10.1.0", 16, "'10.1.0' is not an address" },
	{ "10.0.0.0/8 via 0.0.0.0", 16, "via cannot be 0.0.0.0" },
	{ "2001:db8::/32 via ::", 19, "via cannot be ::" },
	{ "10.0.0.0/8 via fe80::1 dev a", 16, "fe80::1 is IPv6, but 10.0.0.0/8 is not" },
	{ "2001:db8::/32 via 10.1.0.1", 19, "10.1.0.1 is IPv4, but 2001:db8::/32 is not" },
	{ "default via 10.1.0.1 src fe80::1", 26, "fe80::1 is IPv6, but default is not" },
	{ "default src 2001:db8::1 via 10.1.0.1", 29, "10.1.0.1 is IPv4, but default is not" },
	{ "10.0.0.0/8 via inet6", 21, "via needs an address" },
	{ "10.0.0.0/8 via inet6 10.1.0.1", 22, "10.1.0.1 is not an IPv6 address" },
	{ "2001:db8::/32 via fe80::1", 1, "2001:db8::/32: a link-local gateway needs 'dev'" },
	{ "10.0.0.0/8 dev", 15, "dev needs an interface" },
	{ "10.0.0.0/8 dev sixteen-letters--", 16, "'sixteen-letters--' is not an interface name" },
	{ "10.0.0.0/8 dev a/b", 16, "'a/b' is not an interface name" },
	{ "10.0.0.0/8 dev a metric", 24, "metric needs a number" },
	{ "10.0.0.0/8 dev a metric five", 25, "metric 'five' is not a number" },
	{ "10.0.0.0/8 dev a metric -1", 25, "metric '-1' is not a number" },
	{ "10.0.0.0/8 dev a metric 0x1", 25, "metric '0x1' is not a number" },
	{ "10.0.0.0/8 dev a metric 4294967296", 25,
	  "metric 4294967296 is not between 0 and 4294967295" },
	{ "10.0.0.0/8 dev a metric 99999999999999999999", 25,
	  "metric 99999999999999999999 is not between 0 and 4294967295" },
	{ "10.0.0.0/8 dev a mtu 67", 22, "mtu 67 is not between 68 and 65520" },
	{ "10.0.0.0/8 dev a mtu 65521", 22, "mtu 65521 is not between 68 and 65520" },
	{ "2001:db8::/32 dev a mtu 1279", 1, "mtu 1279 is less than IPv6's smallest, 1280" },
	{ "10.0.0.0/8 dev a src", 21, "src needs an address" },
	{ "10.0.0.0/8 dev a src 0.0.0.0", 22, "src cannot be 0.0.0.0" },
	{ "10.0.0.0/8 dev a src ::1", 22, "::1 is IPv6, but 10.0.0.0/8 is not" },
	{ "10.0.0.0/8 dev a table", 23, "table needs a name or a number" },
	{ "10.0.0.0/8 dev a table no-such-table", 24, "there is no table 'no-such-table'" },
	{ "10.0.0.0/8 dev a table 0", 24, "table 0 is not between 1 and 4294967295" },
	{ "10.0.0.0/8 dev a table 5x", 24, "table '5x' is not a number" },
	{ "10.0.0.0/8 dev a weight 2", 18, "'weight' must stand after 'nexthop'" },
	{ "10.0.0.0/8 nexthop dev a metric 5", 26, "'metric' must stand before 'nexthop'" },
	{ "10.0.0.0/8 nexthop dev a weight 0", 33, "weight 0 is not between 1 and 256" },
	{ "10.0.0.0/8 nexthop dev a weight 257", 33, "weight 257 is not between 1 and 256" },
	{ "10.0.0.0/8 nexthop weight 1 nexthop dev a", 1,
	  "10.0.0.0/8: the next hop needs 'via' or 'dev'" },
	{ "10.0.0.0/8 nexthop dev a nexthop via 10.1.0.1 onlink", 1,
	  "10.0.0.0/8: 'onlink' needs 'via' and 'dev'" },
	{ "10.0.0.0/8 dev a nexthop dev b", 1, "10.0.0.0/8" AFTER_NEXTHOP },
	{ "10.0.0.0/8 via 10.1.0.1 nexthop dev b", 1, "10.0.0.0/8" AFTER_NEXTHOP },
	{ "10.0.0.0/8 dev a onlink", 1, "10.0.0.0/8: 'onlink' needs 'via' and 'dev'" },
	{ "10.0.0.0/8 via 10.1.0.1 onlink", 1, "10.0.0.0/8: 'onlink' needs 'via' and 'dev'" },
	{ "10.0.0.0/8 dev a dev b", 18, "'dev' is given twice" },
	{ "10.0.0.0/8 dev a onlink onlink", 25, "'onlink' is given twice" },
	{ "10.0.0.0/8 nexthop dev a dev b", 26, "'dev' is given twice" },
	{ "blackhole 10.0.0.0/8 dev a", 11, "10.0.0.0/8" LEADS_NOWHERE },
	{ "prohibit 10.0.0.0/8 via 10.1.0.1", 10, "10.0.0.0/8" LEADS_NOWHERE },
	{ "unreachable default nexthop dev a", 13, "default" LEADS_NOWHERE },
	{ "10.0.0.0/8 gateway 10.1.0.1", 12, "unknown option 'gateway'" },
	{ "10.0.0.0/8 metrik 5", 12, "unknown option 'metrik', did you mean 'metric'?" },
	{ "10.0.0.0/8 dev a nexthops", 18, "unknown option 'nexthops', did you mean 'nexthop'?" },
};

static void check_bad(const struct bad *bad)
{
	char want[512], *complaint;
	struct route r;
	bool good;

	sprintf(want, "f:7:%u: %s\n", bad->column, bad->message);
	collect_begin();
	good = parse_text(bad->text, &r);
	complaint = collect_end();
	assert_string_equal(complaint, want);
	assert_false(good);
	assert_null(r.hops);
	free(complaint);
}

static void bad_text(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bads); i++)
		check_bad(&bads[i]);
}

/* What is printed is read as the same route, and printed the same again. */
static void text_round_trip(void **state)
{
	static char text[ROUTE_TEXT_SIZE], again[ROUTE_TEXT_SIZE];
	u32 random = 1, i, several = 0;
	struct route a, b;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		parse_good(random_route(&random), &a);
		parse_good(route_text(&a, text, sizeof(text)), &b);
		assert_string_equal(route_text(&b, again, sizeof(again)), text);
		assert_true(same_route(&a, &b));
		several += a.hop_count > 1;
		free(a.hops);
		free(b.hops);
	}
	assert_in_range(several, ROUNDS / 5, ROUNDS / 3);
}

/* The longest: the text is not cut. */
static void longest_text(void **state)
{
	static char text[ROUTE_TEXT_SIZE], longest[LINE_SIZE];
	struct route a, b;
	int i;

	(void)state;
	snprintf(longest, sizeof(longest), "128.0.0.0/1");
	for (i = 0; i < HOPS_MAX; i++)
		append(longest, " nexthop via inet6 %s dev fifteen-letters weight 256 onlink",
		       "2001:1111:2222:3333:4444:5555:6666:7777");
	parse_good(longest, &a);
	parse_good(route_text(&a, text, sizeof(text)), &b);
	assert_int_equal(b.hop_count, HOPS_MAX);
	assert_true(same_route(&a, &b));
	free(a.hops);
	free(b.hops);
}

static void matching(void **state)
{
	struct route wanted, has;

	(void)state;
	parse_good("10.0.0.0/8 via 10.1.0.1 dev a src 10.1.0.2 mtu 1400 onlink", &wanted);
	set_ifindex(&wanted, 5);
	has = wanted;
	assert_true(route_matches(&wanted, &has));
	has.hop.flags |= RTNH_F_DEAD | RTNH_F_LINKDOWN;
	has.hop.name++;
	has.protocol = 4;
	assert_true(route_matches(&wanted, &has));

#define DIFFERS(change) do { \
	has = wanted; \
	change; \
	assert_false(route_matches(&wanted, &has)); \
} while (0)
	DIFFERS(has.type = RTN_LOCAL);
	DIFFERS(has.mtu++);
	DIFFERS(has.mtu_lock = true);
	DIFFERS(has.advmss = 1360);
	DIFFERS(has.pref = 1);
	DIFFERS(has.foreign = true);
	DIFFERS(has.has_src = false);
	DIFFERS(has.src[3]++);
	DIFFERS(has.hop_count = 0);
	DIFFERS(has.hop.gateway[15]++);
	DIFFERS(has.hop.family = AF_INET6);
	DIFFERS(has.hop.flags = 0);
	DIFFERS(has.hop.weight++);
	DIFFERS(has.hop.ifindex++);

	wanted.hop.name = 0;
	assert_true(route_matches(&wanted, &has));
}

/* In any order, but each as often as it is wanted. */
static void matching_hops(void **state)
{
	struct nexthop aab[3] = { { .ifindex = 1, .name = 1 }, { .ifindex = 1, .name = 1 },
				  { .ifindex = 2, .name = 1 } };
	struct nexthop bab[3] = { aab[2], aab[0], aab[2] }, baa[3] = { aab[2], aab[0], aab[1] };
	struct route wanted = { .type = RTN_UNICAST, .hop_count = 3, .hops = aab }, has = wanted;

	(void)state;
	has.hops = baa;
	assert_true(route_matches(&wanted, &has));
	assert_true(route_matches(&has, &wanted));
	has.hops = bab;
	assert_false(route_matches(&wanted, &has));
	assert_false(route_matches(&has, &wanted));
	has.hop_count = 2;
	assert_false(route_matches(&wanted, &has));
}

static void keys(void **state)
{
	struct route a, b;

	(void)state;
	parse_good("10.0.0.0/8 via 10.1.0.1 dev a src 10.1.0.2 mtu 1400 table 9 metric 3", &a);
	parse_good("unreachable 10.0.0.0/8 metric 3 table 9", &b);
	assert_true(route_same_key(&a, &b));
	assert_int_equal(route_hash(&a), route_hash(&b));

#define OTHER_KEY(change) do { \
	b = a; \
	change; \
	assert_false(route_same_key(&a, &b)); \
} while (0)
	OTHER_KEY(b.metric++);
	OTHER_KEY(b.table++);
	OTHER_KEY(b.family = AF_INET6);
	OTHER_KEY(b.dst_len++);
	OTHER_KEY(b.tos++);
	OTHER_KEY(b.dst[0]++);
	OTHER_KEY(b.dst[15]++);
}

/* 100,000 neighbours share the slots of an index nearly as well as chance has it. */
static void hash_spreads(void **state)
{
	enum { SLOTS = 131072, COUNT = 100000 };
	u8 *slots = calloc(SLOTS, 1);
	u32 i, shift, used;
	struct route r;

	(void)state;
	assert_non_null(slots);
	for (shift = 0; shift <= 12; shift += 4) {
		memset(slots, 0, SLOTS);
		used = 0;
		for (i = 0; i < COUNT; i++) {
			memset(&r, 0, sizeof(r));
			r.family = AF_INET;
			r.dst_len = 32 - shift;
			put32(r.dst, 0x0a000000 + (i << shift));
			used += !slots[route_hash(&r) % SLOTS]++;
		}
		assert_in_range(used, 65000, COUNT);
	}
	free(slots);
}

static void defaults(void **state)
{
	static const struct {
		const char *text;
		bool is_default;
	} routes[] = {
		{ "default dev a", true },
		{ "0.0.0.0/1 dev a", true },
		{ "128.0.0.0/1 dev a", true },
		{ "::/0 dev a", true },
		{ "8000::/1 dev a", true },
		{ "64.0.0.0/2 dev a", false },
		{ "blackhole default", false },
	};
	struct route r;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(routes); i++) {
		parse_good(routes[i].text, &r);
		assert_int_equal(route_is_default(&r), routes[i].is_default);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_text),
		cmocka_unit_test(fields),
		cmocka_unit_test(bad_text),
		cmocka_unit_test(text_round_trip),
		cmocka_unit_test(longest_text),
		cmocka_unit_test(matching),
		cmocka_unit_test(matching_hops),
		cmocka_unit_test(keys),
		cmocka_unit_test(hash_spreads),
		cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
