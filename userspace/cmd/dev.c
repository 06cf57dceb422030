// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "lib/args.h"
#include "genl/attr.h"
#include "cmd/cmd.h"
#include "genl/dev.h"
#include "genl/nl.h"
#include "lib/out.h"
#include "lib/words.h"

static const struct out_column columns[] = {
	{ "ifname", "interface", -15, false },
	{ "role", "role", -9, false },
	{ "policy", "policy", -7, false },
	{ "unroutable", "unroutable", -10, false },
	{ "guard", "guard", -5, false },
	{ "peers", "peers", 7, false },
	{ "steered", "steered", 10, false },
	{ "already_right", "already_right", 13, false },
	{ "unroutable_drops", "unroutable_drops", 16, true },
	{ }
};

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
	out_string("guard", word_of(guard_words, dev.guard));
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

	nlh = nl_start(&nl, PPTPGW_CMD_DEV_GET, ifname ? 0 : NLM_F_DUMP);
	if (!nlh)
		return EXIT_KERNEL;
	if (ifname)
		mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, ifname);
	out_list(columns);
	status = nl_finish(&nl, show_dev, &all);
	if (!status)
		out_list_end();
	return status;
}

static int run_show(char **args)
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

static int parse_guard(const char *text, __u32 *value)
{
	return parse_word("guard", guard_words, text, value);
}

static int value_of(const struct keyword *k)
{
	return k->given ? (int)k->value : UNSET;
}

static int run_set(char **args)
{
	struct keyword keywords[] = {
		{ .key = "role", .parse = parse_role },
		{ .key = "policy", .parse = parse_policy },
		{ .key = "unroutable", .parse = parse_unroutable },
		{ .key = "guard", .parse = parse_guard },
		{ }
	};
	struct conf_dev settings = { };
	int status;

	if (!args[0] || !args[1]) {
		warnx("dev set needs an interface and a setting");
		return EXIT_USAGE;
	}
	status = arg_ifname(args[0]) ?: args_keywords(args + 1, keywords);
	if (status)
		return status;
	settings.role = value_of(&keywords[0]);
	settings.policy = value_of(&keywords[1]);
	settings.unroutable = value_of(&keywords[2]);
	settings.guard = value_of(&keywords[3]);
	return dev_set(args[0], &settings);
}

static const struct command commands[] = {
	{ "show", run_show },
	{ "set", run_set },
	{ }
};

const struct object dev_object = {
	.word = "dev",
	.help =
"Usage: pptpgw dev [ show [ IF | all ] ]\n"
"       pptpgw dev set IF [ role ROLE ] [ policy POLICY ]\n"
"                         [ unroutable UNROUTABLE ] [ guard GUARD ]\n"
"\n"
"ROLE := { none | internet | corporate }\n"
"POLICY := { enforce | observe }\n"
"UNROUTABLE := { drop | pass }\n"
"GUARD := { off | warn | deny }\n",
	.commands = commands,
};
