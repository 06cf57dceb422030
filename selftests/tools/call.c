// SPDX-License-Identifier: GPL-2.0
/* The control connection of a PPTP call, and the channel that comes of it. */
#include "call.h"

#include <err.h>
#include <fcntl.h>
#include <linux/if_pppox.h>
#include <linux/ppp-ioctl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define PORT		1723
#define SERVER_CALL	100
#define CLIENT_CALL	200

/* RFC 2637, sections 2.1, 2.2, 2.7 and 2.8: what a helper needs to follow. */
static const unsigned char start_request[156] = {
	0, 156, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, 1,
};

static const unsigned char start_reply[156] = {
	0, 156, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 2, 0, 0, 1, 0, 1,
};

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

static int open_channel(struct in_addr from, int from_call, struct in_addr to,
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

static void expect(int control, size_t len)
{
	unsigned char buf[256];

	if (recv(control, buf, len, MSG_WAITALL) != (ssize_t)len)
		err(1, "the control connection broke");
}

static void say(int control, const unsigned char *message, size_t len)
{
	if (send(control, message, len, 0) != (ssize_t)len)
		err(1, "control connection");
}

static struct sockaddr_in control_address(struct in_addr server)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = server,
	};
}

static int accept_client(struct in_addr local, struct in_addr *client)
{
	struct sockaddr_in sa = control_address(local);
	socklen_t len = sizeof(sa);
	int listener, control, one = 1;

	listener = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&sa, sizeof(sa)) || listen(listener, 1))
		err(1, "listen");
	control = accept(listener, (void *)&sa, &len);
	if (control < 0)
		err(1, "accept");
	*client = sa.sin_addr;
	return control;
}

int call_answer(struct in_addr local)
{
	struct in_addr client;
	int control, channel;

	control = accept_client(local, &client);
	expect(control, sizeof(start_request));
	say(control, start_reply, sizeof(start_reply));
	expect(control, sizeof(call_request));
	channel = open_channel(local, SERVER_CALL, client, CLIENT_CALL);
	say(control, call_reply, sizeof(call_reply));
	return channel;
}

int call_place(struct in_addr server)
{
	struct sockaddr_in sa = control_address(server);
	socklen_t len = sizeof(sa);
	int control, channel;

	control = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(control, (void *)&sa, sizeof(sa)) ||
	    getsockname(control, (void *)&sa, &len))
		err(1, "connect");
	channel = open_channel(sa.sin_addr, CLIENT_CALL, server, SERVER_CALL);
	say(control, start_request, sizeof(start_request));
	expect(control, sizeof(start_reply));
	say(control, call_request, sizeof(call_request));
	expect(control, sizeof(call_reply));
	return channel;
}
