// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as a route's message of rtnetlink. What is read can be
 * printed; what the tool could have sent is sent and read as the same route.
 */
#include "fuzz.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "route/rtnl.h"
#include "route/text.h"

/* Padded, as it is in a datagram. */
static struct nlmsghdr *make_message(const __u8 *data, size_t size)
{
	struct nlmsghdr *nlh = calloc(1, NLMSG_HDRLEN + MNL_ALIGN(size));

	promise(nlh);
	nlh->nlmsg_len = NLMSG_HDRLEN + size;
	nlh->nlmsg_type = RTM_NEWROUTE;
	if (size)
		memcpy(nlh + 1, data, size);
	return nlh;
}

/* A weight of an only next hop is not sent. */
static bool is_whole(const struct route *r)
{
	return !r->foreign && (r->hop_count != 1 || !r->hop.weight);
}

static void send_and_read(const struct route *r)
{
	static struct nexthop hops[HOPS_MAX];
	static union {
		struct nlmsghdr head;
		char bytes[ROUTE_REQUEST_SIZE];
	} request;
	struct route again;

	route_request(&request, RTM_NEWROUTE, 0, r);
	promise(request.head.nlmsg_len <= sizeof(request));
	promise(route_read(&request.head, &again, hops));
	promise(again.protocol == ROUTE_PROTOCOL);
	promise(route_same_key(r, &again) && route_matches(r, &again));
}

int fuzz_one(const __u8 *data, size_t size)
{
	struct nlmsghdr *nlh = make_message(data, size);
	static struct nexthop hops[HOPS_MAX];
	static char text[ROUTE_TEXT_SIZE];
	struct route r;

	ifnames_forget();
	if (route_read(nlh, &r, hops)) {
		promise(r.family == AF_INET || r.family == AF_INET6);
		route_text(&r, text, sizeof(text));
		promise(*text && strlen(text) < sizeof(text) - 1 && !strstr(text, "(null)"));
		if (is_whole(&r))
			send_and_read(&r);
	}
	free(nlh);
	return 0;
}
