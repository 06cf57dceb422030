/* SPDX-License-Identifier: GPL-2.0 */
/* The interfaces of the copy. */
#ifndef DOCTOR_LINKS_H
#define DOCTOR_LINKS_H

#include "doctor/linkinfo.h"

/*
 * Make an interface of each that was recorded. Their other ends are in the network
 * namespace @world, with the same indexes.
 */
struct link *replay_links(struct doctor *d, const struct recording *r, int world);

/* One more, which the host has not. */
struct link *add_link(struct doctor *d, const char *name, unsigned int index, int world);

/* Give @dev the addresses of a point-to-point link. */
void add_peer_address(unsigned int dev, __u32 local, __u32 peer);

#endif /* DOCTOR_LINKS_H */
