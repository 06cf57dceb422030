// SPDX-License-Identifier: GPL-2.0
/*
 * Send messages to the generic netlink family pptpgw, most of them wrong.
 *
 * nlfuzz SEED COUNT
 *
 * The same SEED sends the same messages. Prints how many messages of which kind
 * came back; the exit status is 0 if the family still answers afterwards.
 *
 * No message changes a setting, so that a test can see whether one did. A send
 * is either tidy, with messages as the header of the family has them, in which
 * each DEV_SET has one value that is out of range; or it is wild, and then see
 * disarm(). Peers are flushed, as that is no setting.
 *
 * Only lengths of attributes lie. If one of a message did, the kernel could take
 * what follows for a message to another family.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/pptpgw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "message.h"
#include "random.h"

#define SETTINGS	4

/* What came of the messages. */
static struct {
	unsigned long ok, refused, answers, dumped, abandoned;
} count;

/* An address that may be one of a client or of the gateway in the tests. */
static void put_address(unsigned int type)
{
	static const __u32 nets[] = { 0xcb007100, 0xc6336400, 0xc0000200,
				      0x0a010000, 0x7f000000, 0xe0000000 };

	put_u32(type, htonl(nets[rnd(6)] | rnd(256)));
}

/* Some settings. That with the number bad, if there is one, is out of range. */
static void put_settings(unsigned int bad)
{
	static const struct {
		unsigned int type, limit;
	} settings[SETTINGS] = {
		{ PPTPGW_A_DEV_ROLE, PPTPGW_ROLE_CORPORATE + 1 },
		{ PPTPGW_A_DEV_POLICY, PPTPGW_POLICY_OBSERVE + 1 },
		{ PPTPGW_A_DEV_UNROUTABLE, PPTPGW_UNROUTABLE_PASS + 1 },
		{ PPTPGW_A_DEV_GUARD, PPTPGW_GUARD_DENY + 1 },
	};
	unsigned int i;

	for (i = 0; i < SETTINGS; i++)
		if (i == bad)
			put_u32(settings[i].type,
				settings[i].limit + rnd(1 << 16));
		else if (one_in(2))
			put_u32(settings[i].type, rnd(settings[i].limit));
}

static void put_tidy_attrs(unsigned int cmd, bool dump, unsigned int bad)
{
	switch (cmd) {
	case PPTPGW_CMD_DEV_GET:
	case PPTPGW_CMD_DEV_SET:
		if (!dump)
			put_u32(PPTPGW_A_DEV_IFINDEX, rnd(64));
		if (cmd == PPTPGW_CMD_DEV_SET)
			put_settings(bad);
		break;
	case PPTPGW_CMD_TUNNEL_GET:
	case PPTPGW_CMD_TUNNEL_FLUSH:
		if (one_in(2))
			put_u32(PPTPGW_A_TUNNEL_INGRESS_IFINDEX, rnd(64));
		if (one_in(2))
			put_address(PPTPGW_A_TUNNEL_CLIENT);
		if (one_in(4))
			put_address(PPTPGW_A_TUNNEL_LOCAL);
		break;
	case PPTPGW_CMD_EXPLAIN:
		put_address(PPTPGW_A_EXPLAIN_CLIENT);
		if (!one_in(4))
			put_address(PPTPGW_A_EXPLAIN_LOCAL);
		break;
	}
}

static void put_tidy_message(void)
{
	unsigned int cmd = 1 + rnd(PPTPGW_CMD_EXPLAIN);
	bool dump = cmd == PPTPGW_CMD_TUNNEL_GET ||
		    (cmd == PPTPGW_CMD_DEV_GET && one_in(2));
	unsigned int flags = NLM_F_REQUEST | NLM_F_ACK;
	size_t start = open_message(cmd, flags | (dump ? NLM_F_DUMP : 0));

	put_tidy_attrs(cmd, dump, rnd(SETTINGS));
	close_message(start);
}

/* A number that some check may be off by one at. */
static __u64 edge(void)
{
	static const __u64 edges[] = { 0, 1, 2, 3, 4, 0x7f, 0xff, 0x7fff,
				       0xffff, 0x7fffffff, 0xffffffff, ~0ULL };

	return edges[rnd(12)];
}

