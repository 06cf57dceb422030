/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is wrong with this host as a PPTP gateway. A check is a function that
 * looks at a struct doctor, and reports what it finds.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <linux/types.h>
#include <net/if.h>
#include <obstack.h>
#include <stdbool.h>

#include "route/conf.h"
#include "genl/nl.h"
#include "route/route.h"

#define TEXT_LIKE_PRINTF format(printf, 2, 3)

/* A note is no fault: the exit status does not tell of it. */
enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
};

struct doctor;

/**
 * struct finding - something that is wrong
 * @id: its stable name, see pptpgw(8)
 * @severity: enum severity
 * @what: is wrong
 * @breaks: what does not work for it
 * @owner: which program or file it comes from, NULL if that cannot be known
 * @fix: a command of the shell that fixes it, NULL if there is none
 * @mend: does what @fix does; NULL if that is not safe. 0, or -1 after saying why
 * @route: for @mend
 * @path: ditto, a file
 * @value: ditto, what is to be in it
 * @next: in the order of the reports
 */
struct finding {
	const char *id;
	enum severity severity;
	const char *what, *breaks, *owner, *fix;
	int (*mend)(struct doctor *d, const struct finding *finding);
	const struct route *route;
	const char *path, *value;
	struct finding *next;
};

/**
 * struct iface - an interface that has a role
 * @name: as text
 * @number: as in ifnames.h
 * @role: enum pptpgw_role: the configuration's, else the module's
 * @conf_role: what the configuration says, or UNSET
 * @live_role: what the module says, or UNSET
 * @ifindex: 0 if there is no such interface
 * @flags: IFF_UP...
 * @mtu: of the interface
 */
struct iface {
	const char *name;
	__u16 number;
	int role, conf_role, live_role;
	unsigned int ifindex;
	unsigned int flags;
	unsigned int mtu;
	struct iface *next;
};

/**
 * struct known_route - a route that the kernel has
 * @route: an IPv4 default route or half of one, of any table; or one of ours
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
 * @conf_exists: there is one
 * @loaded: the module is
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
	bool conf_exists, loaded;
	struct iface *ifaces, **last_iface;
	struct known_route *routes, **last_route;
	struct address *addresses;
	const struct route *active;
	struct finding *findings, **last_finding;
	struct obstack pool;
};

/* Look at the host; an exit status. doctor_close() is needed after success. */
int doctor_open(struct doctor *d);
void doctor_close(struct doctor *d);

void report(struct doctor *d, const struct finding *finding);

/* Text and other memory in the pool. */
const char *__attribute__((TEXT_LIKE_PRINTF))
text(struct doctor *d, const char *format, ...);
void *pool_copy(struct doctor *d, const void *data, size_t size);
void *pool_zero(struct doctor *d, size_t size);

/* The route in words, in the pool. */
const char *text_of_route(struct doctor *d, const struct route *route);

/* An IPv4 address in host order. */
const char *text_of_address(struct doctor *d, __u32 address);

/* The iface of that interface, or NULL. */
const struct iface *find_iface(const struct doctor *d, __u16 number);

/* What is known of an interface; it gets no role by that. */
struct iface *look_up_iface(struct doctor *d, __u16 number);

/* enum pptpgw_role. */
int role_of(const struct doctor *d, __u16 number);

static inline bool is_there(const struct iface *iface)
{
	return iface->ifindex && iface->flags & IFF_UP;
}

/* The first uplink that is up, from @iface on: "for (u = next_uplink(d->ifaces); u; ...)". */
const struct iface *next_uplink(const struct iface *iface);

/* Where the routing table sends what is for the Internet: an interface, or 0. */
static inline __u16 active_dev(const struct doctor *d)
{
	return d->active ? route_hops(d->active)->name : 0;
}

/* The routing table sends some of it through that interface. */
bool is_active_dev(const struct doctor *d, __u16 number);

/* Owners, for struct finding. */
const char *owner_of_route(struct doctor *d, const struct route *route, __u16 dev);
const char *owner_of_sysctl(struct doctor *d, const char *key);

/* The process that runs a program in this network namespace, or 0; @arg is on its command line. */
int find_process(const char *comm, const char *arg);

/* For @mend of a finding: write @value to @path; delete @route. */
int mend_file(struct doctor *d, const struct finding *finding);
int mend_route(struct doctor *d, const struct finding *finding);

/* The value of net.ipv4.KEY, or -1. */
int sysctl_ipv4(const char *key);
int sysctl_of_dev(const char *dev, const char *key);

/* rp_filter of an interface as it acts: the greater of its own and that of all. */
int rp_filter_of(const char *dev);

/* Reads it, for doctor_open(). */
void check_configuration(struct doctor *d);

/* The checks, by topic. */
void check_interfaces(struct doctor *d);
void check_roles(struct doctor *d);
void check_routes(struct doctor *d);
void check_gateways(struct doctor *d);
void check_module(struct doctor *d);
void check_defaults(struct doctor *d);
void check_uplinks(struct doctor *d);
void check_rules(struct doctor *d);
void check_sysctls(struct doctor *d);
void check_firewall(struct doctor *d);

/* For hosts that forward to a PPTP server. */
void check_redirects(struct doctor *d);

void check_ppp(struct doctor *d);
void check_managers(struct doctor *d);

#endif /* DOCTOR_H */
