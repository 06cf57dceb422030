// SPDX-License-Identifier: GPL-2.0
/*
 * The module's family: its number and its group are the kernel's choice, so the
 * controller of generic netlink is asked for them.
 */
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/pptpgw.h>
#include <stdlib.h>
#include <string.h>

#include "genl/attr.h"
#include "cmd/cmd.h"
#include "genl/nl.h"
#include "lib/words.h"

/* What is known of a family, and what is asked. */
struct family {
	const char *name, *group_name;
	__u16 id;
	__u32 group;
};

static int read_group(const struct nlattr *nest, struct family *f)
{
	static const __u8 types[CTRL_ATTR_MCAST_GRP_MAX + 1] = {
		[CTRL_ATTR_MCAST_GRP_NAME] = MNL_TYPE_NUL_STRING,
		[CTRL_ATTR_MCAST_GRP_ID] = MNL_TYPE_U32,
	};
	const struct nlattr *tb[ARRAY_SIZE(types)] = { };
	const char *name;

	if (attr_parse_nested(nest, types, CTRL_ATTR_MCAST_GRP_MAX, tb) < 0)
		return MNL_CB_ERROR;
	name = attr_string(tb[CTRL_ATTR_MCAST_GRP_NAME]);
	if (name && !strcmp(name, f->group_name))
		f->group = attr_number(tb[CTRL_ATTR_MCAST_GRP_ID]);
	return MNL_CB_OK;
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	static const __u8 types[CTRL_ATTR_MCAST_GROUPS + 1] = {
		[CTRL_ATTR_FAMILY_ID] = MNL_TYPE_U16,
		[CTRL_ATTR_MCAST_GROUPS] = MNL_TYPE_NESTED,
	};
	const struct nlattr *tb[ARRAY_SIZE(types)] = { };
	const struct nlattr *group;
	struct family *f = data;

	if (attr_parse(nlh, types, CTRL_ATTR_MCAST_GROUPS, tb) < 0)
		return MNL_CB_ERROR;
	f->id = attr_number(tb[CTRL_ATTR_FAMILY_ID]);
	if (!tb[CTRL_ATTR_MCAST_GROUPS])
		return MNL_CB_OK;
	mnl_attr_for_each_nested(group, tb[CTRL_ATTR_MCAST_GROUPS])
		if (read_group(group, f) < 0)
			return MNL_CB_ERROR;
	return MNL_CB_OK;
}

static struct nlmsghdr *begin(struct nl *nl, __u16 family, __u8 command,
			      __u8 version, __u16 flags)
{
	struct genlmsghdr *genl = nl_begin(nl, family, flags);

	genl->cmd = command;
	genl->version = version;
	return &nl->tx.head;
}

static int find(struct nl *nl, struct family *f)
{
	struct nlmsghdr *nlh;

	nlh = begin(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, f->name);
	return nl_talk(nl, read_family, f);
}

int nl_open(struct nl *nl)
{
	struct family f = {
		.name = PPTPGW_FAMILY_NAME,
		.group_name = PPTPGW_MCGRP_EVENTS,
	};
	int status = EXIT_KERNEL;

	if (nl_socket(nl, NETLINK_GENERIC, sizeof(struct genlmsghdr)) < 0)
		warn("no netlink socket");
	else
		status = find(nl, &f);
	if (status)
		nl_close(nl);
	nl->family = f.id;
	nl->events = f.group;
	return status;
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
}

struct nlmsghdr *nl_start(struct nl *nl, __u8 command, __u16 flags)
{
	if (nl_open(nl))
		return NULL;
	return begin(nl, nl->family, command, PPTPGW_FAMILY_VERSION, flags);
}

int nl_finish(struct nl *nl, mnl_cb_t cb, void *data)
{
	int status = nl_talk(nl, cb, data);

	nl_close(nl);
	return status;
}

int nl_ask(__u8 command, __u16 flags, mnl_cb_t cb, void *data)
{
	struct nl nl;

	if (!nl_start(&nl, command, flags))
		return EXIT_KERNEL;
	return nl_finish(&nl, cb, data);
}

static int join(const struct nl *nl, __u32 group)
{
	return mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &group,
				     sizeof(group));
}

int nl_subscribe(struct nl *nl)
{
	struct family controller = {
		.name = "nlctrl",
		.group_name = "notify",
	};
	int status;

	status = find(nl, &controller);
	if (status)
		return status;
	if (!join(nl, controller.group) && !join(nl, nl->events))
		return EXIT_SUCCESS;
	warnx("%s%s", strerror(errno),
	      errno == EPERM ? " (needs CAP_NET_ADMIN)" : "");
	return EXIT_KERNEL;
}

bool nl_says_gone(const struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct family f = { .group_name = "" };

	return nlh->nlmsg_type == GENL_ID_CTRL &&
	       genl->cmd == CTRL_CMD_DELFAMILY && read_family(nlh, &f) > 0 &&
	       f.id == nl->family;
}
