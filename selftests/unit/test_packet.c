// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/packet.c: bytes -> what PPTP packet is this.
 */
#include "unit.h"

#include "packet.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define FIN		0x01
#define SYN		0x02
#define RST		0x04
#define ACK		0x10

#define PPTP_GRE	0x2001	/* key present, version 1 */
#define PPP		0x880b

static const u8 zeroes[2048];

/* Each field of the result is to be set, whatever stood there before. */
static void spoil(struct pgw_packet *pkt)
{
	memset(pkt, 0xa5, sizeof(*pkt));
}

static struct pgw_packet parse_tcp(const u8 *header, size_t len)
{
	u8 *copy = exact_copy(header, len);
	struct pgw_packet pkt;

	spoil(&pkt);
	pgw_packet_tcp(copy, len, &pkt);
	exact_free(copy);
	return pkt;
}

static struct pgw_packet parse_gre(const u8 *header, size_t len)
{
	u8 *copy = exact_copy(header, len);
	struct pgw_packet pkt;

	spoil(&pkt);
	pgw_packet_gre(copy, len, &pkt);
	exact_free(copy);
	return pkt;
}

static struct pgw_packet tcp(u16 source, u16 dest, u8 offset_byte, u8 flags)
{
	u8 header[PGW_TCP_NEED] = { };

	put16(header, source);
	put16(header + 2, dest);
	header[12] = offset_byte;
	header[13] = flags;
	return parse_tcp(header, sizeof(header));
}

static struct pgw_packet gre(u16 flags, u16 protocol, u16 call_id)
{
	u8 header[PGW_GRE_NEED] = { };

	put16(header, flags);
	put16(header + 2, protocol);
	put16(header + 4, 0x5aa5);	/* payload length: not to be believed */
	put16(header + 6, call_id);
	return parse_gre(header, sizeof(header));
}

static void assert_only_kind(struct pgw_packet pkt, enum pgw_kind kind)
{
	assert_int_equal(pkt.kind, kind);
	assert_false(pkt.to_server);
	assert_false(pkt.from_server);
	assert_false(pkt.syn);
	assert_false(pkt.rst);
	assert_false(pkt.fin);
	assert_false(pkt.acknowledges);
	assert_false(pkt.data);
	assert_int_equal(pkt.header, 0);
	assert_int_equal(pkt.seq, 0);
	assert_int_equal(pkt.ack, 0);
	assert_int_equal(pkt.client, 0);
	assert_int_equal(pkt.local, 0);
	assert_int_equal(pkt.port, 0);
}

static void tcp_cut_at_each_length(void **state)
{
	u8 header[PGW_TCP_NEED] = { };
	struct pgw_packet pkt;
	size_t len;

	(void)state;
	memset(header, 0xff, sizeof(header));
	put16(header, PGW_CONTROL_PORT);
	put16(header + 2, PGW_CONTROL_PORT);
	for (len = 0; len < sizeof(header); len++) {
		pkt = parse_tcp(header, len);
		assert_int_equal(pkt.from_server, len >= 4);
		assert_int_equal(pkt.to_server, len >= 4);
		pkt.from_server = false;
		pkt.to_server = false;
		assert_only_kind(pkt, PGW_TCP_SHORT);
	}
	assert_int_equal(parse_tcp(header, len).kind, PGW_CONTROL);
}

static void tcp_longer_than_its_header(void **state)
{
	u8 segment[1460] = { };
	struct pgw_packet pkt;
	size_t len;

	(void)state;
	put16(segment + 2, PGW_CONTROL_PORT);
	segment[12] = 0x50;
	segment[13] = ACK;
	for (len = PGW_TCP_NEED; len <= sizeof(segment); len++) {
		pkt = parse_tcp(segment, len);
		assert_int_equal(pkt.kind, PGW_CONTROL);
		assert_int_equal(pkt.header, 20);
	}
}

