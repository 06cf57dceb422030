// SPDX-License-Identifier: GPL-2.0
#include "doctor/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doctor/wire.h"

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

int server_accept(const struct server *s, int ms)
{
	if (!is_ready(s->listener, ms))
		return -1;
	return accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
}

bool server_converse(int connection, unsigned int type, __u16 call, __u16 peer_call, int ms)
{
	char message[256];
	size_t len;

	if (!is_ready(connection, ms) || recv(connection, message, sizeof(message), 0) <= 0)
		return false;
	len = control_message(message, type, call, peer_call);
	return send(connection, message, len, MSG_NOSIGNAL) == (ssize_t)len;
}

bool server_hears(const struct server *s, __u32 number, int ms)
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

bool server_send(const struct packet *p)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = { htonl(p->src) } };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(p->dst) } };
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_GRE);
	char bytes[PACKET_SIZE];
	ssize_t len = packet_build_gre(p, bytes);
	int on = 1;
	bool sent;

	/* It may be the address of a VRF. */
	sent = fd >= 0 && !setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on)) &&
	       !bind(fd, (struct sockaddr *)&from, sizeof(from)) &&
	       sendto(fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to)) == len;
	if (fd >= 0)
		close(fd);
	return sent;
}