static void put_wild_attrs(unsigned int n, unsigned int depth);

static void put_wild_payload(unsigned int depth)
{
	static const char *const words[] = { "", "lo", "wan0", "corp0", "a/b",
					     "sixteen_letters_" };
	const char *word = words[rnd(6)];
	__u64 number = edge();

	switch (rnd(8)) {
	case 0:
		break;
	case 1:
		put(word, strlen(word) + rnd(2));
		break;
	case 2:
		put_random(rnd(one_in(8) ? 2000 : 40));
		break;
	case 3:
		if (depth < 12)
			put_wild_attrs(rnd(4), depth + 1);
		break;
	default:
		put(&number, 1U << rnd(4));
	}
}

static void put_wild_attr(unsigned int depth)
{
	static const unsigned int flags[] = { NLA_F_NESTED,
					      NLA_F_NET_BYTEORDER };
	struct nlattr nla = { .nla_type = one_in(16) ? rnd(65536) : rnd(20) };
	size_t start = len;

	if (end - len < sizeof(nla))
		return;
	if (one_in(4))
		nla.nla_type |= flags[rnd(2)];
	put(&nla, sizeof(nla));
	put_wild_payload(depth);
	nla.nla_len = len - start;
	if (one_in(12))
		nla.nla_len = one_in(2) ? rnd(65536) : rnd(2 * nla.nla_len);
	memcpy(buf + start, &nla, sizeof(nla));
	put_padding();
	if (one_in(12))
		put(buf + start, len - start);
}

static void put_wild_attrs(unsigned int n, unsigned int depth)
{
	while (n--)
		put_wild_attr(depth);
}

/*
 * However the kernel reads what is in the buffer, an attribute starts at a
 * multiple of four. So look there for what may be one that tells the interface,
 * and have it tell one that cannot exist: an index above 2^30, or a name with a
 * slash. That makes no new such attribute: read as the header of one, what is
 * written to keeps its type, and changes its length or flags only.
 */
static void disarm(void)
{
	struct nlattr *nla;
	size_t i;

	for (i = 0; i + 2 * NLA_HDRLEN <= len; i += NLA_ALIGNTO) {
		nla = (void *)(buf + i);
		switch (nla->nla_type & NLA_TYPE_MASK) {
		case PPTPGW_A_DEV_IFINDEX:
			buf[i + NLA_HDRLEN + 3] |= 0x40;
			break;
		case PPTPGW_A_DEV_IFNAME:
			buf[i + NLA_HDRLEN] = '/';
			break;
		}
	}
}

static unsigned int wild_flags(void)
{
	static const unsigned int some[] = { 0, NLM_F_ACK, NLM_F_DUMP,
					     NLM_F_DUMP | NLM_F_ACK };
	unsigned int flags = one_in(8) ? rnd(65536) : some[rnd(4)];

	/* Nothing else is looked at. */
	return one_in(32) ? flags : flags | NLM_F_REQUEST;
}

static void put_wild_message(void)
{
	unsigned int cmd = one_in(8) ? rnd(256) : 1 + rnd(PPTPGW_CMD_MAX);
	size_t start = open_message(cmd, wild_flags());
	struct genlmsghdr *genl = (void *)(buf + start + NLMSG_HDRLEN);

	if (one_in(8))
		genl->version = rnd(256);
	if (one_in(16))
		genl->reserved = rnd(65536);
	if (one_in(2))
		put_tidy_attrs(cmd, false, 3);
	put_wild_attrs(rnd(5), 0);
	if (one_in(8))
		put_random(rnd(16));
	if (one_in(8))
		len -= rnd(len - start - NLMSG_HDRLEN + 1);
	close_message(start);
}

static void fill_buffer(unsigned int n)
{
	bool tidy = one_in(3);

	len = 0;
	while (n--)
		if (tidy)
			put_tidy_message();
		else
			put_wild_message();
	if (!tidy)
		disarm();
}

static int open_socket(void)
{
	struct timeval patience = { .tv_sec = 10 };
	int one = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return fd;
}

