/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces: what they are, how they lie on each other, and those of the copy. */
#ifndef DOCTOR_LINKS_H
#define DOCTOR_LINKS_H

#include "doctor/record.h"

/* Those that lie on others come last. */
enum link_kind { LINK_VETH, LINK_BRIDGE, LINK_BOND, LINK_VRF, LINK_VLAN, LINK_MACVLAN };

/**
 * struct link - an interface, of the host and of the copy
 * @name: as on the host
 * @index: ditto
 * @flags: ditto
 * @mtu: ditto
 * @master: of which it is a port or a member, or 0
 * @lower: on which it lies, or 0
 * @kind: LINK_VETH for all that need not be what they are
 * @number: a VLAN's ID, a VRF's table
 * @protocol: a VLAN's
 * @mac: where frames to it go
 * @wire: by which the world sends to it, an index there
 * @is_port: its packets are its master's
 * @made: the copy has it
 * @next: in the order of the host
 */
struct link {
	const char *name;
	unsigned int index, flags, mtu, master, lower;
	enum link_kind kind;
	__u32 number;
	__u16 protocol;
	unsigned char mac[6];
	unsigned int wire;
	bool is_port, made;
	struct link *next;
};

/* Those of the host; no clients' tunnels. */
struct link *read_links(struct doctor *d, const struct messages *messages);

/* That with this index, or name, or NULL. */
struct link *find_link(struct link *links, unsigned int index);
struct link *find_link_named(struct link *links, const char *name);

/*
 * Make an interface of each that was recorded. Their other ends are in the network
 * namespace @world, with the same indexes.
 */
struct link *replay_links(struct doctor *d, const struct recording *r, int world);

/* One like those that pppd makes, in front of the others; NULL if the kernel refuses. */
struct link *add_ppp(struct doctor *d, struct link *links, int world, __u32 local, __u32 peer);

#endif /* DOCTOR_LINKS_H */
