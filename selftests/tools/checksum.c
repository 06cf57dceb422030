// SPDX-License-Identifier: GPL-2.0
#include "checksum.h"

__u32 sum16(const unsigned char *p, size_t n)
{
	__u32 sum = 0;

	for (; n > 1; p += 2, n -= 2)
		sum += p[0] << 8 | p[1];
	return n ? sum + (p[0] << 8) : sum;
}

__u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}
