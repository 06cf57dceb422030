/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The generic netlink family "pptpgw", version 1. What
 * Documentation/netlink/specs/pptpgw.yaml says for programs, in C.
 *
 * A request acts on the network namespace of its socket. All addresses are
 * IPv4, in network byte order; all times are milliseconds; counters are 64-bit,
 * other numbers 32-bit.
 *
 * command        | does       | request                    | answer, or part of one
 * ---------------|------------|----------------------------|-----------------------
 * DEV_GET        | do         | DEV_IFINDEX or DEV_IFNAME  | DEV_*
 *                | dump       | none                       | DEV_*
 * DEV_SET        | do, admin  | the same, and DEV_ROLE,    | none
 *                |            | DEV_POLICY, DEV_UNROUTABLE,|
 *                |            | DEV_GUARD                  |
 * TUNNEL_GET     | dump,admin | TUNNEL_INGRESS_IFINDEX,    | TUNNEL_*
 *                |            | TUNNEL_CLIENT and          |
 *                |            | TUNNEL_LOCAL to select     |
 * TUNNEL_FLUSH   | do, admin  | the same                   | TUNNEL_COUNT
 * STATS_GET      | do         | none                       | STATS_COUNTERS,
 *                |            |                            | STATS_PEERS
 * EXPLAIN        | do, admin  | EXPLAIN_CLIENT,            | EXPLAIN_*
 *                |            | EXPLAIN_LOCAL              |
 * EVENT          | multicast, |                            | EVENT_*
 *                | admin      |                            |
 *
 * "admin" needs CAP_NET_ADMIN in the user namespace that owns the network
 * namespace; for the multicast group, to join it. A setting that is not given
 * stays as it is; if one is refused, none is changed. A refusal by the module has
 * an extack message. An attribute that a command does not take is refused, and so
 * is the address 0.0.0.0. What a selection leaves of a dump has the flag
 * NLM_F_DUMP_FILTERED, to the last message.
 *
 * Events are numbered in the order in which they are sent, by network namespace.
 * A listener that finds a gap between two EVENT_SEQ has lost the events between
 * them. The first number it sees means nothing; after 2^32 - 1 comes 0.
 */
#ifndef _UAPI_LINUX_PPTPGW_H
#define _UAPI_LINUX_PPTPGW_H

#define PPTPGW_FAMILY_NAME	"pptpgw"
#define PPTPGW_FAMILY_VERSION	1

#define PPTPGW_MCGRP_EVENTS	"events"

enum pptpgw_role {
	PPTPGW_ROLE_NONE,
	PPTPGW_ROLE_INTERNET,
	PPTPGW_ROLE_CORPORATE,
};

enum pptpgw_policy {
	PPTPGW_POLICY_ENFORCE,
	PPTPGW_POLICY_OBSERVE,
};

enum pptpgw_unroutable {
	PPTPGW_UNROUTABLE_DROP,
	PPTPGW_UNROUTABLE_PASS,
};

enum pptpgw_guard {
	PPTPGW_GUARD_OFF,
	PPTPGW_GUARD_WARN,
	PPTPGW_GUARD_DENY,
};

/* What becomes of a reply. */
enum pptpgw_verdict {
	PPTPGW_VERDICT_STEER,	/* gets the route through its ingress */
	PPTPGW_VERDICT_KEEP,	/* keeps the route it has */
	PPTPGW_VERDICT_DROP,
};

/* Why. The counter of the same name counts such replies. */
enum pptpgw_reason {
	PPTPGW_REASON_STEERED,
	PPTPGW_REASON_ALREADY_RIGHT,
	PPTPGW_REASON_UNROUTABLE_DROPS,
	PPTPGW_REASON_UNROUTABLE_PASSES,
	PPTPGW_REASON_OBSERVED_STEERS,
	PPTPGW_REASON_OBSERVED_DROPS,
	PPTPGW_REASON_NOT_UPLINK,
	PPTPGW_REASON_NO_INGRESS,
	PPTPGW_REASON_INACTIVE,	/* no uplink here: nothing is looked at */
};

/* How the ingress of a client is known. */
enum pptpgw_source {
	PPTPGW_SOURCE_NONE,
	PPTPGW_SOURCE_PEER,
	PPTPGW_SOURCE_HALF_OPEN,
	PPTPGW_SOURCE_ADDRESS,
};

