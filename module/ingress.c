// SPDX-License-Identifier: GPL-2.0
/*
 * The uplink by which a reply to an Internet client leaves: that of its peer or its note,
 * else one that goes by the addresses. All runs under RCU.
 */
#include "ingress.h"

#include <linux/inetdevice.h>
#include <linux/netdevice.h>

#include "halfopen.h"

/* The uplink by which a connection's segments came in before it was proven. */
static struct pgw_iface *uplink_by_half_open(struct pgw_net *pn,
					     const struct pgw_key *key,
					     const struct pgw_packet *pkt)
{
	u16 port = pkt->kind == PGW_CONTROL ? pkt->ports[1] : pkt->port;

	return port ? pgw_iface_uplink(pn, pgw_half_open_find(pn, key, port).ifindex) : NULL;
}

/*
 * GRE without a peer may be this host's own, as a client of another server, or that of
 * a client behind it: then it follows its source address, or the routing table. An
 * address of the loopback device is one that uplinks share.
 */
static bool may_be_foreign(const struct pgw_packet *pkt,
			   const struct net_device *owner)
{
	return pkt && pkt->kind == PGW_GRE &&
	       !(owner && owner->flags & IFF_LOOPBACK);
}

/*
 * For an Internet client without a peer or a note: the uplink that owns the source
 * address, or the only one. Of several the one that the routing table takes (NULL: it
 * need not be changed), or any: no reply to an Internet client leaves by another interface.
 */
static struct pgw_iface *uplink_by_address(struct pgw_net *pn,
					   const struct pgw_key *key,
					   const struct pgw_packet *pkt,
					   int table_oif,
					   enum pptpgw_source *source)
{
	struct net_device *owner = __ip_dev_find(pn->net, key->local, false);
	struct pgw_iface *found = owner ? pgw_iface_uplink(pn, owner->ifindex) : NULL;

	*source = PPTPGW_SOURCE_ADDRESS;
	if (found || may_be_foreign(pkt, owner))
		goto out;
	found = pgw_iface_any_uplink(pn);
	if (pn->uplinks > 1) {
		*source = PPTPGW_SOURCE_NONE;
		if (pgw_iface_uplink(pn, table_oif))
			return NULL;
	}
out:
	if (!found)
		*source = PPTPGW_SOURCE_NONE;
	return found;
}

/*
 * The SYN-ACK of a new connection goes where its SYN came from, if the client has not
 * proved for a while that it uses the ingress of the peer it has: it may have moved.
 */
static bool peer_tells(const struct pgw_peer *peer,
		       const struct pgw_packet *pkt)
{
	return !pkt || !pkt->syn || pgw_peer_is_current(peer);
}

/**
 * pgw_ingress_find - the uplink by which a reply to an Internet client leaves
 * @pn: namespace
 * @key: client and local address
 * @peer: its peer, or NULL
 * @pkt: the reply; NULL for GRE and plain segments of a peer
 * @table_oif: where the routing table sends it
 * @source: how the uplink is known
 *
 * Context: RCU. Return: the uplink; NULL if the routing table may have its way.
 */
struct pgw_iface *pgw_ingress_find(struct pgw_net *pn, const struct pgw_key *key,
				   const struct pgw_peer *peer,
				   const struct pgw_packet *pkt, int table_oif,
				   enum pptpgw_source *source)
{
	struct pgw_iface *ingress, *noted;

	ingress = peer ? rcu_dereference(peer->ingress) : NULL;
	if (ingress && !pgw_iface_is(ingress, PPTPGW_ROLE_INTERNET))
		ingress = NULL;
	*source = PPTPGW_SOURCE_PEER;
	if (ingress && peer_tells(peer, pkt))
		return ingress;
	noted = pkt ? uplink_by_half_open(pn, key, pkt) : NULL;
	if (noted) {
		*source = PPTPGW_SOURCE_HALF_OPEN;
		return noted;
	}
	return ingress ?: uplink_by_address(pn, key, pkt, table_oif, source);
}
