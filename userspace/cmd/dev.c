// SPDX-License-Identifier: GPL-2.0
#include "cmd/dev.h"

#include <linux/netlink.h>
#include <string.h>

#include "genl/attr.h"
#include "genl/dev.h"
#include "genl/family.h"
#include "genl/names.h"
#include "lib/diag.h"
#include "lib/exit.h"
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

	dev_read(nlh, &dev);
	if (dev.set.role == PPTPGW_ROLE_NONE && !*all)
		return MNL_CB_OK;
	out_begin(OUT_ROW);
	out_string("ifname", dev.ifname);
	out_string("role", word_of(role_words, dev.set.role));
	out_string("policy", word_of(policy_words, dev.set.policy));
	out_string("unroutable", word_of(unroutable_words, dev.set.unroutable));
	out_string("guard", word_of(guard_words, dev.set.guard));
	out_number("peers", dev.peers);
	counters_out(dev.counters);
	out_end();
	return MNL_CB_OK;
}

static int request_show(const char *ifname, bool all)
{
	struct nlmsghdr *nlh;
	struct nl nl;
	int status;

	nlh = family_begin(&nl, PPTPGW_CMD_DEV_GET, ifname ? 0 : NLM_F_DUMP);
	if (!nlh)
		return EXIT_KERNEL;
	if (ifname)
		mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, ifname);
	out_list(columns);
	status = family_finish(&nl, show_dev, &all);
	if (!status)
		out_list_end();
	return status;
}

static int run_show(char **args)
{
	bool all = *args && !strcmp(*args, "all");
	int status;

	if (!*args)
		return request_show(NULL, out_is_json());
	status = args_none(args + 1) ?: arg_ifname(*args);
	return status ?: request_show(all ? NULL : *args, true);
}

static int run_set(char **args)
{
	struct keyword keywords[] = {
		{ .key = "role", .words = role_words, .attribute = PPTPGW_A_DEV_ROLE },
		{ .key = "policy", .words = policy_words, .attribute = PPTPGW_A_DEV_POLICY },
		{ .key = "unroutable", .words = unroutable_words,
		  .attribute = PPTPGW_A_DEV_UNROUTABLE },
		{ .key = "guard", .words = guard_words, .attribute = PPTPGW_A_DEV_GUARD },
		{ }
	};
	struct nlmsghdr *nlh;
	struct nl nl;
	int status;

	if (!args[0] || !args[1])
		return diag_fail(EXIT_USAGE, "dev set needs an interface and a setting");
	status = arg_ifname(args[0]) ?: args_keywords(args + 1, keywords);
	if (status)
		return status;
	nlh = family_begin(&nl, PPTPGW_CMD_DEV_SET, 0);
	if (!nlh)
		return EXIT_KERNEL;
	mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, args[0]);
	attr_put_keywords(nlh, keywords);
	return family_finish(&nl, NULL, NULL);
}

static const struct command commands[] = {
	{ "show", run_show, false, OUT_ARRAY },
	{ "set", run_set, true, OUT_STREAM },
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
