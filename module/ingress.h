/* SPDX-License-Identifier: GPL-2.0 */
/* The uplink by which a reply to an Internet client leaves. */
#ifndef PGW_INGRESS_H
#define PGW_INGRESS_H

#include "packet.h"
#include "peer.h"

struct pgw_iface *pgw_ingress_find(struct pgw_net *pn, const struct pgw_key *key,
				   const struct pgw_peer *peer,
				   const struct pgw_packet *pkt, int table_oif,
				   enum pptpgw_source *source);

#endif /* PGW_INGRESS_H */
