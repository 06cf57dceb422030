// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/packet.c: bytes -> is this an ICMP error about a packet of a
 * client to a server.
 */
#include "unit.h"

#include "packet.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define ICMP_HEADER	8
#define IP_HEADER	20
#define QUOTED		8
#define SHORTEST	(ICMP_HEADER + IP_HEADER + QUOTED)

#define UNREACHABLE	3
#define TCP		6
#define UDP		17
#define GRE		47

#define PORT		40000

static const u8 client[] = { 203, 0, 113, 7 };
static const u8 server[] = { 192, 0, 2, 1 };

/**
 * struct message - an ICMP message, as the test changes it
 * @bytes: the message
 * @len: its length
 * @ip: the quoted IP header
 * @quoted: what is quoted of what follows that
 */
struct message {
	u8 bytes[PGW_ICMP_NEED];
	u32 len;
	u8 *ip;
	u8 *quoted;
};

/* An error about a client's packet whose IP header has so many words. */
static void make(struct message *message, u8 protocol, unsigned int words)
{
	memset(message->bytes, 0, sizeof(message->bytes));
	message->len = ICMP_HEADER + 4 * words + QUOTED;
	message->ip = message->bytes + ICMP_HEADER;
	message->quoted = message->ip + 4 * words;
	message->bytes[0] = UNREACHABLE;
	message->ip[0] = 0x40 | words;
	message->ip[9] = protocol;
	memcpy(message->ip + 12, client, 4);
	memcpy(message->ip + 16, server, 4);
	if (protocol == GRE) {
		put32(message->quoted, 0x3001880b);
	} else {
		put16(message->quoted, PORT);
		put16(message->quoted + 2, PGW_CONTROL_PORT);
	}
}

/* All of the result is to be set, whatever stood there before. */
static struct pgw_packet parse(const u8 *bytes, u32 len)
{
	u8 *copy = exact_copy(bytes, len);
	struct pgw_packet pkt;

	memset(&pkt, 0xa5, sizeof(pkt));
	pgw_packet_icmp(copy, len, &pkt);
	exact_free(copy);
	return pkt;
}

static void assert_foreign(struct pgw_packet pkt)
{
	assert_int_equal(pkt.kind, PGW_FOREIGN);
	assert_int_equal(pkt.client, 0);
	assert_int_equal(pkt.local, 0);
	assert_int_equal(pkt.port, 0);
}

static void assert_error(struct pgw_packet pkt, u16 port)
{
	assert_int_equal(pkt.kind, PGW_ICMP_ERROR);
	assert_memory_equal(&pkt.client, client, 4);
	assert_memory_equal(&pkt.local, server, 4);
	assert_int_equal(pkt.port, port);
	assert_false(pkt.to_server || pkt.from_server || pkt.syn || pkt.rst ||
		     pkt.fin || pkt.acknowledges || pkt.data);
	assert_int_equal(pkt.header, 0);
}

static void each_type(void **state)
{
	struct message message;
	unsigned int type;

	(void)state;
	make(&message, TCP, 5);
	for (type = 0; type < 256; type++) {
		message.bytes[0] = type;
		if (type == 3 || type == 11 || type == 12)
			assert_error(parse(message.bytes, message.len), PORT);
		else
			assert_foreign(parse(message.bytes, message.len));
	}
}

/* Unreachable of whatever kind, "fragmentation needed" too. */
static void each_code(void **state)
{
	struct message message;
	unsigned int code;

	(void)state;
	make(&message, TCP, 5);
	for (code = 0; code < 256; code++) {
		message.bytes[1] = code;
		assert_error(parse(message.bytes, message.len), PORT);
	}
}

/* Cut anywhere, with IP options and without, it is none; longer, it is the same. */
static void cut_at_each_length(void **state)
{
	struct message message;
	unsigned int words;
	u32 len;

	(void)state;
	for (words = 5; words < 16; words++) {
		make(&message, TCP, words);
		for (len = 0; len < message.len; len++)
			assert_foreign(parse(message.bytes, len));
		for (; len <= sizeof(message.bytes); len++)
			assert_error(parse(message.bytes, len), PORT);
		make(&message, GRE, words);
		assert_foreign(parse(message.bytes, message.len - 1));
		assert_error(parse(message.bytes, message.len), 0);
	}
	assert_int_equal(message.len, PGW_ICMP_NEED);
}

static void each_version_and_header_length(void **state)
{
	struct message message;
	unsigned int byte;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		if (byte >= 0x45 && byte <= 0x4f)
			continue;
		make(&message, TCP, 5);
		message.ip[0] = byte;
		assert_foreign(parse(message.bytes, sizeof(message.bytes)));
	}
}

/* Options that look like ports: only the header's length says where it ends. */
static void options_are_passed_over(void **state)
{
	struct message message;

	(void)state;
	make(&message, TCP, 6);
	put16(message.quoted + 2, 80);
	put16(message.ip + IP_HEADER + 2, PGW_CONTROL_PORT);
	assert_foreign(parse(message.bytes, message.len));
}

