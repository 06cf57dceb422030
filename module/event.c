// SPDX-License-Identifier: GPL-2.0
/*
 * Multicasts events to the listeners in the namespace. Without a listener an event costs
 * the test of a bit.
 */
#include "event.h"

#include <linux/jiffies.h>

#include "due.h"

/* Set while the family is registered. The pointer itself never changes. */
static const struct genl_family __rcu *event_family __read_mostly;

static int put_call(struct sk_buff *skb, const struct pgw_event *event)
{
	return nla_put_u32(skb, PPTPGW_A_EVENT_CLIENT_CALL_ID,
			   event->client_call_id) ?:
	       nla_put_u32(skb, PPTPGW_A_EVENT_LOCAL_CALL_ID,
			   event->local_call_id);
}

static int put_route(struct sk_buff *skb, const struct pgw_event *event)
{
	if (nla_put_in_addr(skb, PPTPGW_A_EVENT_PREFIX, event->prefix) ||
	    nla_put_u32(skb, PPTPGW_A_EVENT_PREFIX_LEN, event->prefix_len))
		return -EMSGSIZE;
	if (!event->gateway)
		return 0;
	return nla_put_in_addr(skb, PPTPGW_A_EVENT_GATEWAY, event->gateway);
}

static int put_settings(struct sk_buff *skb, const struct pgw_event *event)
{
	return nla_put_u32(skb, PPTPGW_A_EVENT_ROLE, event->role) ?:
	       nla_put_u32(skb, PPTPGW_A_EVENT_POLICY, event->policy) ?:
	       nla_put_u32(skb, PPTPGW_A_EVENT_UNROUTABLE,
			   event->unroutable) ?:
	       nla_put_u32(skb, PPTPGW_A_EVENT_GUARD, event->guard);
}

/* The attributes of its type only. */
static int put_details(struct sk_buff *skb, const struct pgw_event *event)
{
	switch (event->type) {
	case PPTPGW_EVENT_CALL_OPENED:
	case PPTPGW_EVENT_CALL_CLOSED:
		return put_call(skb, event);
	case PPTPGW_EVENT_GUARD_VIOLATION:
	case PPTPGW_EVENT_GUARD_DENIED:
		return put_route(skb, event);
	case PPTPGW_EVENT_DEV_CHANGED:
		return put_settings(skb, event);
	default:
		return 0;
	}
}

static int put_event(struct sk_buff *skb, const struct pgw_event *event)
{
	if (nla_put_u32(skb, PPTPGW_A_EVENT_TYPE, event->type))
		return -EMSGSIZE;
	if (event->client &&
	    (nla_put_in_addr(skb, PPTPGW_A_EVENT_CLIENT, event->client) ||
	     nla_put_in_addr(skb, PPTPGW_A_EVENT_LOCAL, event->local)))
		return -EMSGSIZE;
	if (event->ingress &&
	    nla_put_u32(skb, PPTPGW_A_EVENT_INGRESS_IFINDEX, event->ingress))
		return -EMSGSIZE;
	if (event->old_ingress &&
	    nla_put_u32(skb, PPTPGW_A_EVENT_OLD_INGRESS_IFINDEX,
			event->old_ingress))
		return -EMSGSIZE;
	if (event->ifindex &&
	    nla_put_u32(skb, PPTPGW_A_EVENT_IFINDEX, event->ifindex))
		return -EMSGSIZE;
	return put_details(skb, event);
}

/* Without its number. Return: message, or NULL. */
static struct sk_buff *new_message(const struct genl_family *family,
				   const struct pgw_event *event, void **header)
{
	struct sk_buff *skb;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	*header = genlmsg_put(skb, 0, 0, family, 0, PPTPGW_CMD_EVENT);
	if (*header && !put_event(skb, event))
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/* Consumes @skb. Context: event_lock. */
static void multicast(const struct pgw_net *pn, struct sk_buff *skb,
		      void *header, const struct genl_family *family)
{
	if (nla_put_u32(skb, PPTPGW_A_EVENT_SEQ, pn->event_seq)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	genlmsg_multicast_netns(family, pn->net, skb, 0, 0, GFP_ATOMIC);
}

/**
 * pgw_event_send - send an event to the listeners of a namespace
 * @pn: namespace
 * @event: what happened
 *
 * Never waits for a listener: one that does not read loses events, gets ENOBUFS from its
 * socket, and learns from the next event's number how many. Events that are lost because
 * there is no memory have a number, too; without a listener events have none.
 * Context: RCU; softirq or process.
 */
void pgw_event_send(struct pgw_net *pn, const struct pgw_event *event)
{
	const struct genl_family *family = rcu_dereference(event_family);
	struct sk_buff *skb;
	void *header;

	if (!family || !genl_has_listeners(family, pn->net, 0))
		return;
	skb = new_message(family, event, &header);
	spin_lock_bh(&pn->event_lock);
	pn->event_seq++;
	if (skb)
		multicast(pn, skb, header, family);
	spin_unlock_bh(&pn->event_lock);
}

/**
 * pgw_event_due - limit events of one kind to one a second
 * @last: jiffies of the last one, low 32 bits; kept by the caller
 *
 * Return: true if one may be sent now. Two CPUs may both get it.
 */
bool pgw_event_due(u32 *last)
{
	u32 then = READ_ONCE(*last);
	u32 now = (u32)jiffies | 1; /* 0 is never */

	if (!pgw_is_due(then, now, HZ))
		return false;
	WRITE_ONCE(*last, now);
	return true;
}

void pgw_event_start(const struct genl_family *family)
{
	rcu_assign_pointer(event_family, family);
}

/* When this returns no event is being sent any more, and the family may go. */
void pgw_event_stop(void)
{
	RCU_INIT_POINTER(event_family, NULL);
	synchronize_rcu();
}
