/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the tool share: the messages that it reports, and routes
 * that are made up, the same in every run.
 */
#ifndef TOOL_H
#define TOOL_H

#include "unit.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "lib/diag.h"
#include "lib/ifnames.h"
#include "route/parse.h"
#include "route/text.h"

/* Between these two, messages go to memory: a line each, to be freed. */
static struct diag_list messages;

static inline void collect_begin(void)
{
	diag_collect(&messages);
}

static inline char *collect_end(void)
{
	const struct diag *d;
	char *text, *line;
	size_t size;
	FILE *all;

	diag_end();
	all = open_memstream(&text, &size);
	assert_non_null(all);
	for (d = messages.first; d; d = d->next) {
		line = diag_format(d);
		fprintf(all, "%s\n", line);
		free(line);
	}
	fclose(all);
	diag_free(&messages);
	return text;
}

/* Parse @text as line 7 of the file "f". */
static inline bool parse_text(const char *text, struct route *route)
{
	static struct line line;

	line_start(&line, "f");
	line.number = 7;
	assert_true(strlen(text) < LINE_SIZE);
	snprintf(line.text, LINE_SIZE, "%s", text);
	return route_parse(&line, route);
}

/* The same; it must be good. */
static inline void parse_good(const char *text, struct route *route)
{
	char *complaint;
	bool good;

	collect_begin();
	good = parse_text(text, route);
	complaint = collect_end();
	if (!good || *complaint)
		print_error("'%s': %s", text, complaint);
	assert_true(good);
	assert_string_equal(complaint, "");
	free(complaint);
}

/* Its interfaces get indices, one after the other. */
static inline void set_ifindex(struct route *r, u32 ifindex)
{
	struct nexthop *hop = (struct nexthop *)route_hops(r);
	int i;

	for (i = 0; i < r->hop_count; i++)
		hop[i].ifindex = hop[i].name ? ifindex + i : 0;
}

/* Text that grows; sizes are the caller's care. */
static inline void append(char *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsprintf(text + strlen(text), format, args);
	va_end(args);
}

static inline u32 below(u32 *state, u32 limit)
{
	return random32(state) % limit;
}

static inline const char *random_address(u32 *state, u8 family)
{
	static char buf[INET6_ADDRSTRLEN];
	u8 bytes[16];

	random_bytes(state, bytes, sizeof(bytes));
	bytes[0] = below(state, 9) ? 0x20 + below(state, 0x80) : 0xfe;
	if (family == AF_INET6 && !below(state, 3))
		memset(bytes + 2, 0, 2 * (1 + below(state, 6)));
	inet_ntop(family, bytes, buf, sizeof(buf));
	return buf;
}

static inline void random_prefix(u32 *state, u8 family, char *text)
{
	unsigned int bits = address_bits(family), len = below(state, bits + 1), bit;
	char buf[INET6_ADDRSTRLEN];
	u8 bytes[16];

	random_bytes(state, bytes, sizeof(bytes));
	for (bit = len; bit < 128; bit++)
		bytes[bit / 8] &= ~(0x80 >> bit % 8);
	inet_ntop(family, bytes, buf, sizeof(buf));
	append(text, "%s/%u", buf, len);
}

static inline void random_hop(u32 *state, u8 family, char *text)
{
	bool gateway = below(state, 4), foreign = family == AF_INET && !below(state, 5);

	if (gateway && foreign)
		append(text, " via inet6 %s", random_address(state, AF_INET6));
	else if (gateway)
		append(text, " via %s", random_address(state, family));
	append(text, " dev eth%u", below(state, 20));
	if (gateway && !below(state, 4))
		append(text, " onlink");
}

static inline void random_hops(u32 *state, u8 family, char *text)
{
	unsigned int i, count = 2 + below(state, below(state, 20) ? 4 : HOPS_MAX - 1);

	for (i = 0; i < count; i++) {
		append(text, " nexthop");
		random_hop(state, family, text);
		if (below(state, 2))
			append(text, " weight %u", 1 + below(state, 256));
	}
}

/* An option that may stand anywhere before the next hops. */
static inline void random_option(u32 *state, u8 family, unsigned int which, char *text)
{
	if (below(state, 2))
		return;
	switch (which) {
	case 0:
		append(text, " metric %u", random32(state) >> below(state, 32));
		break;
	case 1:
		append(text, " mtu %s%u", below(state, 2) ? "lock " : "",
		       1280 + below(state, 64000));
		if (below(state, 2))
			append(text, " advmss %u", 1 + below(state, 65495));
		break;
	case 2:
		append(text, " src %s", random_address(state, family));
		break;
	case 3:
		append(text, " table %u", 1 + below(state, 300));
		if (family == AF_INET)
			append(text, " tos %x", below(state, 64) << 2);
		else
			append(text, " pref %s", below(state, 2) ? "low" : "high");
		break;
	}
}

/* The text of a good route of any kind, its options in any order. */
static inline const char *random_route(u32 *state)
{
	static const char *const types[] = { "blackhole ", "unreachable ", "prohibit " };
	u8 family = below(state, 2) ? AF_INET : AF_INET6;
	unsigned int kind = below(state, 4), i, first = below(state, 4);
	static char text[ROUTE_TEXT_SIZE];

	snprintf(text, sizeof(text), "%s", kind ? "" : types[below(state, 3)]);
	if (kind == 1 && !below(state, 5))
		append(text, "default via %s dev eth0", random_address(state, family));
	else
		random_prefix(state, family, text);
	for (i = 0; i < 4; i++) {
		if (kind > 1 && kind < 3 && i == first)
			random_hop(state, family, text);
		random_option(state, family, (first + i) % 4, text);
	}
	if (kind == 1 && !strstr(text, "default"))
		random_hop(state, family, text);
	if (kind == 3)
		random_hops(state, family, text);
	return text;
}

static inline bool same_hop(const struct nexthop *a, const struct nexthop *b)
{
	return !memcmp(a->gateway, b->gateway, sizeof(a->gateway)) &&
	       a->ifindex == b->ifindex && a->name == b->name && a->family == b->family &&
	       a->flags == b->flags && a->weight == b->weight;
}

/* All that a configuration can say. */
static inline bool same_route(const struct route *a, const struct route *b)
{
	unsigned int i;

	for (i = 0; i < a->hop_count && i < b->hop_count; i++)
		if (!same_hop(&route_hops(a)[i], &route_hops(b)[i]))
			return false;
	return a->hop_count == b->hop_count && !memcmp(a->dst, b->dst, sizeof(a->dst)) &&
	       !memcmp(a->src, b->src, sizeof(a->src)) && a->table == b->table &&
	       a->metric == b->metric && a->mtu == b->mtu && a->mtu_lock == b->mtu_lock &&
	       a->advmss == b->advmss && a->pref == b->pref && a->family == b->family &&
	       a->dst_len == b->dst_len && a->type == b->type && a->tos == b->tos &&
	       a->has_src == b->has_src && a->foreign == b->foreign;
}

#endif /* TOOL_H */