enum pptpgw_event_type {
	PPTPGW_EVENT_TUNNEL_UP,		/* a peer was created */
	PPTPGW_EVENT_TUNNEL_DOWN,	/* it expired or was flushed */
	PPTPGW_EVENT_CALL_OPENED,
	PPTPGW_EVENT_CALL_CLOSED,
	PPTPGW_EVENT_INGRESS_MOVED,
	PPTPGW_EVENT_FIRST_STEER,
	PPTPGW_EVENT_UNROUTABLE,	/* at most one a second and interface */
	PPTPGW_EVENT_TABLE_FULL,	/* likewise */
	PPTPGW_EVENT_GUARD_VIOLATION,	/* a corporate default route is active */
	PPTPGW_EVENT_GUARD_DENIED,	/* one was refused */
	PPTPGW_EVENT_DEV_CHANGED,	/* settings of an interface have changed */
};

enum pptpgw_cmd {
	PPTPGW_CMD_DEV_GET = 1,
	PPTPGW_CMD_DEV_SET,
	PPTPGW_CMD_TUNNEL_GET,
	PPTPGW_CMD_TUNNEL_FLUSH,
	PPTPGW_CMD_STATS_GET,
	PPTPGW_CMD_EXPLAIN,
	PPTPGW_CMD_EVENT,

	__PPTPGW_CMD_MAX,
	PPTPGW_CMD_MAX = (__PPTPGW_CMD_MAX - 1)
};

/**
 * enum pptpgw_counter - what can happen to a packet or a peer
 * @PPTPGW_COUNTER_PAD: none; fills up to the alignment of a 64-bit number
 * @PPTPGW_COUNTER_STEERED: reply given the route through its uplink
 * @PPTPGW_COUNTER_ALREADY_RIGHT: reply the routing table sent through its uplink already
 * @PPTPGW_COUNTER_UNROUTABLE_DROPS: reply dropped, for no route leads through its uplink
 * @PPTPGW_COUNTER_UNROUTABLE_PASSES: the same, but passed as ``unroutable`` says
 * @PPTPGW_COUNTER_OBSERVED_STEERS: reply that ``policy enforce`` would have steered
 * @PPTPGW_COUNTER_OBSERVED_DROPS: reply that ``policy enforce`` would have dropped
 * @PPTPGW_COUNTER_BY_HALF_OPEN: reply whose uplink was known from a half-open note only
 * @PPTPGW_COUNTER_BY_ADDRESS: reply whose uplink was inferred: it owns the source address, or is
 *	the only one
 * @PPTPGW_COUNTER_NOT_UPLINK: reply left to the routing table: its client is corporate
 * @PPTPGW_COUNTER_NO_INGRESS: reply of whose uplink nothing is known: left to the routing table if
 *	that takes an uplink or it need not be ours, else steered by any uplink
 * @PPTPGW_COUNTER_UNSTEERABLE: reply left alone: IPsec, source route, or a route that is
 *	not plain unicast
 * @PPTPGW_COUNTER_NO_MEMORY_DROPS: reply dropped, for no headroom could be allocated
 * @PPTPGW_COUNTER_LEARNED: peer created
 * @PPTPGW_COUNTER_MOVED: peer moved to this ingress
 * @PPTPGW_COUNTER_MOVE_REFUSED: packet of a peer by another interface than its ingress, which
 *	proves nothing
 * @PPTPGW_COUNTER_EXPIRED: peer removed after ``peer_timeout`` without a packet
 * @PPTPGW_COUNTER_TABLE_FULL: proven segment that made no peer: ``max_peers`` or memory reached
 * @PPTPGW_COUNTER_HALF_OPEN: segment of an unknown client that proves nothing, noted as half-open
 * @PPTPGW_COUNTER_CALLS_OPENED: call granted by an Outgoing-Call-Reply
 * @PPTPGW_COUNTER_CALLS_CLOSED: call ended by a Call-Disconnect-Notify, or with its control
 *	connection, by the server or as proven
 * @PPTPGW_COUNTER_CALLS_REFUSED: call that is not kept, as the peer has 128 (8 outside the
 *	initial user namespace), or memory is short
 * @PPTPGW_COUNTER_CONTROL_ODD: control segment that is not whole, valid messages
 * @PPTPGW_COUNTER_GRE_UNKNOWN: GREv1 from a client without a peer
 * @PPTPGW_COUNTER_GRE_OTHER: GRE that is not PPTP's (RFC 2637, section 4.1)
 * @PPTPGW_COUNTER_FRAGMENTS: GRE fragment without the GRE header
 * @PPTPGW_COUNTER_TRUNCATED: packet too short for its GRE or TCP header
 * @PPTPGW_COUNTER_GUARD_WARNED: default route that became active through this corporate
 *	interface
 * @PPTPGW_COUNTER_GUARD_DENIED: default route through this corporate interface that was
 *	refused to the program that asked for it
 *
 * Each is counted at one interface: the ingress where one is known, else the
 * interface the packet came in by or leaves by.
 */
