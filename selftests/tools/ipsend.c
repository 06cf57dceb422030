// SPDX-License-Identifier: GPL-2.0
/*
 * Send IPv4 packets, well formed or not.
 *
 * ipsend [-n COUNT] [-s SRC[/BITS]] [-d DST[/BITS]] [-o] [-f OFFSET]
 *        [-m] [-D] [-c] [-P] [-p PAD] [-r RATE] [-l IF,MAC | -a NETNS,HEX]
 *        PROTOCOL HEX
 *
 * HEX is all that follows the IP header. With /BITS each packet has the next
 * address of that prefix. -o adds IP options, -f and -m make it a fragment
 * (offset in bytes, more to come), -D forbids to make fragments of it, -c fills
 * in a TCP checksum, -P gives each segment the source port after that of the
 * last, -p adds PAD zero bytes, -r sends RATE packets a second. -a answers each
 * packet from the network namespace NETNS (a path), with the addresses swapped,
 * before the next is sent. -l sends by a packet socket, with nothing but the
 * Ethernet and IP headers in the linear
 * part of the skb; the packet must then be larger than a page.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "checksum.h"
#include "range.h"

#define MAX_PACKET 8192
#define NSEC_PER_SEC 1000000000L

struct job {
	unsigned long count, rate;
	struct range src, dst;
	bool options, more, whole, checksum, ports;
	unsigned int offset, pad, protocol;
	char *linear, *answer;
};

static unsigned char packet[MAX_PACKET];

static void parse(struct job *job, int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:s:d:of:mDcPp:r:l:a:")) != -1) {
		switch (opt) {
		case 'n':
			job->count = strtoul(optarg, NULL, 0);
			break;
		case 's':
			job->src = parse_range(optarg);
			break;
		case 'd':
			job->dst = parse_range(optarg);
			break;
		case 'o':
			job->options = true;
			break;
		case 'f':
			job->offset = strtoul(optarg, NULL, 0);
			break;
		case 'm':
			job->more = true;
			break;
		case 'D':
			job->whole = true;
			break;
		case 'c':
			job->checksum = true;
			break;
		case 'P':
			job->ports = true;
			break;
		case 'r':
			job->rate = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			job->pad = strtoul(optarg, NULL, 0);
			break;
		case 'l':
			job->linear = optarg;
			break;
		case 'a':
			job->answer = optarg;
			break;
		default:
			exit(1);
		}
	}
	if (argc - optind != 2)
		errx(1, "PROTOCOL and HEX are needed");
	job->protocol = strtoul(argv[optind], NULL, 0);
}

static void add_to_port(unsigned char *port, unsigned long n)
{
	n += port[0] << 8 | port[1];
	port[0] = n >> 8;
	port[1] = n;
}

static void tcp_checksum(struct iphdr *ip, unsigned char *tcp, unsigned int len)
{
	__u16 sum;

	memset(tcp + 16, 0, 2);
	sum = htons(fold(sum16(tcp, len) +
			 sum16((unsigned char *)&ip->saddr, 8) +
			 IPPROTO_TCP + len));
	memcpy(tcp + 16, &sum, 2);
}

static unsigned int digit(char c)
{
	return isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
}

/* Build the packet for the Nth source address; return its length. */
static unsigned int build(const struct job *job, const char *hex,
			  unsigned long n)
{
	struct iphdr *ip = (struct iphdr *)packet;
	unsigned int ihl = job->options ? 24 : 20;
	unsigned int len = ihl;

	memset(packet, 0, sizeof(packet));
	memset(packet + 20, 1, ihl - 20);	/* no-operation options */
	for (; isxdigit(hex[0]) && isxdigit(hex[1]) && len < MAX_PACKET; hex += 2)
		packet[len++] = digit(hex[0]) << 4 | digit(hex[1]);
	len += job->pad;
	if (len > MAX_PACKET)
		errx(1, "more than %d bytes", MAX_PACKET);

	ip->version = 4;
	ip->ihl = ihl / 4;
	ip->tot_len = htons(len);
	ip->id = htons(n + 1);
	ip->frag_off = htons(job->offset / 8 | (job->more ? IP_MF : 0) |
			     (job->whole ? IP_DF : 0));
	ip->ttl = 64;
	ip->protocol = job->protocol;
	ip->saddr = nth(&job->src, n);
	ip->daddr = nth(&job->dst, n);
	ip->check = htons(fold(sum16(packet, ihl)));
	if (job->ports)
		add_to_port(packet + ihl, n);
	if (job->checksum)
		tcp_checksum(ip, packet + ihl, len - ihl);
	return len;
}

