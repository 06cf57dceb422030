/* SPDX-License-Identifier: GPL-2.0 */
/* Multicasts events. A low layer, so that all others may call it. */
#ifndef PGW_EVENT_H
#define PGW_EVENT_H

#include <net/genetlink.h>

#include "pernet.h"
#include "uapi/linux/pptpgw.h"

/**
 * struct pgw_event - what happened
 * @type: what
 * @client: remote address; 0 if it concerns no client
 * @local: the server's address; likewise
 * @ingress: index of the client's ingress; 0 if it is gone
 * @old_ingress: PPTPGW_EVENT_INGRESS_MOVED: the ingress before
 * @ifindex: PPTPGW_EVENT_GUARD_*: the corporate interface; _DEV_CHANGED: the interface
 * @client_call_id: PPTPGW_EVENT_CALL_*: assigned by the client
 * @local_call_id: PPTPGW_EVENT_CALL_*: assigned by the server
 * @prefix: PPTPGW_EVENT_GUARD_*: what the route is to
 * @prefix_len: likewise
 * @gateway: likewise; 0 if it has none
 * @role: PPTPGW_EVENT_DEV_CHANGED: enum pptpgw_role, as it is now
 * @policy: likewise, enum pptpgw_policy
 * @unroutable: likewise, enum pptpgw_unroutable
 * @guard: likewise, enum pptpgw_guard
 */
struct pgw_event {
	enum pptpgw_event_type type;
	__be32 client;
	__be32 local;
	int ingress;
	int old_ingress;
	int ifindex;
	u16 client_call_id;
	u16 local_call_id;
	__be32 prefix;
	u8 prefix_len;
	__be32 gateway;
	u8 role;
	u8 policy;
	u8 unroutable;
	u8 guard;
};

void pgw_event_send(struct pgw_net *pn, const struct pgw_event *event);
bool pgw_event_due(u32 *last);

void pgw_event_start(const struct genl_family *family);
void pgw_event_stop(void);

#endif /* PGW_EVENT_H */
