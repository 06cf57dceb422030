// SPDX-License-Identifier: GPL-2.0
#include "cmd/tunnel.h"

#include <err.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/pptpgw.h>
#include <stdio.h>

#include "genl/attr.h"
#include "genl/family.h"
#include "lib/exit.h"
#include "lib/out.h"

static const struct out_column columns[] = {
	{ "client", "client", -15, false },
	{ "local", "local", -15, false },
	{ "ingress", "ingress", -10, false },
	{ "calls", "calls", -13, false },
	{ "age", "age", 6, false },
	{ "idle", "idle", 6, false },
	{ "rx_packets", "rx packets", 10, false },
	{ "rx_bytes", "rx bytes", 10, false },
	{ "tx_packets", "tx packets", 10, false },
	{ "tx_bytes", "tx bytes", 10, false },
	{ "steered", "steered", 10, false },
	{ "moved", "moved", 5, false },
	{ }
};

/* Text has room for the first call, and says how many more there are. */
static void out_calls(const struct nlmsghdr *nlh)
{
	json_t *list = json_array();
	const struct nlattr *attr;
	unsigned int client, local;
	char text[48] = "-";
	int count = 0, len = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		const struct nlattr *tb[PPTPGW_A_CALL_MAX + 1] = { };

		if (mnl_attr_get_type(attr) != PPTPGW_A_TUNNEL_CALL)
			continue;
		attr_parse_nested(attr, PPTPGW_A_CALL_MAX, tb);
		client = attr_number(tb[PPTPGW_A_CALL_CLIENT_CALL_ID]);
		local = attr_number(tb[PPTPGW_A_CALL_LOCAL_CALL_ID]);
		if (!count++)
			len = snprintf(text, sizeof(text), "%u/%u", client, local);
		json_array_append_new(list, json_pack("{si si}", "client_call_id", client,
						      "local_call_id", local));
	}
	if (count > 1)
		snprintf(text + len, sizeof(text) - len, "+%d", count - 1);
	out_field("calls", list, text);
}

static int show_tunnel(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[PPTPGW_A_TUNNEL_MAX + 1] = { };

	(void)data;
	attr_parse(nlh, PPTPGW_A_TUNNEL_MAX, tb);
	out_begin(OUT_ROW);
	out_address("client", attr_address(tb[PPTPGW_A_TUNNEL_CLIENT]));
	out_address("local", attr_address(tb[PPTPGW_A_TUNNEL_LOCAL]));
	out_string("ingress", attr_string(tb[PPTPGW_A_TUNNEL_INGRESS]));
	out_calls(nlh);
	out_time("age", attr_u64(tb[PPTPGW_A_TUNNEL_AGE]));
	out_time("idle", attr_u64(tb[PPTPGW_A_TUNNEL_IDLE]));
	out_number("rx_packets", attr_u64(tb[PPTPGW_A_TUNNEL_RX_PACKETS]));
	out_bytes("rx_bytes", attr_u64(tb[PPTPGW_A_TUNNEL_RX_BYTES]));
	out_number("tx_packets", attr_u64(tb[PPTPGW_A_TUNNEL_TX_PACKETS]));
	out_bytes("tx_bytes", attr_u64(tb[PPTPGW_A_TUNNEL_TX_BYTES]));
	out_number("steered", attr_u64(tb[PPTPGW_A_TUNNEL_STEERED]));
	out_number("moved", attr_number(tb[PPTPGW_A_TUNNEL_MOVED]));
	out_end();
	return MNL_CB_OK;
}

static int show_flushed(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[PPTPGW_A_TUNNEL_MAX + 1] = { };
	unsigned int count;

	(void)data;
	attr_parse(nlh, PPTPGW_A_TUNNEL_MAX, tb);
	count = attr_number(tb[PPTPGW_A_TUNNEL_COUNT]);
	out_begin(OUT_SENTENCE);
	out_number("flushed", count);
	out_text("%u tunnel%s flushed", count, count == 1 ? "" : "s");
	out_end();
	return MNL_CB_OK;
}

/* Both commands select tunnels in the same way. */
static int start_selected(struct nl *nl, char **args, __u8 command, __u16 flags)
{
	struct keyword keywords[] = {
		{ .key = "dev", .parse = arg_ifindex,
		  .attribute = PPTPGW_A_TUNNEL_INGRESS_IFINDEX },
		{ .key = "client", .parse = arg_address,
		  .attribute = PPTPGW_A_TUNNEL_CLIENT },
		{ }
	};
	struct nlmsghdr *nlh;
	int status;

	status = args_keywords(args, keywords);
	if (status)
		return status;
	nlh = family_begin(nl, command, flags);
	if (!nlh)
		return EXIT_KERNEL;
	attr_put_keywords(nlh, keywords);
	return EXIT_SUCCESS;
}

static int tunnel_show(char **args)
{
	struct nl nl;
	int status;

	status = start_selected(&nl, args, PPTPGW_CMD_TUNNEL_GET, NLM_F_DUMP);
	if (status)
		return status;
	out_list(columns);
	status = family_finish(&nl, show_tunnel, NULL);
	if (!status)
		out_list_end();
	if (nl.interrupted)
		warnx("the table changed during the dump; some tunnels may be missing or twice");
	return status;
}

static int tunnel_flush(char **args)
{
	struct nl nl;
	int status;

	status = start_selected(&nl, args, PPTPGW_CMD_TUNNEL_FLUSH, 0);
	return status ?: family_finish(&nl, show_flushed, NULL);
}

static const struct command commands[] = {
	{ "show", tunnel_show, false, OUT_ARRAY },
	{ "flush", tunnel_flush, true, OUT_OBJECT },
	{ }
};

const struct object tunnel_object = {
	.word = "tunnel",
	.help =
"Usage: pptpgw tunnel [ show ] [ dev IF ] [ client ADDRESS ]\n"
"       pptpgw tunnel flush [ dev IF ] [ client ADDRESS ]\n",
	.commands = commands,
};
