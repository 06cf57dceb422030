// SPDX-License-Identifier: GPL-2.0
/*
 * oddcalls SEED COUNT SERVER: COUNT control connections with messages of which some are
 * wrong, whole or in pieces; the server's answers are read, and most connections reset in
 * the end.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "pptp.h"
#include "random.h"

/* What comes after n others: most connections are started, and then have calls. */
static unsigned int choose_type(unsigned int n)
{
	static const unsigned char usual[] = { 7, 7, 5, 12, 15 };

	if (one_in(4))
		return rnd(PPTP_TYPES);
	return n ? usual[rnd(5)] : 1;
}

static size_t make_message(unsigned char *p, unsigned int type)
{
	static const unsigned char header[] = { 0, 0, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d };

	memset(p, 0, PPTP_LONGEST);
	memcpy(p, header, sizeof(header));
	p[1] = pptp_lengths[type];
	p[9] = type;
	p[12] = one_in(2);
	p[13] = rnd(4);
	if (type == 1)
		p[12] = 1;
	if (one_in(8))
		p[rnd(pptp_lengths[type])] = rnd(256);
	return pptp_lengths[type];
}

/* In one piece or in two; an error means that the server has closed. */
static int send_message(int fd, const unsigned char *p, size_t size)
{
	size_t first = one_in(3) ? 1 + rnd(size - 1) : size;

	if (send(fd, p, first, MSG_NOSIGNAL) < 0)
		return -1;
	if (first == size)
		return 0;
	return send(fd, p + first, size - first, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static int connect_to(const char *server)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PPTP_PORT) };
	struct timeval patience = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (!inet_aton(server, &to.sin_addr))
		errx(1, "'%s' is not an address", server);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (void *)&to, sizeof(to))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Most wait for an answer; many messages get none. */
static void hear(int fd)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	unsigned char answer[4096];

	if (poll(&readable, 1, one_in(4) ? 0 : 200) > 0)
		recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
}

static void talk(int fd)
{
	struct linger reset = { .l_onoff = 1 };
	unsigned int i, n = 1 + rnd(8);
	unsigned char message[PPTP_LONGEST];

	for (i = 0; i < n; i++) {
		if (send_message(fd, message, make_message(message, choose_type(i))))
			break;
		hear(fd);
	}
	if (!one_in(4))
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned long count, done = 0, i;
	int fd;

	if (argc != 4)
		errx(1, "usage: oddcalls SEED COUNT SERVER");
	rnd_seed(strtoul(argv[1], NULL, 0));
	count = strtoul(argv[2], NULL, 0);
	for (i = 0; i < count; i++) {
		fd = connect_to(argv[3]);
		if (fd < 0)
			continue;
		talk(fd);
		done++;
	}
	printf("%lu of %lu connections\n", done, count);
	return 0;
}
