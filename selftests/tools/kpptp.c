// SPDX-License-Identifier: GPL-2.0
/*
 * The two ends of a PPTP call whose GRE is the kernel's own (PX_PROTO_PPTP of
 * drivers/net/ppp/pptp.c), with just enough of a control connection.
 *
 * kpptp server LOCAL FRAMES    answer one client, then send it FRAMES frames
 * kpptp client SERVER FRAMES   call, and succeed when FRAMES frames came back
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_pppox.h>
#include <linux/ppp-ioctl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT		1723
#define SERVER_CALL	100
#define CLIENT_CALL	200
#define TIMEOUT_MS	10000

/* Outgoing-Call-Request and -Reply, RFC 2637, sections 2.7 and 2.8. */
static const unsigned char call_request[168] = {
	0, 168, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 7, 0, 0, 0, CLIENT_CALL,
};

static const unsigned char call_reply[32] = {
	0, 32, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 8, 0, 0, 0, SERVER_CALL,
	0, CLIENT_CALL, 1,
};

static struct sockaddr_pppox pptp_address(struct in_addr addr, int call)
{
	struct sockaddr_pppox sa = {
		.sa_family = AF_PPPOX,
		.sa_protocol = PX_PROTO_PPTP,
	};

	sa.sa_addr.pptp.call_id = call;
	sa.sa_addr.pptp.sin_addr = addr;
	return sa;
}

/* A /dev/ppp descriptor for the call between two ends. */
static int open_call(struct in_addr from, int from_call, struct in_addr to,
		     int to_call)
{
	const struct sockaddr_pppox a = pptp_address(from, from_call);
	const struct sockaddr_pppox b = pptp_address(to, to_call);
	const void *pa = &a, *pb = &b;
	int sock, dev, channel;

	sock = socket(AF_PPPOX, SOCK_STREAM, PX_PROTO_PPTP);
	if (sock < 0)
		err(1, "PPTP socket");
	if (bind(sock, pa, sizeof(a)))
		err(1, "bind");
	if (connect(sock, pb, sizeof(b)))
		err(1, "connect");
	if (ioctl(sock, PPPIOCGCHAN, &channel))
		err(1, "PPPIOCGCHAN");
	dev = open("/dev/ppp", O_RDWR);
	if (dev < 0 || ioctl(dev, PPPIOCATTCHAN, &channel))
		err(1, "/dev/ppp");
	return dev;
}

static void expect(int fd, size_t len)
{
	unsigned char buf[256];

	if (recv(fd, buf, len, MSG_WAITALL) != (ssize_t)len)
		err(1, "the control connection broke");
}

static void send_all(int fd, const unsigned char *p, size_t len)
{
	if (send(fd, p, len, 0) != (ssize_t)len)
		err(1, "control connection");
}

static void server(struct in_addr local, int frames)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};
	/* LCP Discard-Request: needs no answer (RFC 1661, section 5.9). */
	const unsigned char frame[] = { 0xc0, 0x21, 11, 1, 0, 8, 0, 0, 0, 0 };
	socklen_t len = sizeof(sa);
	int listener, control, call, one = 1;

	listener = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&sa, sizeof(sa)) || listen(listener, 1))
		err(1, "listen");
	control = accept(listener, (void *)&sa, &len);
	if (control < 0)
		err(1, "accept");
	expect(control, sizeof(call_request));
	call = open_call(local, SERVER_CALL, sa.sin_addr, CLIENT_CALL);
	send_all(control, call_reply, sizeof(call_reply));
	while (frames--) {
		usleep(50000);
		if (write(call, frame, sizeof(frame)) < 0)
			warn("write");
	}
	sleep(1);
}

static int own_address(int fd, struct in_addr *addr)
{
	struct sockaddr_in sa;
	socklen_t len = sizeof(sa);

	if (getsockname(fd, (void *)&sa, &len))
		return -1;
	*addr = sa.sin_addr;
	return 0;
}

static void client(struct in_addr remote, int frames)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = remote,
	};
	unsigned char buf[2048];
	struct pollfd pfd;
	struct in_addr me;
	int control;

	control = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(control, (void *)&sa, sizeof(sa)) ||
	    own_address(control, &me))
		err(1, "connect");
	pfd.fd = open_call(me, CLIENT_CALL, remote, SERVER_CALL);
	pfd.events = POLLIN;
	send_all(control, call_request, sizeof(call_request));
	expect(control, sizeof(call_reply));
	while (frames--) {
		if (poll(&pfd, 1, TIMEOUT_MS) != 1)
			errx(1, "%d frames are missing", frames + 1);
		if (read(pfd.fd, buf, sizeof(buf)) < 0)
			err(1, "read");
	}
	puts("all frames came");
}

int main(int argc, char **argv)
{
	struct in_addr addr;

	if (argc != 4 || !inet_aton(argv[2], &addr))
		errx(1, "server LOCAL FRAMES | client SERVER FRAMES");
	if (!strcmp(argv[1], "server"))
		server(addr, atoi(argv[3]));
	else
		client(addr, atoi(argv[3]));
	return 0;
}
