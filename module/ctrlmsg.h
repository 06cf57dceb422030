/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One PPTP control message -> call opened, answered, closed. Pure, like
 * packet.h.
 */
#ifndef PGW_CTRLMSG_H
#define PGW_CTRLMSG_H

#include "packet.h"

/* The largest prefix of a message that pgw_ctrlmsg_parse() looks at. */
#define PGW_CTRLMSG_NEED	17

/* More messages than this in one segment are not followed. */
#define PGW_CTRLMSG_BURST	8

/**
 * enum pgw_ctrlmsg_event - what a control message means to a call
 * @PGW_CTRLMSG_OTHER: nothing
 * @PGW_CALL_REQUESTED: Outgoing-Call-Request (RFC 2637, section 2.7)
 * @PGW_CALL_OPENED: Outgoing-Call-Reply that grants it (section 2.8)
 * @PGW_CALL_REFUSED: Outgoing-Call-Reply that does not
 * @PGW_CALL_CLEARED: Call-Clear-Request (section 2.12)
 * @PGW_CALL_CLOSED: Call-Disconnect-Notify (section 2.13)
 */
enum pgw_ctrlmsg_event {
	PGW_CTRLMSG_OTHER,
	PGW_CALL_REQUESTED,
	PGW_CALL_OPENED,
	PGW_CALL_REFUSED,
	PGW_CALL_CLEARED,
	PGW_CALL_CLOSED,
};

/**
 * struct pgw_ctrlmsg - a parsed control message
 * @event: what it means to a call
 * @length: bytes of the message, at least 12 and at most what was there
 * @call_id: call ID that the sender assigned; 0 for PGW_CTRLMSG_OTHER
 * @peer_call_id: PGW_CALL_OPENED, PGW_CALL_REFUSED: the requester's call ID
 */
struct pgw_ctrlmsg {
	enum pgw_ctrlmsg_event event;
	u16 length;
	u16 call_id;
	u16 peer_call_id;
};

bool pgw_ctrlmsg_parse(const u8 *p, u32 readable, u32 left,
		       struct pgw_ctrlmsg *msg);

#endif /* PGW_CTRLMSG_H */
