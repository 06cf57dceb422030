// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of module/control.c: one PPTP control message -> what happened
 * to a call. Section numbers are those of RFC 2637.
 */
#include "unit.h"

#include "control.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define HEADER		12
#define MAGIC		0x1a2b3c4d
#define SEGMENT		1460

/* Message types that mean something to a call, and two that do not. */
#define ECHO_REQUEST	5
#define CALL_REQUEST	7
#define CALL_REPLY	8
#define CALL_CLEAR	12
#define CALL_NOTIFY	13
#define SET_LINK_INFO	15

#define CALL_ID		0x1122
#define PEER_CALL_ID	0x3344

/**
 * struct kind - a type of control message
 * @size: its length as the RFC has it
 * @type: control message type
 * @need: how much of it must be there
 * @event: what it means to a call
 */
static const struct kind {
	u16 size;
	u8 type;
	u8 need;
	enum pgw_control_event event;
} kinds[] = {
	{ 156,	1,		12,	PGW_CONTROL_OTHER },
	{ 156,	2,		12,	PGW_CONTROL_OTHER },
	{ 16,	3,		12,	PGW_CONTROL_OTHER },
	{ 16,	4,		12,	PGW_CONTROL_OTHER },
	{ 16,	ECHO_REQUEST,	12,	PGW_CONTROL_OTHER },
	{ 20,	6,		12,	PGW_CONTROL_OTHER },
	{ 168,	CALL_REQUEST,	14,	PGW_CALL_REQUESTED },
	{ 32,	CALL_REPLY,	17,	PGW_CALL_OPENED },
	{ 220,	9,		12,	PGW_CONTROL_OTHER },
	{ 24,	10,		12,	PGW_CONTROL_OTHER },
	{ 28,	11,		12,	PGW_CONTROL_OTHER },
	{ 16,	CALL_CLEAR,	14,	PGW_CALL_CLEARED },
	{ 148,	CALL_NOTIFY,	14,	PGW_CALL_CLOSED },
	{ 40,	14,		12,	PGW_CONTROL_OTHER },
	{ 24,	SET_LINK_INFO,	12,	PGW_CONTROL_OTHER },
};

/* A message of @kind at @p, filled so that each field differs from the next. */
static void put_message(u8 *p, const struct kind *kind)
{
	u16 i;

	for (i = 0; i < kind->size; i++)
		p[i] = 0x80 + i % 0x80;
	put16(p, kind->size);
	put16(p + 2, 1);
	put32(p + 4, MAGIC);
	put16(p + 8, kind->type);
	put16(p + 10, 0);
	put16(p + 12, CALL_ID);
	put16(p + 14, PEER_CALL_ID);
	if (kind->type == CALL_REPLY)
		p[16] = 1;
}

static const struct kind *kind_of(u8 type)
{
	return &kinds[type - 1];
}

static bool parse(const u8 *p, u32 readable, u32 left, struct pgw_control *msg)
{
	u8 *copy = exact_copy(p, readable);
	bool whole;

	memset(msg, 0xa5, sizeof(*msg));
	whole = pgw_control_parse(copy, readable, left, msg);
	exact_free(copy);
	return whole;
}

/* As the module calls it: no more is readable than the parser asks for. */
static bool parse_segment(const u8 *p, u32 left, struct pgw_control *msg)
{
	return parse(p, left < PGW_CONTROL_NEED ? left : PGW_CONTROL_NEED,
		     left, msg);
}

static void assert_message(const struct pgw_control *msg,
			   const struct kind *kind)
{
	bool call = kind->event != PGW_CONTROL_OTHER;
	bool reply = kind->event == PGW_CALL_OPENED;

	assert_int_equal(msg->event, kind->event);
	assert_int_equal(msg->length, kind->size);
	assert_int_equal(msg->call_id, call ? CALL_ID : 0);
	assert_int_equal(msg->peer_call_id, reply ? PEER_CALL_ID : 0);
}

static void each_type_has_its_event(void **state)
{
	struct pgw_control msg;
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
	struct pgw_control msg;
	u8 p[SEGMENT];
	size_t i;

	(void)state;
	put_message(p, kind_of(CALL_REPLY));
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		put16(p + 8, types[i]);
		assert_true(parse(p, 32, 32, &msg));
		assert_int_equal(msg.event, PGW_CONTROL_OTHER);
		assert_int_equal(msg.length, 32);
		assert_int_equal(msg.call_id, 0);
		assert_int_equal(msg.peer_call_id, 0);
	}
}

/* Section 2.8: 1 connected, 2 to 7 reasons why not, the rest undefined. */
static void reply_opens_a_call_by_result_1_only(void **state)
{
	struct pgw_control msg;
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
	struct pgw_control msg;
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
	struct pgw_control msg;
	u8 p[SEGMENT];

	(void)state;
	put_message(p, kind_of(CALL_REPLY));
	put16(p + 10, 0xffff);
	assert_true(parse_segment(p, 32, &msg));
	assert_message(&msg, kind_of(CALL_REPLY));
}

static void each_bit_of_the_magic_counts(void **state)
{
	struct pgw_control msg;
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
	struct pgw_control msg;
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
	struct pgw_control msg;
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
	struct pgw_control msg;
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

/* A message may claim to end before the fields of its type do. */
static void length_less_than_the_type_needs(void **state)
{
	struct pgw_control msg;
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
	struct pgw_control msg;
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
	enum pgw_control_event events[SEGMENT / HEADER];
};

/* The loop of a caller, without the limit that the module puts on it. */
static struct walk walk(const u8 *p, u32 left)
{
	struct walk walk = { .left = left };
	struct pgw_control msg;

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
	u8 p[SEGMENT];
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
	struct pgw_control msg;
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
	struct pgw_control msg;
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
		assert_in_range(msg.event, PGW_CONTROL_OTHER, PGW_CALL_CLOSED);
		if (msg.event == PGW_CONTROL_OTHER)
			assert_int_equal(msg.call_id, 0);
	}
	assert_in_range(whole, 1, i - 1);
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
		cmocka_unit_test(length_less_than_the_type_needs),
		cmocka_unit_test(length_more_than_is_left),
		cmocka_unit_test(several_messages_in_a_row),
		cmocka_unit_test(smallest_messages_fill_a_segment),
		cmocka_unit_test(garbage_after_a_message_ends_the_walk),
		cmocka_unit_test(length_underflow_cve_2003_0213),
		cmocka_unit_test(length_0_does_not_stall),
		cmocka_unit_test(million_random_messages),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
