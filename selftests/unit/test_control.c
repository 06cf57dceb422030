// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/ctrlmsg.c: one PPTP control message -> what happened
 * to a call. Section numbers are those of RFC 2637.
 */
#include "unit_control.h"

static void each_type_has_its_event(void **state)
{
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		assert_int_equal(kinds[i].type, i + 1);
		put_message(p, &kinds[i]);
		assert_true(parse(p, kinds[i].size, kinds[i].size, &msg));
		assert_message(&msg, &kinds[i]);
		assert_true(parse_segment(p, kinds[i].size, &msg));
		assert_message(&msg, &kinds[i]);
	}
}

static void unknown_types_mean_nothing(void **state)
{
	static const u16 types[] = {
		0, 16, 17, 255, 256, 0x0700, 0x0800, 0x0107, 0x8008, 65535,
	};
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	size_t i;

	(void)state;
	put_message(p, kind_of(CALL_REPLY));
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		put16(p + 8, types[i]);
		assert_true(parse(p, 32, 32, &msg));
		assert_int_equal(msg.event, PGW_CTRLMSG_OTHER);
		assert_int_equal(msg.length, 32);
		assert_int_equal(msg.call_id, 0);
		assert_int_equal(msg.peer_call_id, 0);
	}
}

/* Section 2.8: 1 connected, 2 to 7 reasons why not, the rest undefined. */
static void reply_opens_a_call_by_result_1_only(void **state)
{
	struct pgw_ctrlmsg msg;
	unsigned int result;
	u8 p[SEGMENT];

	(void)state;
	put_message(p, kind_of(CALL_REPLY));
	for (result = 0; result < 256; result++) {
		p[16] = result;
		assert_true(parse_segment(p, 32, &msg));
		assert_int_equal(msg.event, result == 1 ? PGW_CALL_OPENED :
							  PGW_CALL_REFUSED);
		assert_int_equal(msg.call_id, CALL_ID);
		assert_int_equal(msg.peer_call_id, PEER_CALL_ID);
	}
}

static void call_ids_are_read_in_network_order(void **state)
{
	static const u16 ids[] = { 0, 1, 0x00ff, 0x0100, 0xff00, 0xffff };
	static const u8 types[] = {
		CALL_REQUEST, CALL_REPLY, CALL_CLEAR, CALL_NOTIFY,
	};
	const struct kind *kind;
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(types) * ARRAY_SIZE(ids); i++) {
		kind = kind_of(types[i / ARRAY_SIZE(ids)]);
		j = i % ARRAY_SIZE(ids);
		put_message(p, kind);
		put16(p + 12, ids[j]);
		put16(p + 14, (u16)~ids[j]);
		assert_true(parse_segment(p, kind->size, &msg));
		assert_int_equal(msg.call_id, ids[j]);
		assert_int_equal(msg.peer_call_id,
				 kind->type == CALL_REPLY ? (u16)~ids[j] : 0);
	}
}

static void reserved_word_is_not_looked_at(void **state)
{
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];

	(void)state;
	put_message(p, kind_of(CALL_REPLY));
	put16(p + 10, 0xffff);
	assert_true(parse_segment(p, 32, &msg));
	assert_message(&msg, kind_of(CALL_REPLY));
}

static void each_bit_of_the_magic_counts(void **state)
{
	struct pgw_ctrlmsg msg;
	unsigned int bit;
	u8 p[SEGMENT];

	(void)state;
	put_message(p, kind_of(ECHO_REQUEST));
	for (bit = 0; bit < 32; bit++) {
		put32(p + 4, MAGIC ^ 1u << bit);
		assert_false(parse(p, 16, 16, &msg));
	}
	put32(p + 4, MAGIC);
	assert_true(parse(p, 16, 16, &msg));
}

/* Type 2 is a management message, which nobody defined. */
static void only_control_messages_are_read(void **state)
{
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	u32 type;

	(void)state;
	put_message(p, kind_of(ECHO_REQUEST));
	for (type = 0; type <= 0xffff; type++) {
		put16(p + 2, type);
		assert_int_equal(parse(p, 16, 16, &msg), type == 1);
	}
}

static void truncated_by_readable(void **state)
{
	const struct kind *kind;
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	u32 readable;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		kind = &kinds[i];
		put_message(p, kind);
		for (readable = 0; readable < kind->need; readable++)
			assert_false(parse(p, readable, kind->size, &msg));
		for (; readable <= kind->size; readable++) {
			assert_true(parse(p, readable, kind->size, &msg));
			assert_message(&msg, kind);
		}
	}
}

static void truncated_by_the_segment(void **state)
{
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	size_t i;
	u32 left;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		put_message(p, &kinds[i]);
		for (left = 0; left < kinds[i].size; left++)
			assert_false(parse_segment(p, left, &msg));
		assert_true(parse_segment(p, left, &msg));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_has_its_event),
		cmocka_unit_test(unknown_types_mean_nothing),
		cmocka_unit_test(reply_opens_a_call_by_result_1_only),
		cmocka_unit_test(call_ids_are_read_in_network_order),
		cmocka_unit_test(reserved_word_is_not_looked_at),
		cmocka_unit_test(each_bit_of_the_magic_counts),
		cmocka_unit_test(only_control_messages_are_read),
		cmocka_unit_test(truncated_by_readable),
		cmocka_unit_test(truncated_by_the_segment),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
