/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 packets of a trial, made and read by hand. */
#ifndef DOCTOR_PACKETS_H
#define DOCTOR_PACKETS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define PPTP_PORT 1723
#define PACKET_SIZE 1500

/* Of TCP. */
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/**
 * struct packet - in host order
 * @dev: index of the interface, on whose wire it is
 * @protocol: IPPROTO_TCP, _GRE or _UDP
 * @sport: ports of TCP and UDP
 * @number: which packet it is: TCP's or GRE's sequence number, or what UDP carries
 * @ack: TCP's acknowledgment
 * @flags: of TCP; ACK of GRE, too
 * @call: GRE's call ID
 * @data: what follows TCP or GRE
 */
struct packet {
	unsigned int dev;
	__u32 src, dst;
	__u8 protocol;
	__u16 sport, dport;
	__u32 number, ack;
	__u8 flags;
	__u16 call;
	const void *data;
	size_t len;
};

/* Its bytes, of which there is room for PACKET_SIZE; returns how many. */
size_t packet_build(const struct packet *p, void *bytes);

/* What follows the IPv4 header: GRE. */
size_t packet_build_gre(const struct packet *p, void *bytes);

bool packet_parse(const void *bytes, size_t len, struct packet *p);

/* What the receiver of @p sends back. */
struct packet packet_answer(const struct packet *p);

/* A message of PPTP's control connection; returns its size. @type: as in RFC 2637. */
enum { START_REQUEST = 1, START_REPLY, CALL_REQUEST = 7, CALL_REPLY };
size_t control_message(void *bytes, unsigned int type, __u16 call, __u16 peer_call);

#endif /* DOCTOR_PACKETS_H */