enum pptpgw_counter {
	PPTPGW_COUNTER_PAD = 1,
	PPTPGW_COUNTER_STEERED,
	PPTPGW_COUNTER_ALREADY_RIGHT,
	PPTPGW_COUNTER_UNROUTABLE_DROPS,
	PPTPGW_COUNTER_UNROUTABLE_PASSES,
	PPTPGW_COUNTER_OBSERVED_STEERS,
	PPTPGW_COUNTER_OBSERVED_DROPS,
	PPTPGW_COUNTER_BY_HALF_OPEN,
	PPTPGW_COUNTER_BY_ADDRESS,
	PPTPGW_COUNTER_NOT_UPLINK,
	PPTPGW_COUNTER_NO_INGRESS,
	PPTPGW_COUNTER_UNSTEERABLE,
	PPTPGW_COUNTER_NO_MEMORY_DROPS,
	PPTPGW_COUNTER_LEARNED,
	PPTPGW_COUNTER_MOVED,
	PPTPGW_COUNTER_MOVE_REFUSED,
	PPTPGW_COUNTER_EXPIRED,
	PPTPGW_COUNTER_TABLE_FULL,
	PPTPGW_COUNTER_HALF_OPEN,
	PPTPGW_COUNTER_CALLS_OPENED,
	PPTPGW_COUNTER_CALLS_CLOSED,
	PPTPGW_COUNTER_CALLS_REFUSED,
	PPTPGW_COUNTER_CONTROL_ODD,
	PPTPGW_COUNTER_GRE_UNKNOWN,
	PPTPGW_COUNTER_GRE_OTHER,
	PPTPGW_COUNTER_FRAGMENTS,
	PPTPGW_COUNTER_TRUNCATED,
	PPTPGW_COUNTER_GUARD_WARNED,
	PPTPGW_COUNTER_GUARD_DENIED,

	__PPTPGW_COUNTER_MAX,
	PPTPGW_COUNTER_MAX = (__PPTPGW_COUNTER_MAX - 1)
};

enum pptpgw_dev {
	PPTPGW_A_DEV_IFINDEX = 1,	/* u32 */
	PPTPGW_A_DEV_IFNAME,		/* string */
	PPTPGW_A_DEV_ROLE,		/* u32, enum pptpgw_role */
	PPTPGW_A_DEV_POLICY,		/* u32, enum pptpgw_policy */
	PPTPGW_A_DEV_UNROUTABLE,	/* u32, enum pptpgw_unroutable */
	PPTPGW_A_DEV_PEERS,		/* u32 */
	PPTPGW_A_DEV_COUNTERS,		/* nested, enum pptpgw_counter */
	PPTPGW_A_DEV_GUARD,		/* u32, enum pptpgw_guard */

	__PPTPGW_A_DEV_MAX,
	PPTPGW_A_DEV_MAX = (__PPTPGW_A_DEV_MAX - 1)
};

enum pptpgw_call {
	PPTPGW_A_CALL_CLIENT_CALL_ID = 1,	/* u32, assigned by the client */
	PPTPGW_A_CALL_LOCAL_CALL_ID,		/* u32, assigned by the server */

	__PPTPGW_A_CALL_MAX,
	PPTPGW_A_CALL_MAX = (__PPTPGW_A_CALL_MAX - 1)
};

enum pptpgw_tunnel {
	PPTPGW_A_TUNNEL_PAD = 1,
	PPTPGW_A_TUNNEL_CLIENT,		/* be32 */
	PPTPGW_A_TUNNEL_LOCAL,		/* be32 */
	PPTPGW_A_TUNNEL_INGRESS_IFINDEX, /* u32; absent when the ingress is gone */
	PPTPGW_A_TUNNEL_INGRESS,	/* string, its name; likewise */
	PPTPGW_A_TUNNEL_AGE,		/* u64, ms */
	PPTPGW_A_TUNNEL_IDLE,		/* u64, ms since the client's last packet */
	PPTPGW_A_TUNNEL_RX_PACKETS,	/* u64, from the client */
	PPTPGW_A_TUNNEL_RX_BYTES,	/* u64, IP packets */
	PPTPGW_A_TUNNEL_TX_PACKETS,	/* u64, to the client */
	PPTPGW_A_TUNNEL_TX_BYTES,	/* u64 */
	PPTPGW_A_TUNNEL_STEERED,	/* u64 */
	PPTPGW_A_TUNNEL_MOVED,		/* u32, times it changed its ingress */
	PPTPGW_A_TUNNEL_CALL,		/* nested, enum pptpgw_call; any number */
	PPTPGW_A_TUNNEL_COUNT,		/* u32, answer to TUNNEL_FLUSH */

