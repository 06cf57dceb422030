/* SPDX-License-Identifier: GPL-2.0 */
/* The checksum of IP and TCP (RFC 1071). */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <linux/types.h>
#include <stddef.h>

/* The sum of @n bytes, as 16-bit numbers in network byte order. */
__u32 sum16(const unsigned char *p, size_t n);

/* The checksum of such a sum, in host byte order. */
__u16 fold(__u32 sum);

#endif /* CHECKSUM_H */
