/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rtnetlink(7) knows of the present network namespace, kept as the kernel's own
 * messages, and made again in another one.
 */
#ifndef DOCTOR_RECORD_H
#define DOCTOR_RECORD_H

#include "doctor/facts.h"

/**
 * struct message - of the kernel
 * @done: it was sent, and accepted
 * @nlh: the message, which goes on behind this struct
 */
struct message {
	struct message *next;
	bool done;
	struct nlmsghdr nlh;
};

/* struct messages - a list, in the order of the dump */
struct messages {
	struct message *first, **last;
};

/**
 * struct recording - all of a host's
 * @links: interfaces
 * @addresses: of IPv4, as the others
 * @rules: of policy routing
 * @routes: nexthop objects, and routes of all tables
 */
struct recording {
	struct messages links, addresses, rules, routes;
};

void record(struct doctor *d, struct recording *r);

/* Add a dump to @list; @header is the size of the second header. */
void record_some(struct doctor *d, struct messages *list, __u16 type, size_t header,
		 unsigned char family);

/* Make the addresses, rules and routes here. How many routes the kernel refuses. */
unsigned int replay(const struct recording *r);

#endif /* DOCTOR_RECORD_H */
