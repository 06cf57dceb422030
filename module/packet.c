// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes -> what PPTP packet is this. Reads no byte past the length given and
 * believes none of the lengths in the packet.
 */
#include "packet.h"

#define TCP_FLAG_BYTE_FIN	0x01
#define TCP_FLAG_BYTE_SYN	0x02
#define TCP_FLAG_BYTE_RST	0x04

/**
 * pgw_packet_tcp - classify a TCP segment
 * @p: its header
 * @len: bytes readable at @p; PGW_TCP_NEED of them are enough
 * @pkt: result
 */
void pgw_packet_tcp(const u8 *p, u32 len, struct pgw_packet *pkt)
{
	*pkt = (struct pgw_packet){ .kind = PGW_TCP_SHORT };
	if (len < PGW_TCP_NEED)
		return;

	pkt->kind = PGW_FOREIGN;
	pkt->ports[0] = pgw_get16(p);
	pkt->ports[1] = pgw_get16(p + 2);
	pkt->from_server = pkt->ports[0] == PGW_CONTROL_PORT;
	pkt->to_server = pkt->ports[1] == PGW_CONTROL_PORT;
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
