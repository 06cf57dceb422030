// SPDX-License-Identifier: GPL-2.0
/*
 * One PPTP control message -> what happened to a call. The length field comes
 * from the network: it is checked against what is there before it is used.
 */
#include "ctrlmsg.h"

#define CONTROL_HEADER		12	/* RFC 2637, section 1.4 */
#define CONTROL_MESSAGE		1
#define CONTROL_MAGIC		0x1a2b3c4d

#define OUTGOING_CALL_REQUEST	7
#define OUTGOING_CALL_REPLY	8
#define CALL_CLEAR_REQUEST	12
#define CALL_DISCONNECT_NOTIFY	13

#define RESULT_CONNECTED	1

/* What a message type means for a call, and the bytes it needs for that. */
static enum pgw_ctrlmsg_event control_event(const u8 *p, u16 *need)
{
	*need = 14;
	switch (pgw_get16(p + 8)) {
	case OUTGOING_CALL_REQUEST:
		return PGW_CALL_REQUESTED;
	case OUTGOING_CALL_REPLY:
		*need = PGW_CTRLMSG_NEED;
		return PGW_CALL_OPENED;
	case CALL_CLEAR_REQUEST:
		return PGW_CALL_CLEARED;
	case CALL_DISCONNECT_NOTIFY:
		return PGW_CALL_CLOSED;
	default:
		*need = CONTROL_HEADER;
		return PGW_CTRLMSG_OTHER;
	}
}

/**
 * pgw_ctrlmsg_parse - parse the control message at @p
 * @p: start of the message
 * @readable: bytes readable at @p; PGW_CTRLMSG_NEED of them are enough
 * @left: bytes of the segment from @p on
 * @msg: result
 *
 * Return: true if it is a whole, valid message; its length is never 0 and never more
 * than @left, so that a caller's loop ends.
 */
bool pgw_ctrlmsg_parse(const u8 *p, u32 readable, u32 left,
		       struct pgw_ctrlmsg *msg)
{
	u16 need;

	*msg = (struct pgw_ctrlmsg){ .event = PGW_CTRLMSG_OTHER };
	if (readable < CONTROL_HEADER)
		return false;
	msg->length = pgw_get16(p);
	if (msg->length < CONTROL_HEADER || msg->length > left ||
	    pgw_get16(p + 2) != CONTROL_MESSAGE ||
	    pgw_get32(p + 4) != CONTROL_MAGIC)
		return false;

	msg->event = control_event(p, &need);
	if (msg->length < need || readable < need)
		return false;
	if (msg->event == PGW_CTRLMSG_OTHER)
		return true;

	msg->call_id = pgw_get16(p + 12);
	if (msg->event == PGW_CALL_OPENED) {
		msg->peer_call_id = pgw_get16(p + 14);
		if (p[16] != RESULT_CONNECTED)
			msg->event = PGW_CALL_REFUSED;
	}
	return true;
}
