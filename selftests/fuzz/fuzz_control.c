// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as the data of a segment of a control connection, followed
 * message by message as the module does, for module/ctrlmsg.c. The walk ends, and inside
 * the segment.
 */
#include "promise.h"

#include "ctrlmsg.h"

#define HEADER	12	/* of a message (RFC 2637, section 1.4) */

/* What is readable after the part that is needed changes nothing. */
static bool parse(const u8 *p, u32 left, struct pgw_ctrlmsg *msg)
{
	u32 need = left < PGW_CTRLMSG_NEED ? left : PGW_CTRLMSG_NEED;
	struct pgw_ctrlmsg again;
	bool whole;

	whole = pgw_ctrlmsg_parse(p, need, left, msg);
	promise(whole == pgw_ctrlmsg_parse(p, left, left, &again));
	promise(msg->event == again.event && msg->length == again.length);
	promise(msg->call_id == again.call_id);
	promise(msg->peer_call_id == again.peer_call_id);
	return whole;
}

static void check(const struct pgw_ctrlmsg *msg, u32 left)
{
	promise(msg->length >= HEADER && msg->length <= left);
	promise(msg->event <= PGW_CALL_CLOSED);
	if (msg->event == PGW_CTRLMSG_OTHER)
		promise(!msg->call_id && !msg->peer_call_id);
}

int fuzz_one(const __u8 *data, size_t size)
{
	struct pgw_ctrlmsg msg;
	size_t offset, steps = 0;

	for (offset = 0; offset < size; offset += msg.length) {
		if (!parse(data + offset, size - offset, &msg))
			break;
		check(&msg, size - offset);
		promise(++steps <= size / HEADER);
	}
	return 0;
}
