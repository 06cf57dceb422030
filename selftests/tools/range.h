/* SPDX-License-Identifier: GPL-2.0 */
/* An IPv4 address, or all of a prefix, one after another. */
#ifndef RANGE_H
#define RANGE_H

#include <netinet/in.h>
#include <linux/types.h>

/* An address in host byte order, and which of its bits vary. */
struct range {
	__u32 addr, bits;
};

/* ADDRESS or ADDRESS/BITS; whatever else ends the program. */
struct range parse_range(char *arg);

/* The Nth address of a range, in network byte order. */
__be32 nth(const struct range *range, unsigned long n);

#endif /* RANGE_H */
