// SPDX-License-Identifier: GPL-2.0
#include "cmd/stats.h"

#include "genl/attr.h"
#include "genl/counters.h"
#include "genl/family.h"
#include "lib/out.h"

static int show_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[PPTPGW_A_STATS_MAX + 1] = { };
	__u64 values[COUNTERS];

	(void)data;
	attr_parse(nlh, PPTPGW_A_STATS_MAX, tb);
	counters_read(tb[PPTPGW_A_STATS_COUNTERS], values);
	out_begin(OUT_LINES);
	out_number("peers", attr_number(tb[PPTPGW_A_STATS_PEERS]));
	counters_out(values);
	out_end();
	return MNL_CB_OK;
}

static int run_stats(char **args)
{
	return args_none(args) ?: family_request(PPTPGW_CMD_STATS_GET, 0, show_stats, NULL);
}

const struct object stats_object = {
	.word = "stats",
	.help = "Usage: pptpgw stats\n",
	.run = run_stats,
	.shape = OUT_OBJECT,
};
