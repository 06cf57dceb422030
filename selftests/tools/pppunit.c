// SPDX-License-Identifier: GPL-2.0
/*
 * One end of a PPTP tunnel with a PPP interface, all in the kernel, until the program
 * is killed. No LCP, no IPCP: who starts it gives the interface its addresses.
 *
 * pppunit server LOCAL     answer one client
 * pppunit client SERVER    call
 *
 * The client turns encryption on (MPPE, 128 bits, stateless) when it gets SIGUSR1.
 * Both say what they have come to: "up", "encrypted".
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/ppp-comp.h>
#include <linux/ppp_defs.h>
#include <linux/ppp-ioctl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "call.h"

/* MPPE's option (RFC 3078, section 2): H, no state; S, 128 bits. */
static const unsigned char mppe[CILEN_MPPE] = { CI_MPPE, CILEN_MPPE, 0x01, 0, 0, 0x40 };

static int open_unit(int channel)
{
	int unit = -1, dev = open("/dev/ppp", O_RDWR);

	if (dev < 0 || ioctl(dev, PPPIOCNEWUNIT, &unit))
		err(1, "PPP unit");
	if (ioctl(channel, PPPIOCCONNECT, &unit))
		err(1, "PPPIOCCONNECT");
	return dev;
}

static void set_flags(int unit, int flags)
{
	if (ioctl(unit, PPPIOCSFLAGS, &flags))
		err(1, "PPPIOCSFLAGS");
}

/* Have a key, any, in both directions. It is not used before CCP is up. */
static void set_key(int unit)
{
	unsigned char option[CILEN_MPPE + 16] = { };
	struct ppp_option_data data = { .ptr = option, .length = sizeof(option) };

	memcpy(option, mppe, sizeof(mppe));
	for (data.transmit = 0; data.transmit <= 1; data.transmit++)
		if (ioctl(unit, PPPIOCSCOMPRESS, &data))
			err(1, "MPPE");
	set_flags(unit, SC_CCP_OPEN);
}

/* The kernel watches CCP: each end must have seen a Configure-Ack each way. */
static void send_ack(int unit)
{
	unsigned char ack[2 + CCP_HDRLEN + CILEN_MPPE] = {
		PPP_CCP >> 8, PPP_CCP & 0xff, CCP_CONFACK, 1,
		0, CCP_HDRLEN + CILEN_MPPE,
	};

	memcpy(ack + 2 + CCP_HDRLEN, mppe, sizeof(mppe));
	if (write(unit, ack, sizeof(ack)) < 0)
		err(1, "write");
}

static void await_ack(int unit)
{
	unsigned char buf[2048];

	if (read(unit, buf, sizeof(buf)) < 0)
		err(1, "read");
}

/* Let nothing pass that is not encrypted. */
static void require_encryption(int unit)
{
	const int running = SC_COMP_RUN | SC_DECOMP_RUN;
	int flags;

	set_flags(unit, SC_CCP_OPEN | SC_CCP_UP | SC_MUST_COMP);
	if (ioctl(unit, PPPIOCGFLAGS, &flags) || (flags & running) != running)
		errx(1, "not encrypted");
}

static void say(const char *what)
{
	puts(what);
	fflush(stdout);
}

static void server(int unit)
{
	await_ack(unit);
	send_ack(unit);
}

static void client(int unit, const sigset_t *signals)
{
	int number;

	sigwait(signals, &number);
	send_ack(unit);
	await_ack(unit);
}

int main(int argc, char **argv)
{
	struct in_addr addr;
	sigset_t signals;
	bool is_server;
	int unit;

	if (argc != 3 || !inet_aton(argv[2], &addr))
		errx(1, "server LOCAL | client SERVER");
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	is_server = !strcmp(argv[1], "server");
	unit = open_unit(is_server ? call_answer(addr) : call_place(addr));
	set_key(unit);
	say("up");
	if (is_server)
		server(unit);
	else
		client(unit, &signals);
	require_encryption(unit);
	say("encrypted");
	pause();
	return 0;
}
