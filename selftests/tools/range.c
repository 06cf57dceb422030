// SPDX-License-Identifier: GPL-2.0
/* Addresses of a prefix. */
#include "range.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

struct range parse_range(char *arg)
{
	char *slash = strchr(arg, '/');
	struct range range = { };
	struct in_addr a;

	if (slash) {
		*slash = 0;
		range.bits = ~0U >> atoi(slash + 1);
	}
	if (!inet_aton(arg, &a))
		errx(1, "'%s' is not an address", arg);
	range.addr = ntohl(a.s_addr);
	return range;
}

__be32 nth(const struct range *range, unsigned long n)
{
	return htonl(range->addr + (n & range->bits));
}
