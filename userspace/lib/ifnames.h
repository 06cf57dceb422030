/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of interfaces, each kept once: a route has room for a number only.
 */
#ifndef IFNAMES_H
#define IFNAMES_H

#include <linux/types.h>

/* The number of a name, from 1. Ends the program when memory or numbers do. */
__u16 ifname_number(const char *name);

/* The same, of an interface here; one that has gone is called "if" and its index. */
__u16 ifname_number_of_index(__u32 ifindex);

const char *ifname(__u16 number);

#endif /* IFNAMES_H */