static void tcp_ports(void **state)
{
	static const struct {
		u16 source;
		u16 dest;
		bool from_server;
		bool to_server;
	} rows[] = {
		{ 40000,	1723,	false,	true },
		{ 1723,		40000,	true,	false },
		{ 1723,		1723,	true,	true },
		{ 0,		1723,	false,	true },
		{ 1723,		65535,	true,	false },
		{ 1722,		1724,	false,	false },
		{ 0x06ff,	0xffbb,	false,	false },
		{ 0xbb06,	0xbb06,	false,	false },	/* 1723, swapped */
		{ 0,		0,	false,	false },
		{ 65535,	65535,	false,	false },
		{ 80,		443,	false,	false },
	};
	struct pgw_packet pkt;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		pkt = tcp(rows[i].source, rows[i].dest, 0x50, ACK);
		assert_int_equal(pkt.from_server, rows[i].from_server);
		assert_int_equal(pkt.to_server, rows[i].to_server);
		if (!rows[i].from_server && !rows[i].to_server)
			assert_only_kind(pkt, PGW_FOREIGN);
		else
			assert_int_equal(pkt.kind, PGW_CONTROL);
	}
}

/* The low half of the byte is reserved and TCP's NS bit: not a length. */
static void tcp_each_data_offset(void **state)
{
	struct pgw_packet pkt;
	unsigned int byte;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		pkt = tcp(1723, 40000, byte, ACK);
		if (byte >> 4 < 5) {
			assert_int_equal(pkt.kind, PGW_TCP_SHORT);
			continue;
		}
		assert_int_equal(pkt.kind, PGW_CONTROL);
		assert_int_equal(pkt.header, 4 * (byte >> 4));
	}
	assert_int_equal(tcp(1723, 40000, 0xf0, ACK).header, 60);
}

static void tcp_of_others_is_foreign_however_odd(void **state)
{
	unsigned int byte;

	(void)state;
	for (byte = 0; byte < 256; byte++)
		assert_only_kind(tcp(80, 443, byte, byte), PGW_FOREIGN);
}

static void tcp_each_flag_byte(void **state)
{
	struct pgw_packet pkt;
	unsigned int flags;

	(void)state;
	for (flags = 0; flags < 256; flags++) {
		pkt = tcp(40000, 1723, 0x50, flags);
		assert_int_equal(pkt.kind, PGW_CONTROL);
		assert_int_equal(pkt.syn, !!(flags & SYN));
		assert_int_equal(pkt.rst, !!(flags & RST));
		assert_int_equal(pkt.fin, !!(flags & FIN));
		assert_int_equal(pkt.acknowledges, !!(flags & ACK));
		assert_false(pkt.data);
	}
}

static void tcp_sequence_numbers(void **state)
{
	static const u32 numbers[] = {
		0, 1, 0x01020304, 0x7fffffff, 0x80000000, 0xfffefdfc, 0xffffffff,
	};
	u8 header[PGW_TCP_NEED] = { };
	struct pgw_packet pkt;
	size_t i;

	(void)state;
	put16(header + 2, PGW_CONTROL_PORT);
	header[12] = 0x50;
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		put32(header + 4, numbers[i]);
		put32(header + 8, ~numbers[i]);
		header[13] = i % 2 ? ACK : 0;
		pkt = parse_tcp(header, sizeof(header));
		assert_int_equal(pkt.seq, numbers[i]);
		assert_int_equal(pkt.ack, ~numbers[i]);
		assert_int_equal(pkt.acknowledges, i % 2);
	}
}

/* CVE-2025-38574: the kernel's PPTP driver read more of a packet than there was. */
static void gre_cut_at_each_length_cve_2025_38574(void **state)
{
	static const u8 header[PGW_GRE_NEED] = {
		0x30, 0x81, 0x88, 0x0b, 0x00, 0x04, 0x12, 0x34,
	};
	size_t len;

	(void)state;
	for (len = 0; len < sizeof(header); len++)
		assert_only_kind(parse_gre(header, len), PGW_GRE_SHORT);
	assert_int_equal(parse_gre(header, len).kind, PGW_GRE);
}

static void gre_cut_of_others_is_short_too(void **state)
{
	size_t len;

	(void)state;
	for (len = 0; len < PGW_GRE_NEED; len++)
		assert_only_kind(parse_gre(zeroes, len), PGW_GRE_SHORT);
	assert_only_kind(parse_gre(zeroes, len), PGW_GRE_NOT_PPTP);
}

static void gre_longer_than_its_header(void **state)
{
	u8 packet[sizeof(zeroes)] = { };
	size_t len;

	(void)state;
	put16(packet, PPTP_GRE);
	put16(packet + 2, PPP);
	put16(packet + 6, 0xbeef);
	for (len = PGW_GRE_NEED; len <= sizeof(packet); len++)
		assert_only_kind(parse_gre(packet, len), PGW_GRE);
}

