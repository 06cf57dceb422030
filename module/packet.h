/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes -> what PPTP packet is this. No state, no kernel needed: the unit
 * tests and the fuzzer compile it in userspace.
 */
#ifndef PGW_PACKET_H
#define PGW_PACKET_H

#include <linux/types.h>

#define PGW_CONTROL_PORT	1723	/* RFC 2637, section 2 */
#define PGW_NO_PORT		65536	/* in place of a port: GRE has none */

/* Bytes of the transport header that pgw_packet_tcp() and so on need. */
#define PGW_TCP_NEED		20
#define PGW_GRE_NEED		8
#define PGW_ICMP_NEED		76	/* and a packet's longest IP header, and 8 */

/**
 * enum pgw_kind - what a packet is to pptpgw
 * @PGW_FOREIGN: not of PPTP
 * @PGW_CONTROL: TCP segment with port 1723 at one end or both
 * @PGW_GRE: enhanced GRE, version 1 (RFC 2637, section 4.1)
 * @PGW_GRE_FRAGMENT: later fragment of GRE, of whatever version
 * @PGW_GRE_NOT_PPTP: any other GRE
 * @PGW_ICMP_ERROR: ICMP error about a packet of a client to a server
 * @PGW_GRE_SHORT: GRE whose header does not fit the packet
 * @PGW_TCP_SHORT: TCP whose header does not fit the packet
 */
enum pgw_kind {
	PGW_FOREIGN,
	PGW_CONTROL,
	PGW_GRE,
	PGW_GRE_FRAGMENT,
	PGW_GRE_NOT_PPTP,
	PGW_ICMP_ERROR,
	PGW_GRE_SHORT,
	PGW_TCP_SHORT,
};

/**
 * struct pgw_packet - a classified packet
 * @kind: what it is
 * @to_server: PGW_CONTROL, PGW_TCP_SHORT: destination port is 1723
 * @from_server: PGW_CONTROL, PGW_TCP_SHORT: source port is 1723
 * @syn: PGW_CONTROL: SYN set
 * @rst: PGW_CONTROL: RST set
 * @fin: PGW_CONTROL: FIN set
 * @acknowledges: PGW_CONTROL: ACK set
 * @ports: PGW_CONTROL, PGW_TCP_SHORT: source and destination port, if they are there
 * @seq: PGW_CONTROL: sequence number
 * @ack: PGW_CONTROL: acknowledgment number, if @acknowledges
 * @header: PGW_CONTROL: bytes of the TCP header, 20 to 60
 * @data: PGW_CONTROL: there are bytes after the header; set by the caller, which
 *	knows the length of the packet
 * @client: PGW_ICMP_ERROR: source address of the packet it is about
 * @local: PGW_ICMP_ERROR: destination address of that
 * @port: PGW_ICMP_ERROR: its source port, if it was TCP, or 0
 */
struct pgw_packet {
	enum pgw_kind kind;
	bool to_server;
	bool from_server;
	bool syn;
	bool rst;
	bool fin;
	bool acknowledges;
	bool data;
	u8 header;
	u16 ports[2];
	u32 seq;
	u32 ack;
	__be32 client;
	__be32 local;
	u16 port;
};

/* The first word of GRE: key present, version 1, and the protocol. */
#define PGW_GRE_PPTP_MASK	0x2007ffff
#define PGW_GRE_PPTP		0x2001880b

void pgw_packet_tcp(const u8 *p, u32 len, struct pgw_packet *pkt);
void pgw_packet_gre(const u8 *p, u32 len, struct pgw_packet *pkt);
void pgw_packet_icmp(const u8 *p, u32 len, struct pgw_packet *pkt);

static inline u16 pgw_get16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline u32 pgw_get32(const u8 *p)
{
	return (u32)pgw_get16(p) << 16 | pgw_get16(p + 2);
}

/* Liberal: checks only the fields that distinguish PPTP's GRE from other GRE. */
static inline bool pgw_gre_is_pptp(const u8 *p)
{
	return (pgw_get32(p) & PGW_GRE_PPTP_MASK) == PGW_GRE_PPTP;
}

#endif /* PGW_PACKET_H */
