// SPDX-License-Identifier: GPL-2.0
/*
 * The messages are those of a real call, so that a firewall with a helper for PPTP
 * knows the tunnel.
 */
#include "doctor/dial.h"

#include <netinet/in.h>
#include <unistd.h>

#include "doctor/wire.h"

/**
 * struct control - the control connection of a call
 * @syn: the client's first packet
 * @answer: as it comes to the client
 * @at_server: @syn as it comes to a server behind this host
 * @fd: of a server here, or -1
 * @sent: bytes of the client
 * @received: bytes of the server
 */
struct control {
	struct packet syn, answer, at_server;
	int fd;
	__u32 sent, received;
};

static void note_answer(struct leg *leg, const struct packet *p)
{
	leg->answered = true;
	leg->out = p->dev;
	leg->source = p->src;
}

static void note_server(struct leg *leg, const struct packet *p)
{
	leg->arrived = true;
	leg->server = p->dst;
	leg->server_dev = p->dev;
}

/* The handshake up to the SYN-ACK. */
static bool open_control(struct call *c, struct control *k)
{
	static __u16 port = 40000;
	struct packet p;

	k->fd = -1;
	k->syn = (struct packet){
		.dev = c->dev, .src = c->client, .dst = c->local, .protocol = IPPROTO_TCP,
		.sport = port++, .dport = PPTP_PORT, .number = next_number(), .flags = SYN,
	};
	wire_send(c->copy, &k->syn);
	if (!wire_wait(c->copy, &k->syn, c->ms, &p))
		return false;
	if (p.flags == SYN) {
		note_server(&c->tcp, &p);
		k->at_server = p;
		p = packet_answer(&p);
		wire_send(c->copy, &p);
		if (!wire_wait(c->copy, &k->syn, c->ms, &p))
			return false;
	}
	if (!(p.flags & SYN))
		return false;
	c->tcp.arrived = true;
	k->answer = p;
	note_answer(&c->tcp, &p);
	return true;
}

/* What the server behind this host, which the world plays, sends for the client's message. */
static void answer_for_server(const struct call *c, const struct control *k, const void *message,
			      size_t len)
{
	struct packet p = packet_answer(&k->at_server);

	p.flags = ACK;
	p.number += 1 + k->received;
	p.ack = k->at_server.number + 1 + k->sent;
	p.data = message;
	p.len = len;
	wire_send(c->copy, &p);
}

/* A message of the client and one of the server. */
static bool exchange(const struct call *c, struct control *k, unsigned int type, __u16 call,
		     __u16 peer_call)
{
	char message[256];
	struct packet p = k->syn, got;
	size_t len;
	bool heard;

	p.flags = ACK;
	p.number += 1 + k->sent;
	p.ack = k->answer.number + 1 + k->received;
	p.data = message;
	p.len = control_message(message, type, call, 0);
	wire_send(c->copy, &p);
	k->sent += p.len;
	if (c->tcp.server) {
		wire_wait(c->copy, &p, c->ms, &got);
		len = control_message(message, type + 1, peer_call, call);
		answer_for_server(c, k, message, len);
		k->received += len;
		return true;
	}
	if (k->fd < 0)
		k->fd = server_accept(c->server, c->ms);
	heard = k->fd >= 0 && server_converse(k->fd, type + 1, peer_call, call, c->ms);
	k->received += type == CALL_REQUEST ? 32 : 156;
	return heard && wire_wait(c->copy, &p, c->ms, &got);
}

static void close_control(const struct call *c, struct control *k)
{
	struct packet p = k->syn;

	p.flags = RST | ACK;
	p.number += 1 + k->sent;
	p.ack = k->answer.number + 1 + k->received;
	wire_send(c->copy, &p);
	if (k->fd >= 0)
		close(k->fd);
}

static bool converse(struct call *c, struct control *k, __u16 call, __u16 peer_call)
{
	c->tcp = (struct leg){ };
	*k = (struct control){ .fd = -1 };
	if (!open_control(c, k))
		return false;
	c->tcp.answered = exchange(c, k, START_REQUEST, 0, 0) &&
			  exchange(c, k, CALL_REQUEST, call, peer_call);
	return c->tcp.answered;
}

static void dial_gre(struct call *c, __u16 call, __u16 peer_call)
{
	struct packet p = {
		.dev = c->dev, .src = c->client, .dst = c->local, .protocol = IPPROTO_GRE,
		.call = peer_call, .number = next_number(),
	};
	struct packet answer = packet_answer(&p), got;

	wire_send(c->copy, &p);
	if (server_hears(c->server, p.number, c->ms / 2)) {
		c->gre.arrived = true;
		answer.call = call;
		server_send(&answer);
	} else if (wire_wait(c->copy, &p, c->ms, &got)) {
		note_server(&c->gre, &got);
		answer = packet_answer(&got);
		answer.call = call;
		wire_send(c->copy, &answer);
	} else {
		return;
	}
	if (wire_wait(c->copy, &answer, c->ms, &got))
		note_answer(&c->gre, &got);
}

void dial(struct call *c)
{
	static __u16 number = 2000;
	__u16 call = ++number, peer_call = call + 20000;
	struct control k;

	c->gre = (struct leg){ };
	if (converse(c, &k, call, peer_call))
		dial_gre(c, call, peer_call);
	if (k.answer.number)
		close_control(c, &k);
}
