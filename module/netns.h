/* SPDX-License-Identifier: GPL-2.0 */
/* When hooks and tables exist in a namespace. */
#ifndef PGW_NETNS_H
#define PGW_NETNS_H

#include "pernet.h"

/**
 * enum pgw_forward - is there a PPTP server behind this host?
 * @PGW_FORWARD_NEVER: no
 * @PGW_FORWARD_NAT: there may be, where there is NAT
 * @PGW_FORWARD_ALWAYS: there may be, in any namespace with an uplink
 */
enum pgw_forward {
	PGW_FORWARD_NEVER,
	PGW_FORWARD_NAT,
	PGW_FORWARD_ALWAYS,
};

extern enum pgw_forward pgw_forward;	/* set before pgw_netns_init() */

int pgw_netns_uplink_get(struct pgw_net *pn);
void pgw_netns_wait_stopped(struct pgw_net *pn);
void pgw_netns_uplink_put(struct pgw_net *pn);
void pgw_netns_uplink_lost(struct pgw_net *pn);

int pgw_netns_init(void);
void pgw_netns_exit(void);

#endif /* PGW_NETNS_H */
