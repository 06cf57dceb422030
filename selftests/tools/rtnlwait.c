// SPDX-License-Identifier: GPL-2.0
/*
 * rtnlwait IFACE SECONDS: set the interface's MTU to what it is, over and over,
 * which takes RTNL each time. Prints the longest time that it took, in ms.
 */
#include <err.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	double start = now_ms(), before, took, worst = 0;
	struct ifreq ifr = {};
	int fd;

	if (argc != 3)
		errx(1, "usage: rtnlwait IFACE SECONDS");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		err(1, "socket");
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", argv[1]);
	if (ioctl(fd, SIOCGIFMTU, &ifr))
		err(1, "%s", argv[1]);
	do {
		before = now_ms();
		if (ioctl(fd, SIOCSIFMTU, &ifr))
			err(1, "%s", argv[1]);
		took = now_ms() - before;
		worst = took > worst ? took : worst;
		usleep(1000);
	} while (now_ms() - start < atof(argv[2]) * 1e3);
	printf("%.0f\n", worst);
	return 0;
}
