// SPDX-License-Identifier: GPL-2.0
/*
 * Frames over a PPTP call whose GRE is the kernel's own.
 *
 * kpptp server LOCAL FRAMES    answer one client, then send it FRAMES frames
 * kpptp client SERVER FRAMES   call, and succeed when FRAMES frames came back
 */
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"

#define TIMEOUT_MS	10000

static void server(struct in_addr local, int frames)
{
	/* LCP Discard-Request: needs no answer (RFC 1661, section 5.9). */
	const unsigned char frame[] = { 0xc0, 0x21, 11, 1, 0, 8, 0, 0, 0, 0 };
	int channel = call_answer(local);

	while (frames--) {
		usleep(50000);
		if (write(channel, frame, sizeof(frame)) < 0)
			warn("write");
	}
	sleep(1);
}

static void client(struct in_addr remote, int frames)
{
	struct pollfd pfd = { .fd = call_place(remote), .events = POLLIN };
	unsigned char buf[2048];

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