	__PPTPGW_A_TUNNEL_MAX,
	PPTPGW_A_TUNNEL_MAX = (__PPTPGW_A_TUNNEL_MAX - 1)
};

enum pptpgw_stats {
	PPTPGW_A_STATS_PEERS = 1,	/* u32 */
	PPTPGW_A_STATS_COUNTERS,	/* nested, enum pptpgw_counter */

	__PPTPGW_A_STATS_MAX,
	PPTPGW_A_STATS_MAX = (__PPTPGW_A_STATS_MAX - 1)
};

enum pptpgw_explain {
	PPTPGW_A_EXPLAIN_CLIENT = 1,	/* be32 */
	PPTPGW_A_EXPLAIN_LOCAL,		/* be32 */
	PPTPGW_A_EXPLAIN_VERDICT,	/* u32, enum pptpgw_verdict */
	PPTPGW_A_EXPLAIN_REASON,	/* u32, enum pptpgw_reason */
	PPTPGW_A_EXPLAIN_SOURCE,	/* u32, enum pptpgw_source */
	PPTPGW_A_EXPLAIN_INGRESS,	/* string; absent when unknown or gone */
	PPTPGW_A_EXPLAIN_IDLE,		/* u64, ms; with SOURCE_PEER */
	PPTPGW_A_EXPLAIN_DEV,		/* string: the reply leaves here; not if dropped */
	PPTPGW_A_EXPLAIN_GATEWAY,	/* be32; absent when on link */
	PPTPGW_A_EXPLAIN_TABLE_DEV,	/* string: the routing table's choice */
	PPTPGW_A_EXPLAIN_TABLE_GATEWAY,	/* be32 */
	PPTPGW_A_EXPLAIN_PAD,

	__PPTPGW_A_EXPLAIN_MAX,
	PPTPGW_A_EXPLAIN_MAX = (__PPTPGW_A_EXPLAIN_MAX - 1)
};

enum pptpgw_event {
	PPTPGW_A_EVENT_TYPE = 1,	/* u32, enum pptpgw_event_type */
	PPTPGW_A_EVENT_CLIENT,		/* be32; absent if it concerns no client */
	PPTPGW_A_EVENT_LOCAL,		/* be32; likewise */
	PPTPGW_A_EVENT_INGRESS_IFINDEX,	/* u32; absent when it is gone */
	PPTPGW_A_EVENT_OLD_INGRESS_IFINDEX, /* u32, INGRESS_MOVED */
	PPTPGW_A_EVENT_CLIENT_CALL_ID,	/* u32, CALL_* where known */
	PPTPGW_A_EVENT_LOCAL_CALL_ID,	/* u32, CALL_* */
	PPTPGW_A_EVENT_SEQ,		/* u32, one more than that before it */
	PPTPGW_A_EVENT_PREFIX,		/* be32, GUARD_*: what the route is to */
	PPTPGW_A_EVENT_PREFIX_LEN,	/* u32, GUARD_* */
	PPTPGW_A_EVENT_GATEWAY,		/* be32, GUARD_*; absent when on link */
	PPTPGW_A_EVENT_ROLE,		/* u32, enum pptpgw_role, DEV_CHANGED */
	PPTPGW_A_EVENT_POLICY,		/* u32, enum pptpgw_policy, DEV_CHANGED */
	PPTPGW_A_EVENT_UNROUTABLE,	/* u32, enum pptpgw_unroutable, DEV_CHANGED */
	PPTPGW_A_EVENT_GUARD,		/* u32, enum pptpgw_guard, DEV_CHANGED */
	PPTPGW_A_EVENT_IFINDEX,		/* u32, GUARD_*: the corporate one; DEV_CHANGED */

	__PPTPGW_A_EVENT_MAX,
	PPTPGW_A_EVENT_MAX = (__PPTPGW_A_EVENT_MAX - 1)
};

#endif /* _UAPI_LINUX_PPTPGW_H */
