/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One PPTP control message -> call opened, answered, closed. Pure, like
 * packet.h.
 */
#ifndef PGW_CONTROL_H
#define PGW_CONTROL_H

#include "packet.h"

/* The largest prefix of a message that pgw_control_parse() looks at. */
#define PGW_CONTROL_NEED	17

/* More messages than this in one segment are not followed. */
#define PGW_CONTROL_BURST	8

/**
 * enum pgw_control_event - what a control message means to a call
 * @PGW_CONTROL_OTHER: nothing
 * @PGW_CALL_REQUESTED: Outgoing-Call-Request (RFC 2637, section 2.7)
 * @PGW_CALL_OPENED: Outgoing-Call-Reply that grants it (section 2.8)
 * @PGW_CALL_REFUSED: Outgoing-Call-Reply that does not
 * @PGW_CALL_CLEARED: Call-Clear-Request (section 2.12)
 * @PGW_CALL_CLOSED: Call-Disconnect-Notify (section 2.13)
 */
enum pgw_control_event {
	PGW_CONTROL_OTHER,
	PGW_CALL_REQUESTED,
	PGW_CALL_OPENED,
	PGW_CALL_REFUSED,
	PGW_CALL_CLEARED,
	PGW_CALL_CLOSED,
};

/**
 * struct pgw_control - a parsed control message
 * @event: what it means to a call
 * @length: bytes of the message, at least 12 and at most what was there
 * @call_id: call ID that the sender assigned; 0 for PGW_CONTROL_OTHER
 * @peer_call_id: PGW_CALL_OPENED, PGW_CALL_REFUSED: the requester's call ID
 */
struct pgw_control {
	enum pgw_control_event event;
	u16 length;
	u16 call_id;
	u16 peer_call_id;
};

bool pgw_control_parse(const u8 *p, u32 readable, u32 left,
		       struct pgw_control *msg);

#endif /* PGW_CONTROL_H */
