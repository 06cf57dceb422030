// SPDX-License-Identifier: GPL-2.0
#include "doctor/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/diag.h"
#include "lib/macros.h"

/* Headers, and the message of a control connection that matters. */
#define SNAP 256

/* Packets wait in so many bytes while the reader is busy. */
#define RECEIVE_BUFFER (8 << 20)

#define LOAD(size, mode, k) BPF_STMT(BPF_LD | (size) | (mode), k)
#define IF(op, k, yes, no) BPF_JUMP(BPF_JMP | (op) | BPF_K, k, yes, no)
#define RETURN(k) BPF_STMT(BPF_RET | BPF_K, k)

/*
 * Whole IPv4 packets, or first fragments: TCP from or to the port; GREv1 with PPP's
 * protocols from 0x8000 on, which negotiate. Their two bytes follow the sequence number,
 * the acknowledgment and, mostly, ff 03.
 */
static struct sock_filter filter[] = {
	LOAD(BPF_H, BPF_ABS, (__u32)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
	IF(BPF_JEQ, ETH_P_IP, 0, 25),
	LOAD(BPF_H, BPF_ABS, 6),
	IF(BPF_JSET, 0x1fff, 23, 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	LOAD(BPF_B, BPF_ABS, 9),
	IF(BPF_JEQ, IPPROTO_GRE, 5, 0),
	IF(BPF_JEQ, IPPROTO_TCP, 0, 19),
	LOAD(BPF_H, BPF_IND, 0),
	IF(BPF_JEQ, PPTP_PORT, 18, 0),
	LOAD(BPF_H, BPF_IND, 2),
	IF(BPF_JEQ, PPTP_PORT, 16, 15),

	LOAD(BPF_H, BPF_IND, 0),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x3007),
	IF(BPF_JEQ, 0x3001, 0, 12),
	LOAD(BPF_B, BPF_IND, 1),
	IF(BPF_JSET, 0x80, 0, 3),
	BPF_STMT(BPF_MISC | BPF_TXA, 0),
	BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 4),
	BPF_STMT(BPF_MISC | BPF_TAX, 0),
	LOAD(BPF_B, BPF_IND, 12),
	IF(BPF_JEQ, 0xff, 2, 0),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x81),
	IF(BPF_JEQ, 0x80, 4, 3),
	LOAD(BPF_B, BPF_IND, 14),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x81),
	IF(BPF_JEQ, 0x80, 1, 0),
	RETURN(0),
	RETURN(SNAP),
};

int tap_open(void)
{
	const struct sock_fprog program = { .len = ARRAY_SIZE(filter), .filter = filter };
	struct sockaddr_ll all = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	int size = RECEIVE_BUFFER;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ||
	    bind(fd, (struct sockaddr *)&all, sizeof(all))) {
		diag("no packet socket: %s%s", strerror(errno),
		     errno == EPERM ? " (needs CAP_NET_RAW)" : "");
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

bool tap_read(int fd, struct packet *p, bool *leaves)
{
	static char bytes[SNAP];
	struct sockaddr_ll from;
	socklen_t size;
	ssize_t len;

	for (;;) {
		size = sizeof(from);
		len = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size);
		if (len < 0)
			return false;
		if (from.sll_hatype == ARPHRD_LOOPBACK || from.sll_pkttype == PACKET_OTHERHOST ||
		    !packet_parse(bytes, len, p))
			continue;
		p->dev = from.sll_ifindex;
		*leaves = from.sll_pkttype == PACKET_OUTGOING;
		return true;
	}
}
