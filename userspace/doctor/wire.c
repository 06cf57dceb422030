// SPDX-License-Identifier: GPL-2.0
#include "doctor/wire.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "lib/clock.h"

__u32 next_number(void)
{
	static __u32 number = 0x10000001;

	return number += 0x1003;
}

void wire_send(const struct copy *copy, const struct packet *p)
{
	char bytes[PACKET_SIZE];
	size_t len = packet_build(p, bytes);
	const struct link *link = find_link(copy->links, p->dev);
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_halen = ETH_ALEN,
	};

	if (!link)
		return;
	to.sll_ifindex = link->wire;
	memcpy(to.sll_addr, link->mac, ETH_ALEN);
	/* One that is lost is a packet that did not come. */
	(void)!sendto(copy->wires, bytes, len, 0, (struct sockaddr *)&to, sizeof(to));
}

/* More than one may send by a wire. */
static unsigned int sender(const struct copy *copy, const struct sockaddr_ll *from)
{
	const struct link *link;

	for (link = copy->links; link; link = link->next)
		if (link->wire == (unsigned int)from->sll_ifindex && !link->is_port &&
		    !memcmp(link->mac, from->sll_addr, ETH_ALEN))
			return link->index;
	return from->sll_ifindex;
}

/* The next one that the copy sent. */
static bool receive(const struct copy *copy, struct packet *p)
{
	static char bytes[65536];
	struct sockaddr_ll from;
	socklen_t size;
	ssize_t len;

	for (;;) {
		size = sizeof(from);
		len = recvfrom(copy->wires, bytes, sizeof(bytes), 0, (struct sockaddr *)&from,
			       &size);
		if (len < 0)
			return false;
		if (from.sll_pkttype == PACKET_OUTGOING || !packet_parse(bytes, len, p))
			continue;
		p->dev = sender(copy, &from);
		return true;
	}
}

static bool is_about(const struct packet *sent, const struct packet *p)
{
	if (p->protocol != sent->protocol)
		return false;
	return p->number == sent->number ||
	       (p->protocol == IPPROTO_TCP &&
		p->ack == sent->number + sent->len + !!(sent->flags & SYN));
}

bool wire_wait(const struct copy *copy, const struct packet *sent, int ms, struct packet *p)
{
	struct pollfd poll_fd = { .fd = copy->wires, .events = POLLIN };
	long long end = now_ms() + ms;

	do {
		while (receive(copy, p))
			if (is_about(sent, p))
				return true;
		ms = end - now_ms();
	} while (ms > 0 && poll(&poll_fd, 1, ms) > 0);
	return false;
}
