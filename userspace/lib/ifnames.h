/* SPDX-License-Identifier: GPL-2.0 */
/* Names of interfaces, each kept once: a route has room for a number only. */
#ifndef LIB_IFNAMES_H
#define LIB_IFNAMES_H

#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>

/* The kernel may have an interface of that name. */
static inline bool is_ifname(const char *text)
{
	return *text && strlen(text) < IF_NAMESIZE && !strchr(text, '/');
}

/* The number of a name, from 1. Ends the program when memory or numbers do. */
__u16 ifname_number(const char *name);

/* The same, of an interface here; one that has gone is called "if" and its index. */
__u16 ifname_number_of_index(__u32 ifindex);

const char *ifname(__u16 number);

/**
 * struct ifstate - an interface here
 * @index: 0 if there is no such interface; the others are 0 then, too
 * @flags: IFF_UP...
 * @mtu: in bytes
 */
struct ifstate {
	unsigned int index, flags, mtu;
};

void ifname_state(const char *name, struct ifstate *state);

#endif /* LIB_IFNAMES_H */
