// SPDX-License-Identifier: GPL-2.0
/*
 * Clients that shake hands with a PPTP server, one after another.
 *
 * meet [-2] NETNS SERVER CLIENT[/BITS] COUNT
 *
 * SERVER is an address of the network namespace NETNS (a path). With /BITS each
 * client has the next address of that prefix; they must be local here. Each
 * connects, hears the server, answers, and resets its connection. The server is
 * who listens already, and then the client speaks first; or this program. Then
 * the server hears five segments of each client and says three:
 *
 *   SYN, ACK, ACK, data, RST    SYN-ACK, data, ACK
 *
 * With -2 each client connects twice at the same time, on processors 0 and 1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "range.h"

#define PORT		1723
#define PATIENCE	20	/* seconds, for one client */

/* RFC 2637: Start-Control-Connection-Request, and what a server may say first. */
static const unsigned char start_request[156] = {
	0, 156, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, 1,
};

static const unsigned char echo_request[16] = {
	0, 16, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d, 0, 5, 0, 0, 0, 0, 0, 1,
};

/* How often each of two processes, which are numbered, was at a rendezvous. */
static struct {
	unsigned int *visits;
	unsigned int self;
} both;

/* Wait for the other process. They spin: it is there at nearly the same time. */
static void rendezvous(void)
{
	unsigned int visit;

	if (!both.visits)
		return;
	visit = __atomic_add_fetch(&both.visits[both.self], 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&both.visits[!both.self], __ATOMIC_SEQ_CST) < visit)
		;
}

static void enter(int netns)
{
	if (setns(netns, CLONE_NEWNET))
		err(1, "setns");
}

static int open_netns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static int tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static void set(int fd, int level, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, level, option, value, len))
		err(1, "setsockopt");
}

/* Listen in another namespace. Return: -1, if somebody does. */
static int listen_in(const char *path)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
	};
	int here = open_netns("/proc/self/ns/net");
	int there = open_netns(path);
	int one = 1, fd;

	enter(there);
	fd = tcp_socket();
	enter(here);
	close(here);
	close(there);
	set(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!bind(fd, (const void *)&any, sizeof(any)) && !listen(fd, 2))
		return fd;
	if (errno != EADDRINUSE)
		err(1, "listen");
	close(fd);
	return -1;
}

/* From any port of an address. When it is closed, nothing stays behind. */
static int call(__be32 from, const struct sockaddr_in *server)
{
	const struct linger reset = { .l_onoff = 1 };
	const struct sockaddr_in client = {
		.sin_family = AF_INET, .sin_addr.s_addr = from,
	};
	int fd = tcp_socket();
	int one = 1;

	set(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (bind(fd, (const void *)&client, sizeof(client)))
		err(1, "bind to %s", inet_ntoa(client.sin_addr));
	if (connect(fd, (const void *)server, sizeof(*server)))
		err(1, "%s: connect", inet_ntoa(client.sin_addr));
	return fd;
}

static void say(int fd, const void *message, size_t len)
{
	if (send(fd, message, len, MSG_NOSIGNAL) != (ssize_t)len)
		err(1, "send");
}

static void hear(int fd)
{
	unsigned char buf[256];

	if (recv(fd, buf, sizeof(buf), 0) <= 0)
		err(1, "recv");
}

/* A client's connection is reset: there is nothing more to say. */
static void hear_the_end(int fd)
{
	unsigned char buf[256];

	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
}

/* Of two processes, each may serve the other's client. */
static void meet_here(int client, int listener)
{
	int server = accept(listener, NULL, NULL);

	if (server < 0)
		err(1, "accept");
	rendezvous();
	say(server, echo_request, sizeof(echo_request));
	hear(client);
	say(client, start_request, sizeof(start_request));
	hear(server);
	close(client);
	hear_the_end(server);
	close(server);
}

static void meet_elsewhere(int client)
{
	say(client, start_request, sizeof(start_request));
	hear(client);
	close(client);
}

static void meet_all(int listener, const struct sockaddr_in *server,
		     const struct range *clients, unsigned long count)
{
	unsigned long n;
	int client;

	for (n = 0; n < count; n++) {
		alarm(PATIENCE);
		rendezvous();
		client = call(nth(clients, n), server);
		if (listener < 0)
			meet_elsewhere(client);
		else
			meet_here(client, listener);
	}
}

static void run_on(unsigned int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "processor %u", processor);
}

/* Go on as two processes. Return: the other, or 0 in the other. */
static pid_t split(void)
{
	pid_t pid;

	both.visits = mmap(NULL, 2 * sizeof(*both.visits), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (both.visits == MAP_FAILED)
		err(1, "mmap");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	both.self = !pid;
	run_on(both.self);
	return pid;
}

int main(int argc, char **argv)
{
	struct sockaddr_in server = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
	};
	bool twice = argc > 1 && !strcmp(argv[1], "-2");
	int status = 0, listener;
	struct range clients;
	pid_t other = 0;

	argv += twice;
	if (argc - twice != 5 || !inet_aton(argv[2], &server.sin_addr))
		errx(1, "[-2] NETNS SERVER CLIENT[/BITS] COUNT");
	clients = parse_range(argv[3]);
	listener = listen_in(argv[1]);
	if (twice)
		other = split();
	meet_all(listener, &server, &clients, strtoul(argv[4], NULL, 0));
	if (other && waitpid(other, &status, 0) < 0)
		err(1, "waitpid");
	return status != 0;
}
