// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/ctrlmsg.c: lengths that lie, and segments of several
 * messages.
 */
#include "unit_control.h"

/* A message may claim to end before the fields of its type do. */
static void length_less_than_the_type_needs(void **state)
{
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	u16 length;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		put_message(p, &kinds[i]);
		for (length = 0; length <= kinds[i].size; length++) {
			put16(p, length);
			assert_int_equal(parse_segment(p, SEGMENT, &msg),
					 length >= kinds[i].need);
		}
	}
}

static void length_more_than_is_left(void **state)
{
	static const u16 lengths[] = { 33, 34, 0x0100, 0x2000, 0xfffe, 0xffff };
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	size_t i;

	(void)state;
	put_message(p, kind_of(CALL_REPLY));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		put16(p, lengths[i]);
		assert_false(parse(p, 32, 32, &msg));
		assert_false(parse_segment(p, lengths[i] - 1, &msg));
		assert_true(parse_segment(p, lengths[i], &msg));
		assert_int_equal(msg.length, lengths[i]);
		assert_true(parse_segment(p, 0x10000, &msg));
		assert_int_equal(msg.length, lengths[i]);
		assert_true(parse_segment(p, 0xffffffff, &msg));
	}
}

/* What became of a segment that was followed to its end. */
struct walk {
	unsigned int steps;
	u32 left;
	enum pgw_ctrlmsg_event events[SEGMENT / HEADER];
};

/* The loop of a caller, without the limit that the module puts on it. */
static struct walk walk(const u8 *p, u32 left)
{
	struct walk walk = { .left = left };
	struct pgw_ctrlmsg msg;

	while (walk.left && parse_segment(p, walk.left, &msg)) {
		assert_in_range(walk.steps, 0, ARRAY_SIZE(walk.events) - 1);
		walk.events[walk.steps++] = msg.event;
		walk.left -= msg.length;
		p += msg.length;
	}
	return walk;
}

static void several_messages_in_a_row(void **state)
{
	u8 p[SEGMENT] = { };
	struct walk w;
	u32 len = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		put_message(p + len, &kinds[i]);
		len += kinds[i].size;
	}
	w = walk(p, len);
	assert_int_equal(w.left, 0);
	assert_int_equal(w.steps, ARRAY_SIZE(kinds));
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		assert_int_equal(w.events[i], kinds[i].event);

	/* Without its last byte the last message is left, and only that. */
	w = walk(p, len - 1);
	assert_int_equal(w.left, kind_of(SET_LINK_INFO)->size - 1);
	assert_int_equal(w.steps, ARRAY_SIZE(kinds) - 1);
}

static void smallest_messages_fill_a_segment(void **state)
{
	const struct kind smallest = { .size = HEADER, .type = ECHO_REQUEST };
	u8 message[SEGMENT], p[SEGMENT];
	struct walk w;
	u32 len;

	(void)state;
	put_message(message, &smallest);
	for (len = 0; len + HEADER <= sizeof(p); len += HEADER)
		memcpy(p + len, message, HEADER);
	w = walk(p, len);
	assert_int_equal(w.steps, SEGMENT / HEADER);
	assert_int_equal(w.left, 0);
}

static void garbage_after_a_message_ends_the_walk(void **state)
{
	u8 p[SEGMENT];
	struct walk w;

	(void)state;
	memset(p, 0xff, sizeof(p));
	put_message(p, kind_of(CALL_NOTIFY));
	w = walk(p, sizeof(p));
	assert_int_equal(w.steps, 1);
	assert_int_equal(w.events[0], PGW_CALL_CLOSED);
	assert_int_equal(w.left, sizeof(p) - kind_of(CALL_NOTIFY)->size);
}

/*
 * PoPToP took the header's size off a smaller length and read on for as many
 * bytes as an unsigned number has.
 */
static void length_underflow_cve_2003_0213(void **state)
{
	struct pgw_ctrlmsg msg;
	u8 p[SEGMENT];
	u16 length;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		put_message(p, &kinds[i]);
		for (length = 0; length < HEADER; length++) {
			put16(p, length);
			assert_false(parse(p, kinds[i].size, kinds[i].size,
					   &msg));
			assert_false(parse_segment(p, length, &msg));
			assert_int_equal(walk(p, kinds[i].size).steps, 0);
		}
	}
}

/* A message of length 0 is followed by itself, for ever. */
static void length_0_does_not_stall(void **state)
{
	static const u8 zeroes[SEGMENT];
	u8 p[SEGMENT] = { };
	struct walk w;

	(void)state;
	put_message(p, kind_of(ECHO_REQUEST));
	put_message(p + 16, kind_of(ECHO_REQUEST));
	put16(p + 16, 0);
	w = walk(p, sizeof(p));
	assert_int_equal(w.steps, 1);
	assert_int_equal(w.left, sizeof(p) - 16);
	assert_int_equal(walk(zeroes, sizeof(zeroes)).steps, 0);
}

static void random_message(u32 *seed, u8 *p, u32 len)
{
	struct kind kind;
	u32 dice = random32(seed) >> 8;

	random_bytes(seed, p, len);
	if (dice % 4 == 0)
		return;
	kind = kinds[(dice >> 2) % ARRAY_SIZE(kinds)];
	kind.size = dice % 4 == 1 ? random32(seed) >> 16 :
				    random32(seed) % (2 * HEADER);
	put16(p, kind.size);
	put16(p + 2, 1);
	put32(p + 4, MAGIC);
	put16(p + 8, kind.type);
}

/* Three of four have a valid header but for the length, which is any. */
static void million_random_messages(void **state)
{
	unsigned int whole = 0, i;
	struct pgw_ctrlmsg msg;
	u8 p[2 * HEADER];
	u32 seed = 2637;
	u32 readable;
	u32 left;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		random_message(&seed, p, sizeof(p));
		readable = random32(&seed) % (sizeof(p) + 1);
		left = random32(&seed) % (i % 2 ? sizeof(p) : 0x10000);
		if (!parse(p, readable, left, &msg))
			continue;
		whole++;
		assert_in_range(msg.length, HEADER, left);
		assert_in_range(msg.event, PGW_CTRLMSG_OTHER, PGW_CALL_CLOSED);
		if (msg.event == PGW_CTRLMSG_OTHER)
			assert_int_equal(msg.call_id, 0);
	}
	assert_in_range(whole, 1, i - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(length_less_than_the_type_needs),
		cmocka_unit_test(length_more_than_is_left),
		cmocka_unit_test(several_messages_in_a_row),
		cmocka_unit_test(smallest_messages_fill_a_segment),
		cmocka_unit_test(garbage_after_a_message_ends_the_walk),
		cmocka_unit_test(length_underflow_cve_2003_0213),
		cmocka_unit_test(length_0_does_not_stall),
		cmocka_unit_test(million_random_messages),
	};

	return cmocka_run_group_tests_name("control_length", tests, NULL, NULL);
}