/* A later fragment has no ports; the first has, and the flags are no offset. */
static void each_fragment_offset(void **state)
{
	struct message message;
	u32 word;

	(void)state;
	make(&message, TCP, 5);
	for (word = 0; word <= 0xffff; word++) {
		put16(message.ip + 6, word);
		if (word & 0x1fff)
			assert_foreign(parse(message.bytes, message.len));
		else
			assert_error(parse(message.bytes, message.len), PORT);
	}
}

static void each_protocol(void **state)
{
	struct message message;
	unsigned int protocol;

	(void)state;
	make(&message, TCP, 5);
	for (protocol = 0; protocol < 256; protocol++) {
		message.ip[9] = protocol;
		if (protocol == TCP)
			continue;
		assert_foreign(parse(message.bytes, message.len));
	}
	make(&message, GRE, 5);
	message.ip[9] = UDP;
	assert_foreign(parse(message.bytes, message.len));
}

/* About a packet to a server; what a server sent is not a client's. */
static void tcp_ports(void **state)
{
	static const struct {
		u16 source;
		u16 dest;
		bool is_error;
	} rows[] = {
		{ 40000,	1723,	true },
		{ 1723,		1723,	true },
		{ 0,		1723,	true },
		{ 65535,	1723,	true },
		{ 1723,		40000,	false },
		{ 1722,		1724,	false },
		{ 40000,	0xbb06,	false },	/* 1723, swapped */
		{ 0x06bb,	0,	false },
		{ 80,		443,	false },
	};
	struct message message;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make(&message, TCP, 5);
		put16(message.quoted, rows[i].source);
		put16(message.quoted + 2, rows[i].dest);
		if (rows[i].is_error)
			assert_error(parse(message.bytes, message.len),
				     rows[i].source);
		else
			assert_foreign(parse(message.bytes, message.len));
	}
}

/* As of GRE itself: the key bit, the version and the protocol tell. */
static void gre_words(void **state)
{
	static const struct {
		u32 word;
		bool is_error;
	} rows[] = {
		{ 0x2001880b,	true },
		{ 0x3001880b,	true },
		{ 0x3081880b,	true },
		{ 0xfff9880b,	true },
		{ 0x2000880b,	false },	/* GRE of version 0 */
		{ 0x20006558,	false },
		{ 0x00000800,	false },
		{ 0x2002880b,	false },
		{ 0x0001880b,	false },	/* no key */
		{ 0x2001880c,	false },
		{ 0x20010b88,	false },
		{ 0x00000000,	false },
		{ 0xffffffff,	false },
	};
	struct message message;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make(&message, GRE, 5);
		put32(message.quoted, rows[i].word);
		if (rows[i].is_error)
			assert_error(parse(message.bytes, message.len), 0);
		else
			assert_foreign(parse(message.bytes, message.len));
	}
}

/* Bytes that nobody checks: they change nothing. */
static void other_bytes_do_not_matter(void **state)
{
	static const u8 others[] = {
		1, 2, 3, 4, 5, 6, 7,
		ICMP_HEADER + 1, ICMP_HEADER + 2, ICMP_HEADER + 3,
		ICMP_HEADER + 4, ICMP_HEADER + 5, ICMP_HEADER + 8,
		ICMP_HEADER + 10, ICMP_HEADER + 11,
	};
	struct message message;
	size_t i;

	(void)state;
	make(&message, TCP, 5);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		message.bytes[others[i]] = 0xff;
	assert_error(parse(message.bytes, message.len), PORT);
}

static void check_random(const u8 *bytes, struct pgw_packet pkt, u32 len)
{
	if (pkt.kind == PGW_FOREIGN) {
		assert_foreign(pkt);
		return;
	}
	assert_int_equal(pkt.kind, PGW_ICMP_ERROR);
	assert_in_range(len, SHORTEST, PGW_ICMP_NEED);
	assert_memory_equal(&pkt.client, bytes + ICMP_HEADER + 12, 4);
	assert_memory_equal(&pkt.local, bytes + ICMP_HEADER + 16, 4);
}

/* Some are made to look like ours, else few would get far. */
static void random_bytes_are_classified(void **state)
{
	unsigned int errors = 0, i;
	struct message message;
	struct pgw_packet pkt;
	u32 seed = 1723, len;

	(void)state;
	for (i = 0; i < 200000; i++) {
		make(&message, i % 3 ? TCP : GRE, 5 + i % 11);
		len = random32(&seed) % (sizeof(message.bytes) + 1);
		if (i % 2)
			random_bytes(&seed, message.bytes, len);
		else
			message.bytes[random32(&seed) % message.len] =
				random32(&seed) >> 24;
		pkt = parse(message.bytes, len);
		check_random(message.bytes, pkt, len);
		errors += pkt.kind == PGW_ICMP_ERROR;
	}
	assert_in_range(errors, 1000, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type),
		cmocka_unit_test(each_code),
		cmocka_unit_test(cut_at_each_length),
		cmocka_unit_test(each_version_and_header_length),
		cmocka_unit_test(options_are_passed_over),
		cmocka_unit_test(each_fragment_offset),
		cmocka_unit_test(each_protocol),
		cmocka_unit_test(tcp_ports),
		cmocka_unit_test(gre_words),
		cmocka_unit_test(other_bytes_do_not_matter),
		cmocka_unit_test(random_bytes_are_classified),
	};

	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
