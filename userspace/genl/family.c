// SPDX-License-Identifier: GPL-2.0
/*
 * The family's number and its group are the kernel's choice: the controller of
 * generic netlink knows them.
 */
#include "genl/family.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/pptpgw.h>
#include <string.h>

#include "genl/attr.h"
#include "genl/names.h"
#include "lib/diag.h"
#include "lib/exit.h"

/* A family, and what is known of it. */
struct family {
	const char *name, *group_name;
	__u16 id;
	__u32 group;
};

/* The user's name of the attribute of the request that an extack points to. */
static const char *culprit(const struct nl *nl)
{
	const struct nlmsghdr *request = &nl->tx.head;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct nlattr *attr;

	if (request->nlmsg_type != nl->family || !nl->extack.offset)
		return NULL;
	mnl_attr_for_each(attr, request, sizeof(*genl))
		if ((const char *)attr - nl->tx.bytes == nl->extack.offset)
			return attribute_word(genl->cmd, mnl_attr_get_type(attr));
	return NULL;
}

/* The interface that a request is about, or NULL. */
static const char *subject(const struct nl *nl)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(&nl->tx.head);
	const struct nlattr *attr;

	if (nl->tx.head.nlmsg_type != nl->family ||
	    (genl->cmd != PPTPGW_CMD_DEV_GET && genl->cmd != PPTPGW_CMD_DEV_SET))
		return NULL;
	mnl_attr_for_each(attr, &nl->tx.head, sizeof(*genl))
		if (mnl_attr_get_type(attr) == PPTPGW_A_DEV_IFNAME)
			return mnl_attr_get_str(attr);
	return NULL;
}

/* The request failed by errno. */
static int report_refusal(const struct nl *nl)
{
	const char *message = nl->extack.message ?: strerror(errno), *about = culprit(nl);
	const char *name = subject(nl);
	bool admin = errno == EPERM && !nl->extack.message;

	if (nl->tx.head.nlmsg_type == GENL_ID_CTRL && errno == ENOENT)
		message = "the kernel module is not loaded (modprobe pptpgw)";
	return diag_fail(EXIT_KERNEL, "%s%s%s%s%s%s%s", name ?: "", name ? ": " : "", message,
			 admin ? " (needs CAP_NET_ADMIN)" : "", about ? " (" : "", about ?: "",
			 about ? ")" : "");
}

static int request(struct nl *nl, mnl_cb_t cb, void *data)
{
	if (nl_request(nl, cb, data) < 0)
		return report_refusal(nl);
	if (nl->extack.message)
		diag("%s", nl->extack.message);
	return EXIT_SUCCESS;
}

static struct nlmsghdr *put_headers(struct nl *nl, __u16 family, __u8 command, __u8 version,
				    __u16 flags)
{
	struct genlmsghdr *genl = nl_begin(nl, family, flags);

	genl->cmd = command;
	genl->version = version;
	return &nl->tx.head;
}

static void read_group(const struct nlattr *nest, struct family *f)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1] = { };
	const char *name;

	attr_parse_nested(nest, CTRL_ATTR_MCAST_GRP_MAX, tb);
	name = attr_string(tb[CTRL_ATTR_MCAST_GRP_NAME]);
	if (name && !strcmp(name, f->group_name))
		f->group = attr_number(tb[CTRL_ATTR_MCAST_GRP_ID]);
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GROUPS + 1] = { };
	const struct nlattr *group;
	struct family *f = data;

	attr_parse(nlh, CTRL_ATTR_MCAST_GROUPS, tb);
	f->id = attr_number(tb[CTRL_ATTR_FAMILY_ID]);
	if (tb[CTRL_ATTR_MCAST_GROUPS])
		mnl_attr_for_each_nested(group, tb[CTRL_ATTR_MCAST_GROUPS])
			read_group(group, f);
	return MNL_CB_OK;
}

static int resolve(struct nl *nl, struct family *f)
{
	struct nlmsghdr *nlh = put_headers(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, f->name);
	return request(nl, read_family, f);
}

/* A connection that knows the numbers of the module's family; an exit status. */
static int open_family(struct nl *nl)
{
	struct family f = { .name = PPTPGW_FAMILY_NAME, .group_name = PPTPGW_MCGRP_EVENTS };
	int status = EXIT_KERNEL;

	if (nl_open(nl, NETLINK_GENERIC, sizeof(struct genlmsghdr)) < 0)
		diag("no netlink socket: %s", strerror(errno));
	else
		status = resolve(nl, &f);
	if (status)
		nl_close(nl);
	nl->family = f.id;
	nl->events = f.group;
	return status;
}

struct nlmsghdr *family_begin(struct nl *nl, __u8 command, __u16 flags)
{
	if (open_family(nl))
		return NULL;
	return put_headers(nl, nl->family, command, PPTPGW_FAMILY_VERSION, flags);
}

int family_finish(struct nl *nl, mnl_cb_t cb, void *data)
{
	int status = request(nl, cb, data);

	nl_close(nl);
	return status;
}

int family_request(__u8 command, __u16 flags, mnl_cb_t cb, void *data)
{
	struct nl nl;

	return family_begin(&nl, command, flags) ? family_finish(&nl, cb, data) : EXIT_KERNEL;
}

int family_subscribe(struct nl *nl)
{
	struct family controller = { .name = "nlctrl", .group_name = "notify" };
	int status = open_family(nl);

	if (status)
		return status;
	status = resolve(nl, &controller);
	if (!status && (nl_join(nl, controller.group) || nl_join(nl, nl->events))) {
		diag("%s%s", strerror(errno), errno == EPERM ? " (needs CAP_NET_ADMIN)" : "");
		status = EXIT_KERNEL;
	}
	if (status)
		nl_close(nl);
	return status;
}

bool family_is_gone(const struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct family f = { .group_name = "" };

	if (nlh->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	read_family(nlh, &f);
	return f.id == nl->family;
}
