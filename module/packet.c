// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes -> what PPTP packet is this. Reads no byte past the length given and
 * believes none of the lengths in the packet.
 */
#include "packet.h"

#define TCP_PORTS		4	/* bytes of the header */
#define TCP_FLAG_BYTE_FIN	0x01
#define TCP_FLAG_BYTE_SYN	0x02
#define TCP_FLAG_BYTE_RST	0x04
#define TCP_FLAG_BYTE_ACK	0x10

/* ICMP errors (RFC 792), and what they quote of a packet. */
#define ICMP_HEADER		8
#define ICMP_UNREACHABLE	3
#define ICMP_TIME_EXCEEDED	11
#define ICMP_PARAMETER_PROBLEM	12
#define IP_HEADER		20
#define IP_OFFSET_MASK		0x1fff
#define QUOTED			8
#define PROTOCOL_TCP		6
#define PROTOCOL_GRE		47

/**
 * pgw_packet_tcp - classify a TCP segment
 * @p: its header
 * @len: bytes readable at @p; PGW_TCP_NEED of them are enough
 * @pkt: result
 */
void pgw_packet_tcp(const u8 *p, u32 len, struct pgw_packet *pkt)
{
	*pkt = (struct pgw_packet){ .kind = PGW_TCP_SHORT };
	if (len < TCP_PORTS)
		return;
	pkt->ports[0] = pgw_get16(p);
	pkt->ports[1] = pgw_get16(p + 2);
	pkt->from_server = pkt->ports[0] == PGW_CONTROL_PORT;
	pkt->to_server = pkt->ports[1] == PGW_CONTROL_PORT;
	if (len < PGW_TCP_NEED)
		return;

	pkt->kind = PGW_FOREIGN;
	if (!pkt->from_server && !pkt->to_server)
		return;

	pkt->kind = PGW_TCP_SHORT;
	pkt->header = (p[12] >> 4) * 4;
	if (pkt->header < PGW_TCP_NEED)
		return;

	pkt->kind = PGW_CONTROL;
	pkt->syn = p[13] & TCP_FLAG_BYTE_SYN;
	pkt->rst = p[13] & TCP_FLAG_BYTE_RST;
	pkt->fin = p[13] & TCP_FLAG_BYTE_FIN;
	pkt->acknowledges = p[13] & TCP_FLAG_BYTE_ACK;
	pkt->seq = pgw_get32(p + 4);
	pkt->ack = pgw_get32(p + 8);
}

/**
 * pgw_packet_gre - classify a GRE packet
 * @p: its header
 * @len: bytes readable at @p; PGW_GRE_NEED of them are enough
 * @pkt: result
 *
 * The sequence and acknowledgment bits may have any value (RFC 2637, section 4.1).
 */
void pgw_packet_gre(const u8 *p, u32 len, struct pgw_packet *pkt)
{
	*pkt = (struct pgw_packet){ .kind = PGW_GRE_SHORT };
	if (len < PGW_GRE_NEED)
		return;

	pkt->kind = pgw_gre_is_pptp(p) ? PGW_GRE : PGW_GRE_NOT_PPTP;
}

static bool icmp_is_error(const u8 *p)
{
	return p[0] == ICMP_UNREACHABLE || p[0] == ICMP_TIME_EXCEEDED ||
	       p[0] == ICMP_PARAMETER_PROBLEM;
}

static bool quotes_tunnel(const u8 *ip, const u8 *transport)
{
	if (ip[9] == PROTOCOL_GRE)
		return pgw_gre_is_pptp(transport);
	return ip[9] == PROTOCOL_TCP &&
	       pgw_get16(transport + 2) == PGW_CONTROL_PORT;
}

/**
 * pgw_packet_icmp - classify an ICMP message
 * @p: its header
 * @len: bytes readable at @p; PGW_ICMP_NEED of them are enough
 * @pkt: result; PGW_FOREIGN unless it is an error about a client's packet
 */
void pgw_packet_icmp(const u8 *p, u32 len, struct pgw_packet *pkt)
{
	const u8 *ip = p + ICMP_HEADER;
	u32 header;

	*pkt = (struct pgw_packet){ .kind = PGW_FOREIGN };
	if (len < ICMP_HEADER + IP_HEADER + QUOTED || !icmp_is_error(p))
		return;
	header = (ip[0] & 0xf) * 4;
	if (ip[0] >> 4 != 4 || header < IP_HEADER ||
	    len < ICMP_HEADER + header + QUOTED ||
	    pgw_get16(ip + 6) & IP_OFFSET_MASK ||
	    !quotes_tunnel(ip, ip + header))
		return;

	pkt->kind = PGW_ICMP_ERROR;
	__builtin_memcpy(&pkt->client, ip + 12, 4);
	__builtin_memcpy(&pkt->local, ip + 16, 4);
	if (ip[9] == PROTOCOL_TCP)
		pkt->port = pgw_get16(ip + header);
}
