/* SPDX-License-Identifier: GPL-2.0 */
/* What interfaces are, and how they lie on each other. */
#ifndef DOCTOR_LINKINFO_H
#define DOCTOR_LINKINFO_H

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
 * @info: of its kind, in the kernel's message
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
	const struct nlattr *info;
	unsigned char mac[6];
	unsigned int wire;
	bool is_port, made;
	struct link *next;
};

/* Their words. */
extern const char *const link_kinds[];

/* Those of the host; no clients' tunnels. */
struct link *read_links(struct doctor *d, const struct messages *messages);

/* One more, a veth. */
struct link *new_link(struct doctor *d, const char *name, unsigned int index);

/* That with this index, or NULL. */
struct link *find_link(struct link *links, unsigned int index);

#endif /* DOCTOR_LINKINFO_H */
