// SPDX-License-Identifier: GPL-2.0
/*
 * batch add DEV COUNT	the bare loop: add routes like those of routes.sh, many a
 *			send, and do nothing else
 * batch dump [FILE]	the bare dump: have the kernel send our routes only, and
 *			find the attributes of each; before that, read the routes in
 *			FILE, one a line, word by word
 *
 * What the tool's "apply" and "diff" are measured by. Only files that routes.sh
 * makes are read.
 */
#include <arpa/inet.h>
#include <err.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PROTOCOL	217
#define METRIC		50
#define FIRST		0x14000000	/* 20.0.0.0 */
#define GATEWAY		0x0a630002	/* 10.99.0.2 */
#define BATCH_BYTES	65536
#define REQUEST_MAX	128

static char buf[BATCH_BYTES + REQUEST_MAX];

static struct mnl_socket *open_socket(void)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_ROUTE);
	int one = 1;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID))
		err(1, "netlink");
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(sock, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return sock;
}

static struct nlmsghdr *put_route(void *at, unsigned int number, unsigned int ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(at);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));

	nlh->nlmsg_type = RTM_NEWROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	nlh->nlmsg_seq = number + 1;
	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = 32;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_protocol = PROTOCOL;
	rtm->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(nlh, RTA_DST, htonl(FIRST + number));
	mnl_attr_put_u32(nlh, RTA_PRIORITY, METRIC);
	mnl_attr_put_u32(nlh, RTA_GATEWAY, htonl(GATEWAY));
	mnl_attr_put_u32(nlh, RTA_OIF, ifindex);
	return nlh;
}

/* The answer to the last request of a send, for which alone one is asked. */
static void read_answer(struct mnl_socket *sock)
{
	static char answer[BATCH_BYTES];
	const struct nlmsghdr *nlh = (struct nlmsghdr *)answer;
	const struct nlmsgerr *error;

	if (mnl_socket_recvfrom(sock, answer, sizeof(answer)) < 0)
		err(1, "recv");
	error = mnl_nlmsg_get_payload(nlh);
	if (nlh->nlmsg_type != NLMSG_ERROR || error->error)
		errx(1, "route %u: %s", nlh->nlmsg_seq, strerror(-error->error));
}

static void add_all(const char *dev, unsigned int count)
{
	struct mnl_socket *sock = open_socket();
	unsigned int ifindex = if_nametoindex(dev), i;
	struct nlmsghdr *nlh;
	size_t len = 0;

	for (i = 0; i < count; i++) {
		nlh = put_route(buf + len, i, ifindex);
		len += nlh->nlmsg_len;
		if (len < BATCH_BYTES && i + 1 < count)
			continue;
		nlh->nlmsg_flags |= NLM_F_ACK;
		if (mnl_socket_sendto(sock, buf, len) < 0)
			err(1, "send");
		read_answer(sock);
		len = 0;
	}
	mnl_socket_close(sock);
}

struct route {
	struct in_addr dst, gateway;
	unsigned int len, metric, ifindex;
};

static void read_line(char *line, struct route *r)
{
	static char last[IF_NAMESIZE];
	static unsigned int ifindex;
	char *word = strtok(line, "\n "), *value;

	word = strtok(NULL, "/");
	inet_pton(AF_INET, word, &r->dst);
	r->len = strtoul(strtok(NULL, "\n "), NULL, 10);
	while ((word = strtok(NULL, "\n "))) {
		value = strtok(NULL, "\n ");
		if (!strcmp(word, "via"))
			inet_pton(AF_INET, value, &r->gateway);
		if (!strcmp(word, "metric"))
			r->metric = strtoul(value, NULL, 10);
		if (strcmp(word, "dev"))
			continue;
		if (strcmp(value, last)) {
			snprintf(last, sizeof(last), "%s", value);
			ifindex = if_nametoindex(value);
		}
		r->ifindex = ifindex;
	}
}

static void read_file(const char *path)
{
	unsigned int count = 0, room = 0;
	struct route *routes = NULL;
	FILE *file = fopen(path, "r");
	char line[256];

	if (!file)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		if (count == room) {
			room = 2 * room + 1024;
			routes = reallocarray(routes, room, sizeof(*routes));
			if (!routes)
				err(1, NULL);
		}
		read_line(line, &routes[count++]);
	}
	fclose(file);
	printf("%u %u\n", count, count ? routes[count - 1].metric : 0);
	free(routes);
}

static int on_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **tb = data;

	if (mnl_attr_get_type(attr) <= RTA_MAX)
		tb[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[RTA_MAX + 1] = { };
	unsigned int *count = data;

	mnl_attr_parse(nlh, sizeof(struct rtmsg), on_attr, tb);
	*count += !!tb[RTA_DST];
	return MNL_CB_OK;
}

static void dump_all(const char *path)
{
	struct mnl_socket *sock = open_socket();
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	unsigned int count = 0;
	ssize_t len;

	if (path)
		read_file(path);
	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	rtm->rtm_family = AF_INET;
	rtm->rtm_protocol = PROTOCOL;
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		err(1, "send");
	do {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len < 0)
			err(1, "recv");
	} while (mnl_cb_run(buf, len, 0, 0, on_route, &count) > MNL_CB_STOP);
	printf("%u\n", count);
	mnl_socket_close(sock);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "add"))
		add_all(argv[2], strtoul(argv[3], NULL, 10));
	else if (argc > 1 && argc < 4 && !strcmp(argv[1], "dump"))
		dump_all(argv[2]);
	else
		errx(1, "usage: batch { add DEV COUNT | dump [FILE] }");
	return 0;
}
