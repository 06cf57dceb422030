// SPDX-License-Identifier: GPL-2.0
/*
 * hostile SEED COUNT CAPTURE [IF [MAC]]: send COUNT packets that are nearly those of
 * CAPTURE, a file of tcpdump's, by interface IF, to MAC instead of who had them; or by a raw
 * socket, as a process of the sender would. The same SEED makes the same packets. Those that
 * this host refuses are not counted. It ends with 3 if the interface goes away.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "capture.h"
#include "mutate.h"
#include "random.h"

#define BATCH	64

static struct frame frames[MAX_FRAMES];
static size_t captured;

/* One sendmmsg(). A frame's linear part ends somewhere, if it is larger than a page. */
static struct {
	unsigned char data[BATCH][MAX_FRAME];
	struct virtio_net_hdr vnet[BATCH];
	struct sockaddr_in to[BATCH];
	struct iovec iov[BATCH][2];
	struct mmsghdr msgs[BATCH];
} batch;

/* What waits for a neighbour that is not there counts as not sent yet. */
static int open_raw(void)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), one = 1, bytes = 1 << 25;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)))
		err(1, "raw socket");
	return fd;
}

static int open_packet(const char *ifname)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (!to.sll_ifindex)
		errx(3, "%s: no such interface", ifname);
	if (fd < 0 || bind(fd, (void *)&to, sizeof(to)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		err(1, "packet socket");
	return fd;
}

/* MAC is 6 bytes, or NULL. */
static void fill_packet(unsigned int i, const unsigned char *mac)
{
	struct msghdr *msg = &batch.msgs[i].msg_hdr;
	size_t size = next_frame(batch.data[i], frames, captured), linear;

	if (mac)
		memcpy(batch.data[i], mac, ETH_ALEN);
	linear = ETH_HLEN + rnd(64);
	batch.vnet[i] = (struct virtio_net_hdr){ .hdr_len = linear < size ? linear : size };
	batch.iov[i][0] = (struct iovec){ &batch.vnet[i], sizeof(batch.vnet[i]) };
	batch.iov[i][1] = (struct iovec){ batch.data[i], size };
	*msg = (struct msghdr){ .msg_iov = batch.iov[i], .msg_iovlen = 2 };
}

/* A raw socket takes what follows the Ethernet header. */
static void fill_raw(unsigned int i)
{
	struct msghdr *msg = &batch.msgs[i].msg_hdr;
	struct sockaddr_in *to = &batch.to[i];
	size_t size = next_frame(batch.data[i], frames, captured);
	unsigned char *ip = batch.data[i] + ETH_HLEN;

	to->sin_family = AF_INET;
	memcpy(&to->sin_addr, ip + 16, 4);
	batch.iov[i][0] = (struct iovec){ ip, size - ETH_HLEN };
	*msg = (struct msghdr){
		.msg_name = to, .msg_namelen = sizeof(*to),
		.msg_iov = batch.iov[i], .msg_iovlen = 1,
	};
}

/* Returns how many were sent: the kernel stops at the first that it refuses. */
static unsigned long send_batch(int fd)
{
	unsigned long done = 0;
	int i = 0, n;

	while (i < BATCH) {
		n = sendmmsg(fd, batch.msgs + i, BATCH - i, MSG_DONTWAIT);
		if (n > 0) {
			done += n;
			i += n;
		} else if (errno == ENXIO || errno == ENODEV) {
			errx(3, "the interface is gone");
		} else if (errno != ENOBUFS && errno != EINTR) {
			i++;
		}
	}
	return done;
}

static unsigned long send_all(int fd, unsigned long count, bool raw, const unsigned char *mac)
{
	unsigned long done = 0;
	unsigned int i;

	while (done < count) {
		for (i = 0; i < BATCH; i++)
			if (raw)
				fill_raw(i);
			else
				fill_packet(i, mac);
		done += send_batch(fd);
	}
	return done;
}

int main(int argc, char **argv)
{
	unsigned char mac[ETH_ALEN];
	bool raw = argc == 4;

	if (argc < 4 || argc > 6)
		errx(1, "usage: hostile SEED COUNT CAPTURE [IF [MAC]]");
	if (argc == 6 && sscanf(argv[5], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2,
				mac + 3, mac + 4, mac + 5) != ETH_ALEN)
		errx(1, "'%s' is not an Ethernet address", argv[5]);
	rnd_seed(strtoul(argv[1], NULL, 0));
	captured = read_capture(argv[3], frames);
	printf("%lu sent\n", send_all(raw ? open_raw() : open_packet(argv[4]),
				      strtoul(argv[2], NULL, 0), raw, argc == 6 ? mac : NULL));
	return 0;
}
