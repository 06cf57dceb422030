// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as what follows an IP header, for module/packet.c. They end
 * where the packet ends, so that AddressSanitizer sees each read past it.
 */
#include "promise.h"

#include <string.h>

#include "packet.h"

typedef void (*classifier)(const u8 *p, u32 len, struct pgw_packet *pkt);

/* Bytes that a classifier does not need change nothing. */
static struct pgw_packet classify(classifier f, const u8 *p, u32 len, u32 need)
{
	struct pgw_packet pkt, again;

	memset(&pkt, 0xa5, sizeof(pkt));
	memset(&again, 0x5a, sizeof(again));
	f(p, len, &pkt);
	f(p, len < need ? len : need, &again);
	promise(pkt.kind == again.kind && pkt.header == again.header);
	promise(pkt.seq == again.seq && pkt.ack == again.ack);
	promise(pkt.client == again.client && pkt.local == again.local);
	promise(pkt.port == again.port && !pkt.data && !again.data);
	return pkt;
}

static void check_tcp(const u8 *p, u32 len)
{
	struct pgw_packet pkt = classify(pgw_packet_tcp, p, len, PGW_TCP_NEED);

	if (len < PGW_TCP_NEED)
		promise(pkt.kind == PGW_TCP_SHORT);
	if (pkt.kind == PGW_CONTROL) {
		promise(pkt.header >= PGW_TCP_NEED && pkt.header <= 60);
		promise(pkt.to_server || pkt.from_server);
	} else {
		promise(pkt.kind == PGW_FOREIGN || pkt.kind == PGW_TCP_SHORT);
	}
}

static void check_gre(const u8 *p, u32 len)
{
	struct pgw_packet pkt = classify(pgw_packet_gre, p, len, PGW_GRE_NEED);

	promise((pkt.kind == PGW_GRE_SHORT) == (len < PGW_GRE_NEED));
	if (len >= PGW_GRE_NEED)
		promise(pkt.kind == PGW_GRE || pkt.kind == PGW_GRE_NOT_PPTP);
}

static void check_icmp(const u8 *p, u32 len)
{
	struct pgw_packet pkt = classify(pgw_packet_icmp, p, len, PGW_ICMP_NEED);

	if (pkt.kind == PGW_ICMP_ERROR) {
		promise(!memcmp(&pkt.client, p + 20, 4));
		promise(!memcmp(&pkt.local, p + 24, 4));
	} else {
		promise(pkt.kind == PGW_FOREIGN);
		promise(!pkt.client && !pkt.local && !pkt.port);
	}
}

int fuzz_one(const __u8 *data, size_t size)
{
	check_tcp(data, size);
	check_gre(data, size);
	check_icmp(data, size);
	return 0;
}
