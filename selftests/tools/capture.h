/* SPDX-License-Identifier: GPL-2.0 */
/* The IPv4 packets of a capture, with their Ethernet headers; not those of offloads. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stddef.h>

#define MAX_FRAMES	4096

struct frame {
	const unsigned char *data;
	size_t len;
};

/*
 * Those of a file as "tcpdump -w" writes it on a machine of this byte order. The caller
 * has room for MAX_FRAMES; returns how many there are, at least one, or ends the program.
 */
size_t read_capture(const char *path, struct frame *frames);

#endif /* CAPTURE_H */
