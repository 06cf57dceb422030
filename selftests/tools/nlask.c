// SPDX-License-Identifier: GPL-2.0
/*
 * Ask the generic netlink family pptpgw one thing, and say how it answers.
 *
 * nlask COMMAND [dump] [TYPE=VALUE]...
 *
 * COMMAND and TYPE are numbers of the uapi header; VALUE is a number, an IPv4
 * address, or else a string. A line for each message: "answer", then "done" or
 * "refused: " and why; "filtered" follows where the message has NLM_F_DUMP_FILTERED.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/pptpgw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

static unsigned char reply[65536];

static int open_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	int one = 1;

	if (fd < 0)
		err(2, "socket");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return fd;
}

static void transmit(int fd)
{
	if (send(fd, buf, len, 0) < 0)
		err(2, "send");
}

static ssize_t receive(int fd)
{
	ssize_t size = recv(fd, reply, sizeof(reply), 0);

	if (size < 0)
		err(2, "recv");
	return size;
}

/* The first attribute of that type, or NULL. */
static const void *find_attr(const unsigned char *at, const unsigned char *until,
			     unsigned int type)
{
	struct nlattr nla;

	for (; at + NLA_HDRLEN <= until; at += NLA_ALIGN(nla.nla_len)) {
		memcpy(&nla, at, sizeof(nla));
		if (nla.nla_len < NLA_HDRLEN)
			return NULL;
		if (nla.nla_type == type)
			return at + NLA_HDRLEN;
	}
	return NULL;
}

static void find_family(int fd)
{
	const void *id;
	size_t start;

	family = GENL_ID_CTRL;
	start = open_message(CTRL_CMD_GETFAMILY, NLM_F_REQUEST);
	put_attr(CTRL_ATTR_FAMILY_NAME, PPTPGW_FAMILY_NAME,
		 sizeof(PPTPGW_FAMILY_NAME));
	close_message(start);
	transmit(fd);
	id = find_attr(reply + NLMSG_HDRLEN + GENL_HDRLEN,
		       reply + receive(fd), CTRL_ATTR_FAMILY_ID);
	if (id)
		family = *(const __u16 *)id;
	else
		errx(2, "there is no family " PPTPGW_FAMILY_NAME);
}

static void put_argument(const char *argument)
{
	const char *value = strchr(argument, '=');
	struct in_addr address;

	if (!value++)
		errx(2, "'%s' is not TYPE=VALUE", argument);
	if (strchr(value, '.') && inet_pton(AF_INET, value, &address) == 1)
		put_u32(atoi(argument), address.s_addr);
	else if (isdigit((unsigned char)*value))
		put_u32(atoi(argument), strtoul(value, NULL, 0));
	else
		put_attr(atoi(argument), value, strlen(value) + 1);
}

/* An NLMSG_ERROR, or an NLMSG_DONE, which has less @before its attributes. */
static void say_end(const struct nlmsghdr *nlh, size_t before)
{
	const unsigned char *data = NLMSG_DATA(nlh);
	const char *message = NULL;
	int error;

	memcpy(&error, data, sizeof(error));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		message = find_attr(data + before,
				    (const unsigned char *)nlh + nlh->nlmsg_len,
				    NLMSGERR_ATTR_MSG);
	if (!error)
		printf("done");
	else
		printf("refused: %s", message ?: strerror(-error));
}

/* Returns whether there is more to come. */
static bool say(const struct nlmsghdr *nlh)
{
	bool is_answer = nlh->nlmsg_type == family;

	if (is_answer)
		printf("answer");
	else if (nlh->nlmsg_type == NLMSG_DONE)
		say_end(nlh, sizeof(int));
	else
		say_end(nlh, sizeof(struct nlmsgerr));
	puts(nlh->nlmsg_flags & NLM_F_DUMP_FILTERED &&
	     nlh->nlmsg_flags & NLM_F_MULTI ? " filtered" : "");
	return is_answer;
}

static void say_all(int fd)
{
	const struct nlmsghdr *nlh;
	bool more = true;
	ssize_t size;

	while (more) {
		size = receive(fd);
		nlh = (const void *)reply;
		for (; more && NLMSG_OK(nlh, size); nlh = NLMSG_NEXT(nlh, size))
			more = say(nlh);
	}
}

int main(int argc, char **argv)
{
	int fd = open_socket(), i = 2;
	unsigned int flags = NLM_F_ACK;
	size_t start;

	if (argc < 2)
		errx(2, "usage: nlask COMMAND [dump] [TYPE=VALUE]...");
	find_family(fd);
	if (argc > 2 && !strcmp(argv[2], "dump")) {
		flags = NLM_F_DUMP;
		i++;
	}
	len = 0;
	start = open_message(atoi(argv[1]), NLM_F_REQUEST | flags);
	while (i < argc)
		put_argument(argv[i++]);
	close_message(start);
	transmit(fd);
	say_all(fd);
	close(fd);
	return 0;
}