static void count_replies(const unsigned char *data, ssize_t size)
{
	const struct nlmsghdr *nlh = (const void *)data;
	const struct nlmsgerr *error;

	for (; NLMSG_OK(nlh, size); nlh = NLMSG_NEXT(nlh, size)) {
		error = NLMSG_DATA(nlh);
		if (nlh->nlmsg_type == family)
			count.answers++;
		else if (nlh->nlmsg_type == NLMSG_ERROR && !error->error)
			count.ok++;
		else if (nlh->nlmsg_type == NLMSG_DONE && !error->error)
			count.dumped++;
		else
			count.refused++;
	}
}

static void drain(int fd)
{
	static unsigned char reply[65536];
	ssize_t size;

	for (;;) {
		size = recv(fd, reply, sizeof(reply), MSG_DONTWAIT);
		if (size >= 0)
			count_replies(reply, size);
		else if (errno == EAGAIN)
			return;
		else if (errno != ENOBUFS)
			err(1, "recv");
	}
}

/* Send what is in the buffer. A refusal to take it is for drain() to see. */
static void send_buffer(int fd)
{
	if (send(fd, buf, len, 0) < 0 && errno != ENOBUFS)
		err(1, "send");
}

/*
 * Send what is in the buffer by a new socket, and have the answer there.
 * Returns its first attribute, or NULL for a refusal; end is where it ends.
 */
static const struct nlattr *ask(void)
{
	const struct nlmsghdr *nlh = (const void *)buf;
	int fd = open_socket();
	ssize_t size;

	send_buffer(fd);
	size = recv(fd, buf, sizeof(buf), 0);
	close(fd);
	if (size < 0)
		err(1, "no answer");
	if (!NLMSG_OK(nlh, size) || nlh->nlmsg_type == NLMSG_ERROR)
		return NULL;
	end = nlh->nlmsg_len;
	return (const void *)(buf + NLMSG_HDRLEN + GENL_HDRLEN);
}

static void find_family(void)
{
	const unsigned char *at;
	size_t start;

	family = GENL_ID_CTRL;
	start = open_message(CTRL_CMD_GETFAMILY, NLM_F_REQUEST);
	put_attr(CTRL_ATTR_FAMILY_NAME, PPTPGW_FAMILY_NAME,
		 sizeof(PPTPGW_FAMILY_NAME));
	close_message(start);
	at = (const void *)ask();
	for (; at && at + NLA_HDRLEN + sizeof(__u16) <= buf + end;
	     at += NLA_ALIGN(((const struct nlattr *)at)->nla_len)) {
		if (((const struct nlattr *)at)->nla_type !=
		    CTRL_ATTR_FAMILY_ID)
			continue;
		family = *(const __u16 *)(at + NLA_HDRLEN);
		return;
	}
	errx(1, "there is no family " PPTPGW_FAMILY_NAME);
}

static void check_family(void)
{
	size_t start;

	len = 0;
	start = open_message(PPTPGW_CMD_STATS_GET, NLM_F_REQUEST);
	close_message(start);
	if (!ask())
		errx(1, "the family does not answer any more");
}

static void fuzz(unsigned long messages)
{
	int fd = open_socket();
	unsigned int n;

	sent = 0;
	while (sent < messages) {
		n = one_in(4) ? 1 + rnd(MAX_BATCH) : 1;
		if (n > messages - sent)
			n = messages - sent;
		fill_buffer(n);
		send_buffer(fd);
		if (one_in(16)) {
			/* What a dump has not told yet is lost. */
			close(fd);
			fd = open_socket();
			count.abandoned++;
		} else {
			drain(fd);
		}
	}
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: nlfuzz SEED COUNT");
	rnd_seed(strtoul(argv[1], NULL, 0));
	find_family();
	fuzz(strtoul(argv[2], NULL, 0));
	printf("%lu sent: %lu acked, %lu refused, %lu answers, %lu dumps, ",
	       sent, count.ok, count.refused, count.answers,
	       count.dumped);
	printf("%lu times closed before reading\n", count.abandoned);
	check_family();
	return 0;
}
