// SPDX-License-Identifier: GPL-2.0
/*
 * What the segments of a control connection say about the calls of a known peer.
 * Nothing is steered by it. The caller knows that a segment is what it claims to be:
 * the server's own, or proven.
 */
#include "follow.h"

#include <net/ip.h>

#include "call.h"
#include "ctrlmsg.h"
#include "event.h"

static void tell_call(struct pgw_net *pn, const struct pgw_peer *peer,
		      enum pptpgw_event_type type, u16 client_call_id,
		      u16 local_call_id)
{
	struct pgw_iface *ingress = rcu_dereference(peer->ingress);
	const struct pgw_event event = {
		.type = type,
		.client = peer->node.key.client,
		.local = peer->node.key.local,
		.ingress = READ_ONCE(ingress->ifindex),
		.client_call_id = client_call_id,
		.local_call_id = local_call_id,
	};

	pgw_count(ingress, type == PPTPGW_EVENT_CALL_OPENED ? PPTPGW_COUNTER_CALLS_OPENED :
							      PPTPGW_COUNTER_CALLS_CLOSED);
	pgw_event_send(pn, &event);
}

static void open_call(struct pgw_net *pn, struct pgw_peer *peer, u16 port,
		      const struct pgw_ctrlmsg *msg)
{
	int err = pgw_call_open(pn, &peer->calls, port, msg);

	if (!err)
		tell_call(pn, peer, PPTPGW_EVENT_CALL_OPENED, msg->peer_call_id,
			  msg->call_id);
	else if (err != -EEXIST)
		pgw_count(rcu_dereference(peer->ingress),
			  PPTPGW_COUNTER_CALLS_REFUSED);
}

/* One control message of the server. @port is the client's. */
static void follow_message(struct pgw_net *pn, struct pgw_peer *peer, u16 port,
			   const struct pgw_ctrlmsg *msg)
{
	struct pgw_call call;

	if (msg->event == PGW_CALL_OPENED) {
		open_call(pn, peer, port, msg);
	} else if (msg->event == PGW_CALL_CLOSED) {
		if (pgw_call_close(pn, &peer->calls, msg->call_id, &call))
			tell_call(pn, peer, PPTPGW_EVENT_CALL_CLOSED,
				  call.client_call_id, call.local_call_id);
	}
}

/*
 * Follow the control messages of a segment; the client's are only checked. A message
 * may be split over two segments; it is then not understood, which is counted and
 * harms nobody.
 */
static void follow_messages(struct pgw_net *pn, const struct sk_buff *skb,
			    struct pgw_peer *peer, const struct pgw_packet *pkt,
			    u16 port)
{
	u32 offset = ip_hdrlen(skb) + pkt->header;
	unsigned int burst = PGW_CTRLMSG_BURST;
	u8 buf[PGW_CTRLMSG_NEED];
	struct pgw_ctrlmsg msg;
	const u8 *p;
	u32 len;

	for (; offset < skb->len && burst; burst--, offset += msg.length) {
		len = min_t(u32, skb->len - offset, sizeof(buf));
		p = skb_header_pointer(skb, offset, len, buf);
		if (!p || !pgw_ctrlmsg_parse(p, len, skb->len - offset, &msg)) {
			pgw_count(rcu_dereference(peer->ingress),
				  PPTPGW_COUNTER_CONTROL_ODD);
			return;
		}
		if (pkt->from_server)
			follow_message(pn, peer, port, &msg);
	}
}

/**
 * pgw_follow - follow a peer's calls
 * @pn: namespace
 * @skb: a segment of the control connection, from the client or to it
 * @peer: the client's
 * @pkt: what it is
 *
 * The calls of a control connection end with it, said or unsaid. Context: RCU.
 */
void pgw_follow(struct pgw_net *pn, const struct sk_buff *skb,
		struct pgw_peer *peer, const struct pgw_packet *pkt)
{
	u16 port = pkt->ports[pkt->from_server];
	struct pgw_call call;

	if (pkt->data && !pkt->syn)
		follow_messages(pn, skb, peer, pkt, port);
	if (!pkt->fin && !pkt->rst)
		return;
	while (pgw_call_close_port(pn, &peer->calls, port, &call))
		tell_call(pn, peer, PPTPGW_EVENT_CALL_CLOSED,
			  call.client_call_id, call.local_call_id);
}
