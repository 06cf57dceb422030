// SPDX-License-Identifier: GPL-2.0
/*
 * The server's end of a control connection. All tunnels have this one: a segment of
 * theirs carries it, as if the stack had looked it up.
 */
#include "proof.h"

#include <linux/in.h>
#include <linux/net.h>
#include <net/sock.h>

static struct socket *server;

static int tell_tcp(int option, int value)
{
	return server->ops->setsockopt(server, SOL_TCP, option,
				       KERNEL_SOCKPTR(&value), sizeof(value));
}

/*
 * Made as a restored checkpoint is, without a packet: established, and what it waits
 * for is what tcp() writes into each segment, sequence number 1, acknowledging 0.
 */
static int establish(void)
{
	struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_port = htons(PPTP),
		.sin_addr.s_addr = htonl(SERVER),
	};
	struct sockaddr_in remote = {
		.sin_family = AF_INET,
		.sin_port = htons(40000),
		.sin_addr.s_addr = htonl(HOST),
	};

	return tell_tcp(TCP_REPAIR, TCP_REPAIR_ON) ?:
	       tell_tcp(TCP_REPAIR_QUEUE, TCP_RECV_QUEUE) ?:
	       tell_tcp(TCP_QUEUE_SEQ, 1) ?:
	       kernel_bind(server, (void *)&local, sizeof(local)) ?:
	       kernel_connect(server, (void *)&remote, sizeof(remote), 0);
}

int proof_init(void)
{
	int err = sock_create_kern(&init_net, AF_INET, SOCK_STREAM, IPPROTO_TCP,
				   &server);

	if (err)
		return err;
	err = establish();
	if (err)
		sock_release(server);
	return err;
}

/* Silent, as it is in repair to the end. */
void proof_exit(void)
{
	sock_release(server);
}

/* A segment from a client, with the ACK flag, that the server's socket accepts. */
struct packet proven(struct packet p)
{
	p.sk = server->sk;
	return p;
}
