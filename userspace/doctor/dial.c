// SPDX-License-Identifier: GPL-2.0
/*
 * The messages are those of a real call, so that a firewall with a helper for PPTP
 * knows the tunnel.
 */
#include "doctor/dial.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "doctor/wire.h"

/* As good as at once: the kernel answers before sendto(2) is over, unless it is busy. */
#define OTHERS_MS 4

/* -- the server -------------------------------------------------------------------- */

bool server_open(struct server *s)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PPTP_PORT) };
	int type = SOCK_NONBLOCK | SOCK_CLOEXEC;

	s->listener = socket(AF_INET, SOCK_STREAM | type, 0);
	s->gre = socket(AF_INET, SOCK_RAW | type, IPPROTO_GRE);
	return s->listener >= 0 && s->gre >= 0 &&
	       !bind(s->listener, (struct sockaddr *)&any, sizeof(any)) &&
	       !listen(s->listener, 64);
}

static bool is_ready(int fd, int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, ms) > 0;
}

/* The connection of a client, or -1. */
static int server_accept(const struct server *s, int ms)
{
	if (!is_ready(s->listener, ms))
		return -1;
	return accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
}

/* A message of the control connection came, and was answered. */
static bool server_converse(int connection, unsigned int type, __u16 call, __u16 peer_call, int ms)
{
	char message[256];
	size_t len;

	if (!is_ready(connection, ms) || recv(connection, message, sizeof(message), 0) <= 0)
		return false;
	len = control_message(message, type, call, peer_call);
	return send(connection, message, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* The GRE packet of that number came. */
static bool server_hears(const struct server *s, __u32 number, int ms)
{
	char bytes[PACKET_SIZE];
	struct packet p;
	ssize_t len;

	while (is_ready(s->gre, ms)) {
		len = recv(s->gre, bytes, sizeof(bytes), 0);
		if (len > 0 && packet_parse(bytes, len, &p) && p.number == number)
			return true;
	}
	return false;
}

/* Send GRE: from the VRF that the control connection, if it is one of this host, is in. */
static void server_send(const struct packet *p, int control)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = { htonl(p->src) } };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(p->dst) } };
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_GRE);
	char bytes[PACKET_SIZE];
	ssize_t len = packet_build_gre(p, bytes);
	socklen_t size = sizeof(int);
	int on = 1, vrf;

	if (!getsockopt(control, SOL_SOCKET, SO_BINDTOIFINDEX, &vrf, &size) && vrf)
		setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &vrf, sizeof(vrf));
	/* It may be the address of a VRF. */
	if (fd >= 0 && !setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on)) &&
	    !bind(fd, (struct sockaddr *)&from, sizeof(from)))
		(void)!sendto(fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to));
	if (fd >= 0)
		close(fd);
}

/* -- a call ------------------------------------------------------------------------ */

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

static void dial_gre(struct call *c, int control, __u16 call, __u16 peer_call)
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
		server_send(&answer, control);
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
		dial_gre(c, k.fd, call, peer_call);
	if (k.answer.number)
		close_control(c, &k);
}

/* -- a visit ----------------------------------------------------------------------- */

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
