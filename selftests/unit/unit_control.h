/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests of module/ctrlmsg.c share: messages of each type.
 */
#ifndef UNIT_CONTROL_H
#define UNIT_CONTROL_H

#include "unit.h"

#include "ctrlmsg.h"

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
	enum pgw_ctrlmsg_event event;
} kinds[] = {
	{ 156,	1,		12,	PGW_CTRLMSG_OTHER },
	{ 156,	2,		12,	PGW_CTRLMSG_OTHER },
	{ 16,	3,		12,	PGW_CTRLMSG_OTHER },
	{ 16,	4,		12,	PGW_CTRLMSG_OTHER },
	{ 16,	ECHO_REQUEST,	12,	PGW_CTRLMSG_OTHER },
	{ 20,	6,		12,	PGW_CTRLMSG_OTHER },
	{ 168,	CALL_REQUEST,	14,	PGW_CALL_REQUESTED },
	{ 32,	CALL_REPLY,	17,	PGW_CALL_OPENED },
	{ 220,	9,		12,	PGW_CTRLMSG_OTHER },
	{ 24,	10,		12,	PGW_CTRLMSG_OTHER },
	{ 28,	11,		12,	PGW_CTRLMSG_OTHER },
	{ 16,	CALL_CLEAR,	14,	PGW_CALL_CLEARED },
	{ 148,	CALL_NOTIFY,	14,	PGW_CALL_CLOSED },
	{ 40,	14,		12,	PGW_CTRLMSG_OTHER },
	{ 24,	SET_LINK_INFO,	12,	PGW_CTRLMSG_OTHER },
};

/* A message of @kind at @p, filled so that each field differs from the next. */
static inline void put_message(u8 *p, const struct kind *kind)
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

static inline const struct kind *kind_of(u8 type)
{
	return &kinds[type - 1];
}

static inline bool parse(const u8 *p, u32 readable, u32 left,
			 struct pgw_ctrlmsg *msg)
{
	u8 *copy = exact_copy(p, readable);
	bool whole;

	memset(msg, 0xa5, sizeof(*msg));
	whole = pgw_ctrlmsg_parse(copy, readable, left, msg);
	exact_free(copy);
	return whole;
}

/* As the module calls it: no more is readable than the parser asks for. */
static inline bool parse_segment(const u8 *p, u32 left, struct pgw_ctrlmsg *msg)
{
	return parse(p, left < PGW_CTRLMSG_NEED ? left : PGW_CTRLMSG_NEED,
		     left, msg);
}

static inline void assert_message(const struct pgw_ctrlmsg *msg,
				  const struct kind *kind)
{
	bool call = kind->event != PGW_CTRLMSG_OTHER;
	bool reply = kind->event == PGW_CALL_OPENED;

	assert_int_equal(msg->event, kind->event);
	assert_int_equal(msg->length, kind->size);
	assert_int_equal(msg->call_id, call ? CALL_ID : 0);
	assert_int_equal(msg->peer_call_id, reply ? PEER_CALL_ID : 0);
}

#endif /* UNIT_CONTROL_H */