/* Wait for the time of the Nth packet; one that is late is sent at once. */
static void pace(const struct job *job, unsigned long n)
{
	static struct timespec start;
	struct timespec at;

	if (!job->rate)
		return;
	if (!n)
		clock_gettime(CLOCK_MONOTONIC, &start);
	at.tv_sec = start.tv_sec + n / job->rate;
	at.tv_nsec = start.tv_nsec + n % job->rate * NSEC_PER_SEC / job->rate;
	if (at.tv_nsec >= NSEC_PER_SEC) {
		at.tv_nsec -= NSEC_PER_SEC;
		at.tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static int raw_socket(void)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	int one = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)))
		err(1, "raw socket");
	return fd;
}

/* A raw socket in another namespace, where this process then stays. */
static int raw_socket_in(const char *netns)
{
	int fd = open(netns, O_RDONLY);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", netns);
	close(fd);
	return raw_socket();
}

static void send_one(int fd, const struct job *job, const char *hex,
		     unsigned long n)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = nth(&job->dst, n),
	};
	unsigned int len = build(job, hex, n);

	if (sendto(fd, packet, len, 0, (void *)&to, sizeof(to)) < 0)
		err(2, "sendto");
}

static void send_raw(const struct job *job, const char *hex)
{
	struct job back = *job;
	char *answer = NULL;
	int fd, fd_back = -1;
	unsigned long n;

	fd = raw_socket();
	if (job->answer) {
		answer = strchr(job->answer, ',');
		if (!answer)
			errx(1, "-a: NETNS,HEX is needed");
		*answer++ = 0;
		fd_back = raw_socket_in(job->answer);
		back.src = job->dst;
		back.dst = job->src;
	}
	for (n = 0; n < job->count; n++) {
		pace(job, n);
		send_one(fd, job, hex, n);
		if (!answer)
			continue;
		usleep(50);	/* lets a busy receiver take it in */
		send_one(fd_back, &back, answer, n);
	}
}

static void send_paged(const struct job *job, const char *hex)
{
	struct virtio_net_hdr vnet = { .hdr_len = 14 + 20 };
	struct ether_header eth = { .ether_type = htons(ETHERTYPE_IP) };
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	struct iovec iov[] = {
		{ &vnet, sizeof(vnet) }, { &eth, sizeof(eth) }, { packet, 0 },
	};
	unsigned char *m = eth.ether_dhost;
	unsigned long n;
	char name[IFNAMSIZ];
	int fd, one = 1;

	if (sscanf(job->linear, "%15[^,],%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", name,
		   m, m + 1, m + 2, m + 3, m + 4, m + 5) != 7)
		errx(1, "-l: IF,MAC is needed");
	to.sll_ifindex = if_nametoindex(name);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || bind(fd, (void *)&to, sizeof(to)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		err(1, "packet socket");
	for (n = 0; n < job->count; n++) {
		pace(job, n);
		iov[2].iov_len = build(job, hex, n);
		if (writev(fd, iov, 3) < 0)
			err(2, "writev");
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct job job = { .count = 1 };

	parse(&job, argc, argv);
	if (job.linear)
		send_paged(&job, argv[argc - 1]);
	else
		send_raw(&job, argv[argc - 1]);
	return 0;
}
