// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/packet.c and module/ctrlmsg.c: every length at every offset. A
 * packet ends where the memory ends, so that a read past it kills the program.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "unit_control.h"

#define PREFIX		PGW_CTRLMSG_NEED
#define ICMP_HEADER	8
#define UNREACHABLE	3
#define PROTOCOL_TCP	6
#define PROTOCOL_GRE	47

static u8 *end;		/* of the memory */

static int make_end(void **state)
{
	size_t page = sysconf(_SC_PAGESIZE);
	u8 *base = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	if (base == MAP_FAILED || mprotect(base + page, page, PROT_NONE))
		return -1;
	end = base + page;
	return 0;
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* As the module calls it: no more is readable than the parser asks for. */
static bool parse_at(const u8 *p, struct pgw_ctrlmsg *msg)
{
	u32 left = end - p;

	return pgw_ctrlmsg_parse(p, least(left, PREFIX), left, msg);
}

/* Not an assertion of cmocka: this is called some hundred million times. */
static void check_lengths(const struct kind *kind, u32 left)
{
	u8 *p = end - left, message[SEGMENT];
	struct pgw_ctrlmsg msg;
	u32 length;
	bool whole;

	put_message(message, kind);
	memcpy(p, message, least(left, PREFIX));
	for (length = 0; length <= 0xffff; length++) {
		if (left >= 2)
			put16(p, length);
		whole = parse_at(p, &msg);
		if (whole != (length >= kind->need && length <= left &&
			      left >= 2))
			fail_msg("type %u, length %u, %u left: %d", kind->type,
				 length, left, whole);
		if (whole && msg.length != length)
			fail_msg("length %u is read as %u", length, msg.length);
	}
}

/* One type for each number of bytes that a type needs. */
static void each_length_of_a_message(void **state)
{
	static const u8 types[] = { ECHO_REQUEST, CALL_CLEAR, CALL_REPLY };
	size_t i;
	u32 left;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		for (left = 0; left <= SEGMENT; left++)
			check_lengths(kind_of(types[i]), left);
}

/* The loop of the module, without its limit. Return: the bytes that are followed. */
static u32 walk(const u8 *p)
{
	const u8 *start = p;
	struct pgw_ctrlmsg msg;

	while (p < end && parse_at(p, &msg)) {
		if (msg.length < HEADER || msg.length > end - p)
			fail_msg("a step of %u with %td left", msg.length,
				 end - p);
		p += msg.length;
	}
	return p - start;
}

/* A stream of small messages that ends with the memory. Return: its start. */
static u8 *make_stream(u32 count)
{
	const struct kind *kind = kind_of(ECHO_REQUEST);
	u8 *start = end - count * kind->size;
	u32 i;

	for (i = 0; i < count; i++)
		put_message(start + i * kind->size, kind);
	return start;
}

/* In the midst of a message there is no header: the walk ends at once. */
static void walk_from_each_byte(void **state)
{
	const u32 size = kind_of(ECHO_REQUEST)->size, count = SEGMENT / size;
	u8 *start = make_stream(count);
	u32 offset;

	(void)state;
	for (offset = 0; offset <= count * size; offset++)
		assert_int_equal(walk(start + offset),
				 offset % size ? 0 : count * size - offset);
}

/* One message of a stream lies, whichever it is and whatever it says. */
static void walk_over_each_lie(void **state)
{
	const u32 size = kind_of(ECHO_REQUEST)->size, count = SEGMENT / size;
	u8 *start = make_stream(count), *lie;
	u32 length, left, want;

	(void)state;
	for (lie = start; lie < end; lie += size) {
		left = end - lie;
		for (length = 0; length <= 0xffff; length++) {
			put16(lie, length);
			want = length < HEADER || length > left ? 0 :
			       length % size ? length : left;
			if (walk(lie) != want)
				fail_msg("length %u with %u left: %u, not %u",
					 length, left, walk(lie), want);
		}
		put16(lie, size);
	}
}

static void tcp_each_length_and_offset(void **state)
{
	struct pgw_packet pkt;
	u32 len, byte;
	bool whole;
	u8 *p;

	(void)state;
	for (len = 0; len <= SEGMENT; len++) {
		p = end - len;
		memset(p, 0, len);
		if (len >= 4)
			put16(p + 2, PGW_CONTROL_PORT);
		for (byte = 0; byte < 256; byte++) {
			if (len > 12)
				p[12] = byte;
			pgw_packet_tcp(p, len, &pkt);
			whole = len >= PGW_TCP_NEED && byte >> 4 >= 5;
			assert_int_equal(pkt.kind, whole ? PGW_CONTROL :
							   PGW_TCP_SHORT);
			assert_int_equal(pkt.header, len >= PGW_TCP_NEED ?
						     4 * (byte >> 4) : 0);
		}
	}
}

static void gre_each_length_and_flags(void **state)
{
	struct pgw_packet pkt;
	u32 len, flags;
	u8 *p;

	(void)state;
	for (len = 0; len <= 2 * PGW_GRE_NEED; len++) {
		p = end - len;
		memset(p, 0, len);
		if (len >= 4)
			put16(p + 2, 0x880b);
		for (flags = 0; flags <= 0xffff; flags++) {
			if (len >= 2)
				put16(p, flags);
			pgw_packet_gre(p, len, &pkt);
			assert_int_equal(pkt.kind, len < PGW_GRE_NEED ?
					 PGW_GRE_SHORT :
					 (flags & 0x2007) == 0x2001 ? PGW_GRE :
					 PGW_GRE_NOT_PPTP);
		}
	}
}

/* An error as long as can be, about a packet whose IP header starts with @first. */
static void make_error(u8 *message, u8 first, u8 protocol)
{
	u8 *ip = message + ICMP_HEADER;
	u32 i;

	for (i = 0; i < PGW_ICMP_NEED; i += 2)
		put16(message + i, PGW_CONTROL_PORT);
	message[0] = UNREACHABLE;
	ip[0] = first;
	put16(ip + 6, 0);
	ip[9] = protocol;
	if (protocol == PROTOCOL_GRE && (first & 0xf) >= 5)
		put32(ip + 4 * (first & 0xf), 0x3001880b);
}

static bool is_error(u32 len, u8 first, u8 protocol)
{
	return (protocol == PROTOCOL_TCP || protocol == PROTOCOL_GRE) &&
	       first >= 0x45 && first <= 0x4f &&
	       len >= ICMP_HEADER + 4u * (first & 0xf) + 8;
}

static void icmp_each_length_and_header(void **state)
{
	u8 message[PGW_ICMP_NEED], *p;
	u32 len, first, protocol;
	struct pgw_packet pkt;
	bool error;

	(void)state;
	for (first = 0; first < 256; first++) {
		for (protocol = 0; protocol < 256; protocol++) {
			make_error(message, first, protocol);
			for (len = 0; len <= sizeof(message); len++) {
				p = memcpy(end - len, message, len);
				pgw_packet_icmp(p, len, &pkt);
				error = pkt.kind == PGW_ICMP_ERROR;
				if (error != is_error(len, first, protocol))
					fail_msg("%u bytes, %02x, protocol %u",
						 len, first, protocol);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_length_of_a_message),
		cmocka_unit_test(walk_from_each_byte),
		cmocka_unit_test(walk_over_each_lie),
		cmocka_unit_test(tcp_each_length_and_offset),
		cmocka_unit_test(gre_each_length_and_flags),
		cmocka_unit_test(icmp_each_length_and_header),
	};

	return cmocka_run_group_tests_name("bounds", tests, make_end, NULL);
}
