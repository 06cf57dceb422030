/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of this host, read once: the configuration, the module's roles,
 * interfaces, addresses and routes.
 */
#ifndef DOCTOR_FACTS_H
#define DOCTOR_FACTS_H

#include "genl/nl.h"
#include "lib/diag.h"
#include "lib/ifnames.h"
#include "lib/memory.h"
#include "route/conf.h"

struct finding;

/**
 * struct iface - an interface that has a role
 * @name: as text
 * @number: as in ifnames.h
 * @role: enum pptpgw_role: the configuration's, else the module's
 * @conf_role: what the configuration says, or UNSET
 * @live_role: what the module says, or UNSET
 * @state: whether there is such an interface, and its flags
 */
struct iface {
	const char *name;
	__u16 number;
	int role, conf_role, live_role;
	struct ifstate state;
	struct iface *next;
};

/**
 * struct known_route - a route that the kernel has
 * @route: an IPv4 default route or half of one, of any table; one of ours; or one to public
 *         addresses that leads through no uplink
 */
struct known_route {
	struct route route;
	struct known_route *next;
};

/**
 * struct address - an IPv4 address of this host, in host order
 * @net: its subnet's first address
 * @len: bits of the subnet's prefix
 * @peer: the other end of a point-to-point link, or 0
 * @dev: interface
 */
struct address {
	__u32 address, net, peer;
	unsigned int len;
	const char *dev;
	struct address *next;
};

/**
 * struct doctor - what is known of this host
 * @nl: connection, of rtnetlink
 * @conf: the configuration; empty if there is none
 * @conf_errors: what is wrong with it
 * @conf_exists: there is one
 * @loaded: the module is
 * @moved: a role was found on the wrong interface, see stack.h; nothing can be applied
 * @ifaces: interfaces with a role
 * @routes: see there
 * @addresses: ditto
 * @active: the default route that the kernel uses, or NULL
 * @findings: so far
 * @pool: memory of all that, until doctor_close()
 */
struct doctor {
	struct nl nl;
	struct conf conf;
	struct diag_list conf_errors;
	bool conf_exists, loaded, moved;
	struct iface *ifaces, **last_iface;
	struct known_route *routes, **last_route;
	struct address *addresses;
	const struct route *active;
	struct finding *findings, **last_finding;
	struct obstack pool;
};

/* Read all that; an exit status. doctor_close() is needed after success. */
int doctor_open(struct doctor *d);
void doctor_close(struct doctor *d);

/* Text and other memory in the pool. */
__printf(2, 3)
const char *text(struct doctor *d, const char *format, ...);
/* @list, with @next behind it if that is not in it yet. Either may be NULL. */
const char *join(struct doctor *d, const char *list, const char *separator, const char *next);
void *pool_copy(struct doctor *d, const void *data, size_t size);
void *pool_zero(struct doctor *d, size_t size);

/* The route in words, in the pool. */
const char *text_of_route(struct doctor *d, const struct route *route);

/*
 * "ip route VERB" with @words, which say @route, and its protocol: next hops come last, as
 * ip(8) takes nothing behind them.
 */
const char *route_command(struct doctor *d, const char *verb, const struct route *route,
			  const char *words);

/* The command that deletes it. */
const char *command_to_delete(struct doctor *d, const struct route *route);

/* Where a route, or an interface's role, stands in the configuration. */
const char *place_of_route(struct doctor *d, const struct route *route);
const char *place_of_dev(struct doctor *d, __u16 number);

/* The command "pptpgw @words" that reads the same configuration. */
const char *tool_command(struct doctor *d, const char *words);

/* An IPv4 address in host order. */
const char *text_of_address(struct doctor *d, __u32 address);

/* The iface of that interface, or NULL. */
struct iface *find_iface(const struct doctor *d, __u16 number);

/* What is known of an interface; it gets no role by that. */
struct iface *read_iface(struct doctor *d, __u16 number);

/* enum pptpgw_role. */
int role_of(const struct doctor *d, __u16 number);

static inline bool is_there(const struct iface *iface)
{
	return iface->state.index && iface->state.flags & IFF_UP;
}

/* The first uplink that is up, from @iface on: "for (u = next_uplink(d->ifaces); u; ...)". */
const struct iface *next_uplink(const struct iface *iface);

/*
 * Of table main, the default route that the kernel takes: the first of the best metric. Or
 * the one that it would take if there were none but those by uplinks.
 */
const struct route *find_default(const struct doctor *d, bool by_uplinks);

/* May be that of a client of the Internet; not of a subnet of this host. */
bool is_public(const struct doctor *d, __u32 address);

/* The first interface of a route that is no uplink, or 0. */
__u16 wrong_dev(const struct doctor *d, const struct route *r);

#endif /* DOCTOR_FACTS_H */
