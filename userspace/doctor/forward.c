// SPDX-License-Identifier: GPL-2.0
#include "doctor/forward.h"

#include <netinet/in.h>

#include "doctor/wire.h"

/* As good as at once: the kernel answers before sendto(2) is over, unless it is busy. */
#define OTHERS_MS 4

/* A firewall may let clients use some services only; one that answers is enough. */
static const struct {
	__u8 protocol;
	__u16 port;
} kinds[] = {
	{ IPPROTO_TCP, 443 },
	{ IPPROTO_TCP, 80 },
	{ IPPROTO_TCP, 445 },
	{ IPPROTO_TCP, 3389 },
	{ IPPROTO_TCP, 22 },
	{ IPPROTO_TCP, 25 },
	{ IPPROTO_UDP, 53 },
};

static bool visit(struct visit *v, __u8 protocol, __u16 port, int ms)
{
	static __u16 sport = 50000;
	struct packet p = {
		.dev = v->dev, .src = v->client, .dst = v->host, .protocol = protocol,
		.sport = sport++, .dport = port, .number = next_number(), .flags = SYN,
	};
	struct packet got, answer;

	wire_send(v->copy, &p);
	if (!wire_wait(v->copy, &p, ms, &got) || got.flags & RST)
		return false;
	v->arrived = true;
	v->out = got.dev;
	answer = packet_answer(&got);
	wire_send(v->copy, &answer);
	v->answered = wire_wait(v->copy, &answer, ms, &got) && got.dev == v->dev;
	return v->answered;
}

void visit_once(struct visit *v)
{
	visit(v, kinds[0].protocol, kinds[0].port, v->ms);
}

void visit_any(struct visit *v)
{
	size_t i;

	v->arrived = false;
	v->answered = false;
	for (i = 0; i < ARRAY_SIZE(kinds) && !v->answered; i++)
		visit(v, kinds[i].protocol, kinds[i].port, i ? OTHERS_MS : v->ms);
}
