// SPDX-License-Identifier: GPL-2.0
#include "capture.h"

#include <err.h>
#include <fcntl.h>
#include <linux/types.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As pcap-savefile(5) says. */
#define PCAP_MAGIC	0xa1b2c3d4
#define PCAP_ETHERNET	1

struct pcap_file {
	__u32 magic;
	__u16 major, minor;
	__u32 zone, accuracy, longest, type;
};

struct pcap_packet {
	__u32 sec, usec, len, was;
};

static const unsigned char *map(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	*size = st.st_size;
	return p;
}

static bool is_ip(const struct frame *frame)
{
	return frame->len >= ETH_HLEN + sizeof(struct iphdr) &&
	       frame->len <= ETH_FRAME_LEN && frame->data[12] == 8 && frame->data[13] == 0;
}

size_t read_capture(const char *path, struct frame *frames)
{
	size_t size, n = 0;
	const unsigned char *p = map(path, &size), *end = p + size;
	const struct pcap_file *file = (const void *)p;
	struct pcap_packet packet;

	if (size < sizeof(*file) || file->magic != PCAP_MAGIC ||
	    file->type != PCAP_ETHERNET)
		errx(1, "%s: no capture of Ethernet", path);
	for (p += sizeof(*file); n < MAX_FRAMES; p += packet.len) {
		if ((size_t)(end - p) < sizeof(packet))
			break;
		memcpy(&packet, p, sizeof(packet));
		p += sizeof(packet);
		if (packet.len > (size_t)(end - p))
			break;
		frames[n] = (struct frame){ p, packet.len };
		n += is_ip(&frames[n]);
	}
	if (!n)
		errx(1, "%s: no packets of IPv4", path);
	return n;
}
