// SPDX-License-Identifier: GPL-2.0
/*
 * UDP in lock step, as fast as one processor can: send a burst, receive it, and so on.
 *
 * udpstep [-1] FROM-NETNS FROM TO-NETNS TO LENGTH BURSTS
 *
 * sends IP packets of that length. All must arrive; with -1 they are only sent. Prints
 * the packets of a burst, and how many ticks of the time stamp counter the cheapest
 * burst took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <x86intrin.h>

#define BURST		16
#define HEADERS		28	/* of IP and UDP */
#define LENGTH_MAX	1500
#define PORT		5001

static unsigned char data[LENGTH_MAX];

/* Where ip-netns(8) keeps them. */
static void enter(const char *netns)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
}

static struct sockaddr_in address(const char *text)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	if (!inet_aton(text, &sa.sin_addr))
		errx(1, "%s: not IPv4", text);
	return sa;
}

static int open_socket(const char *netns, const char *text)
{
	const struct timeval patience = { .tv_sec = 1 };
	const struct sockaddr_in sa = address(text);
	int fd;

	enter(netns);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(fd, (const void *)&sa, sizeof(sa)))
		err(1, "%s", text);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static void send_burst(int fd, size_t size)
{
	int i;

	for (i = 0; i < BURST; i++)
		if (send(fd, data, size, 0) < 0)
			err(1, "send");
}

static void receive_burst(int fd)
{
	int i;

	for (i = 0; i < BURST; i++)
		if (recv(fd, data, sizeof(data), 0) < 0)
			err(1, "packet %d of a burst", i);
}

static unsigned long long cheapest(int from, int to, size_t size, bool one_way,
				   int bursts)
{
	unsigned long long start, ticks, least = ~0ULL;

	while (bursts--) {
		start = __rdtsc();
		send_burst(from, size);
		if (!one_way)
			receive_burst(to);
		ticks = __rdtsc() - start;
		if (ticks < least)
			least = ticks;
	}
	return least;
}

int main(int argc, char **argv)
{
	bool one_way = argc > 1 && !strcmp(argv[1], "-1");
	struct sockaddr_in to_address;
	int from, to, length, bursts;

	argv += one_way;
	argc -= one_way;
	if (argc != 7)
		errx(1, "[-1] FROM-NETNS FROM TO-NETNS TO LENGTH BURSTS");
	length = atoi(argv[5]);
	bursts = atoi(argv[6]);
	if (length < HEADERS || length > LENGTH_MAX)
		errx(1, "%d is no length", length);
	if (bursts < 1)
		errx(1, "%d is no number of bursts", bursts);
	from = open_socket(argv[1], argv[2]);
	to = open_socket(argv[3], argv[4]);
	to_address = address(argv[4]);
	if (connect(from, (void *)&to_address, sizeof(to_address)))
		err(1, "connect");
	printf("%d %llu\n", BURST,
	       cheapest(from, to, length - HEADERS, one_way, bursts));
	return 0;
}
