// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "attr.h"
#include "cmd.h"
#include "dev.h"
#include "nl.h"
#include "out.h"
#include "words.h"

static const struct out_column columns[] = {
	{ "ifname", "interface", -15, false },
	{ "role", "role", -9, false },
	{ "policy", "policy", -7, false },
	{ "unroutable", "unroutable", -10, false },
	{ "peers", "peers", 7, false },
	{ "steered", "steered", 10, false },
	{ "already_right", "already_right", 13, false },
	{ "unroutable_drops", "unroutable_drops", 16, true },
	{ }
};

int dev_read(const struct nlmsghdr *nlh, struct dev *dev)
{
	static const __u8 types[PPTPGW_A_DEV_MAX + 1] = {
		[PPTPGW_A_DEV_IFINDEX] = MNL_TYPE_U32,
		[PPTPGW_A_DEV_IFNAME] = MNL_TYPE_NUL_STRING,
		[PPTPGW_A_DEV_ROLE] = MNL_TYPE_U8,
		[PPTPGW_A_DEV_POLICY] = MNL_TYPE_U8,
		[PPTPGW_A_DEV_UNROUTABLE] = MNL_TYPE_U8,
		[PPTPGW_A_DEV_PEERS] = MNL_TYPE_U32,
		[PPTPGW_A_DEV_COUNTERS] = MNL_TYPE_NESTED,
	};
	const struct nlattr *tb[ARRAY_SIZE(types)] = { };

	if (attr_parse(nlh, types, PPTPGW_A_DEV_MAX, tb) < 0)
		return MNL_CB_ERROR;
	dev->ifname = attr_string(tb[PPTPGW_A_DEV_IFNAME]);
	dev->role = attr_number(tb[PPTPGW_A_DEV_ROLE]);
	dev->policy = attr_number(tb[PPTPGW_A_DEV_POLICY]);
	dev->unroutable = attr_number(tb[PPTPGW_A_DEV_UNROUTABLE]);
	dev->peers = attr_number(tb[PPTPGW_A_DEV_PEERS]);
	return counters_read(tb[PPTPGW_A_DEV_COUNTERS], dev->counters);
}

static int show_dev(const struct nlmsghdr *nlh, void *data)
{
	const bool *all = data;
	struct dev dev;

	if (dev_read(nlh, &dev) < 0)
		return MNL_CB_ERROR;
	if (dev.role == PPTPGW_ROLE_NONE && !*all)
		return MNL_CB_OK;
	out_begin(OUT_ROW);
	out_string("ifname", dev.ifname);
	out_string("role", word_of(role_words, dev.role));
	out_string("policy", word_of(policy_words, dev.policy));
	out_string("unroutable", word_of(unroutable_words, dev.unroutable));
	out_number("peers", dev.peers);
	counters_out(dev.counters);
	out_end();
	return MNL_CB_OK;
}

static int ask_show(const char *ifname, bool all)
{
	struct nlmsghdr *nlh;
	struct nl nl;
	int status;

	status = nl_open(&nl);
	if (status)
		return status;
	nlh = nl_request(&nl, PPTPGW_CMD_DEV_GET, ifname ? 0 : NLM_F_DUMP);
	if (ifname)
		mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, ifname);
	out_list(columns);
	status = nl_talk(&nl, show_dev, &all);
	if (!status)
		out_list_end();
	nl_close(&nl);
	return status;
}

static int dev_show(char **args)
{
	const char *ifname = *args;
	int status;

	if (!ifname)
		return ask_show(NULL, out_is_json());
	status = args_none(args + 1);
	if (status)
		return status;
	if (!strcmp(ifname, "all"))
		return ask_show(NULL, true);
	status = arg_ifname(ifname);
	return status ?: ask_show(ifname, true);
}

static int parse_word(const char *what, const char *const *words,
		      const char *text, __u32 *value)
{
	int number = word_find(what, words, text);

	if (number < 0)
		return EXIT_USAGE;
	*value = number;
	return EXIT_SUCCESS;
}

static int parse_role(const char *text, __u32 *value)
{
	return parse_word("role", role_words, text, value);
}

static int parse_policy(const char *text, __u32 *value)
{
	return parse_word("policy", policy_words, text, value);
}

static int parse_unroutable(const char *text, __u32 *value)
{
	return parse_word("unroutable", unroutable_words, text, value);
}

static int ask_set(const char *ifname, const struct keyword *k)
{
	struct nlmsghdr *nlh;
	struct nl nl;
	int status;

	status = nl_open(&nl);
	if (status)
		return status;
	nlh = nl_request(&nl, PPTPGW_CMD_DEV_SET, 0);
	mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, ifname);
	for (; k->key; k++)
		if (k->given)
			mnl_attr_put_u8(nlh, k->attribute, k->value);
	status = nl_talk(&nl, NULL, NULL);
	nl_close(&nl);
	return status;
}

int dev_set(char **args)
{
	struct keyword keywords[] = {
		{ .key = "role", .parse = parse_role,
		  .attribute = PPTPGW_A_DEV_ROLE },
		{ .key = "policy", .parse = parse_policy,
		  .attribute = PPTPGW_A_DEV_POLICY },
		{ .key = "unroutable", .parse = parse_unroutable,
		  .attribute = PPTPGW_A_DEV_UNROUTABLE },
		{ }
	};
	int status;

	if (!args[0] || !args[1]) {
		warnx("dev set needs an interface and a setting");
		return EXIT_USAGE;
	}
	status = arg_ifname(args[0]) ?: args_keywords(args + 1, keywords);
	return status ?: ask_set(args[0], keywords);
}

static const struct command commands[] = {
	{ "show", dev_show },
	{ "set", dev_set },
	{ }
};

const struct object dev_object = {
	.word = "dev",
	.help =
"Usage: pptpgw dev [ show [ IF | all ] ]\n"
"       pptpgw dev set IF [ role ROLE ] [ policy POLICY ]\n"
"                         [ unroutable UNROUTABLE ]\n"
"\n"
"ROLE := { none | internet | corporate }\n"
"POLICY := { enforce | observe }\n"
"UNROUTABLE := { drop | pass }\n",
	.commands = commands,
};