static void gre_each_version(void **state)
{
	u16 version;

	(void)state;
	for (version = 0; version < 8; version++) {
		u16 flags = (PPTP_GRE & ~7) | version;

		if (version == 1)
			assert_int_equal(gre(flags, PPP, 1).kind, PGW_GRE);
		else
			assert_only_kind(gre(flags, PPP, 1), PGW_GRE_NOT_PPTP);
	}
}

static void gre_other_protocols(void **state)
{
	static const u16 protocols[] = {
		0x0000, 0x0800, 0x0b88, 0x6558, 0x86dd,
		0x880a, 0x880c, 0x890b, 0x080b, 0x8800, 0xffff,
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		assert_only_kind(gre(PPTP_GRE, protocols[i], 1),
				 PGW_GRE_NOT_PPTP);
}

static void gre_without_a_key(void **state)
{
	(void)state;
	assert_only_kind(gre(0x0001, PPP, 1), PGW_GRE_NOT_PPTP);
	assert_only_kind(gre(0xdff9, PPP, 1), PGW_GRE_NOT_PPTP);
}

/* An acknowledgment alone: S = 0, A = 1, no payload. */
static void gre_ack_only(void **state)
{
	static const u8 packet[] = {
		0x20, 0x81, 0x88, 0x0b, 0x00, 0x00, 0xca, 0x11,
		0x00, 0x00, 0x00, 0x07,
	};

	(void)state;
	assert_only_kind(parse_gre(packet, sizeof(packet)), PGW_GRE);
}

/* Only the key bit and the version tell PPTP's GRE; all else may vary. */
static void gre_each_flag_word(void **state)
{
	enum pgw_kind kind;
	u32 flags;

	(void)state;
	for (flags = 0; flags <= 0xffff; flags++) {
		kind = (flags & 0x2007) == PPTP_GRE ? PGW_GRE :
						      PGW_GRE_NOT_PPTP;
		assert_int_equal(gre(flags, PPP, 1).kind, kind);
	}
}

static void gre_each_call_id(void **state)
{
	u32 call_id;

	(void)state;
	for (call_id = 0; call_id <= 0xffff; call_id++)
		assert_only_kind(gre(PPTP_GRE, PPP, call_id), PGW_GRE);
}

static void check_random(struct pgw_packet pkt)
{
	assert_in_range(pkt.kind, PGW_FOREIGN, PGW_TCP_SHORT);
	if (pkt.kind == PGW_CONTROL) {
		assert_true(pkt.to_server || pkt.from_server);
		assert_in_range(pkt.header, 20, 60);
	}
}

/* Half the headers are made to look like ours, else few would get far. */
static void random_bytes_are_classified(void **state)
{
	unsigned int control = 0, calls = 0, i;
	u8 header[PGW_TCP_NEED];
	struct pgw_packet pkt;
	u32 seed = 1723;
	size_t len;

	(void)state;
	for (i = 0; i < 200000; i++) {
		random_bytes(&seed, header, sizeof(header));
		len = random32(&seed) % (sizeof(header) + 1);
		if (i % 2)
			put16(header + 2, i % 4 == 1 ? PGW_CONTROL_PORT : PPP);
		pkt = parse_tcp(header, len);
		check_random(pkt);
		control += pkt.kind == PGW_CONTROL;
		pkt = parse_gre(header, len);
		check_random(pkt);
		calls += pkt.kind == PGW_GRE;
	}
	assert_in_range(control, 1, i);
	assert_in_range(calls, 1, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_cut_at_each_length),
		cmocka_unit_test(tcp_longer_than_its_header),
		cmocka_unit_test(tcp_ports),
		cmocka_unit_test(tcp_each_data_offset),
		cmocka_unit_test(tcp_of_others_is_foreign_however_odd),
		cmocka_unit_test(tcp_each_flag_byte),
		cmocka_unit_test(tcp_sequence_numbers),
		cmocka_unit_test(gre_cut_at_each_length_cve_2025_38574),
		cmocka_unit_test(gre_cut_of_others_is_short_too),
		cmocka_unit_test(gre_longer_than_its_header),
		cmocka_unit_test(gre_each_version),
		cmocka_unit_test(gre_other_protocols),
		cmocka_unit_test(gre_without_a_key),
		cmocka_unit_test(gre_ack_only),
		cmocka_unit_test(gre_each_flag_word),
		cmocka_unit_test(gre_each_call_id),
		cmocka_unit_test(random_bytes_are_classified),
	};

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
