// SPDX-License-Identifier: GPL-2.0
#include "cmd/explain.h"

#include <arpa/inet.h>
#include <linux/pptpgw.h>

#include "genl/attr.h"
#include "genl/family.h"
#include "genl/names.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/words.h"

/* What may be absent is NULL; all pointers are into the message. */
struct explanation {
	const __be32 *client, *local, *gateway, *table_gateway;
	const char *ingress, *dev, *table_dev;
	unsigned int verdict, reason, source;
	const struct nlattr *idle;
};

static void text_address(const char *before, const __be32 *address)
{
	char buf[INET_ADDRSTRLEN];

	if (address)
		out_text("%s%s", before, inet_ntop(AF_INET, address, buf, sizeof(buf)));
}

static void text_way(const char *dev, const __be32 *gateway)
{
	out_text("%s", dev);
	text_address(" via ", gateway);
	if (!gateway)
		out_text(", on link");
}

static void text_left_alone(const struct explanation *e)
{
	if (!e->dev) {
		out_text(" go nowhere, as the routing table has no route");
		return;
	}
	out_text(" leave by ");
	text_way(e->dev, e->gateway);
	out_text(", as the routing table says");
}

/* Why it is that uplink. */
static void text_because(const struct explanation *e)
{
	char buf[32];

	switch (e->source) {
	case PPTPGW_SOURCE_PEER:
		out_text(", because its control connection came in there");
		if (e->idle)
			out_text(" (last packet %s ago)",
				 format_time(attr_u64(e->idle), buf, sizeof(buf)));
		break;
	case PPTPGW_SOURCE_HALF_OPEN:
		out_text(", because it tried to connect there");
		break;
	case PPTPGW_SOURCE_ADDRESS:
		out_text(", because that uplink owns their source address, or is the only one");
		break;
	}
}

static const char *ingress(const struct explanation *e)
{
	return e->ingress ?: "an interface that is gone";
}

static void text_unroutable(const struct explanation *e)
{
	out_text(": they should leave by %s", ingress(e));
	text_because(e);
	out_text(e->ingress ? ", but no route leads through it" : "");
}

static void text_steered(const struct explanation *e)
{
	out_text(" leave by ");
	text_way(e->dev ?: ingress(e), e->gateway);
	text_because(e);
	if (e->reason == PPTPGW_REASON_ALREADY_RIGHT) {
		out_text("; the routing table says so, too");
	} else if (e->table_dev) {
		out_text("; the routing table alone would say ");
		text_way(e->table_dev, e->table_gateway);
	} else {
		out_text("; the routing table alone has no route");
	}
}

static void text_reason(const struct explanation *e)
{
	switch (e->reason) {
	case PPTPGW_REASON_STEERED:
	case PPTPGW_REASON_ALREADY_RIGHT:
		text_steered(e);
		return;
	case PPTPGW_REASON_UNROUTABLE_DROPS:
		out_text(" are dropped");
		text_unroutable(e);
		return;
	}
	text_left_alone(e);
	switch (e->reason) {
	case PPTPGW_REASON_UNROUTABLE_PASSES:
		text_unroutable(e);
		break;
	case PPTPGW_REASON_OBSERVED_STEERS:
		out_text("; but for policy observe they would leave by %s", ingress(e));
		text_because(e);
		break;
	case PPTPGW_REASON_OBSERVED_DROPS:
		out_text("; but for policy observe they would be dropped");
		text_unroutable(e);
		break;
	case PPTPGW_REASON_NOT_UPLINK:
		out_text(": a route of its own, by no uplink, makes the client corporate");
		break;
	case PPTPGW_REASON_NO_INGRESS:
		out_text(": nothing tells which uplink the client uses");
		break;
	case PPTPGW_REASON_INACTIVE:
		out_text(": no interface here has role internet, so pptpgw looks at nothing");
		break;
	}
}

static void text_explanation(const struct explanation *e)
{
	text_address("replies to ", e->client);
	text_address(" from ", e->local);
	text_reason(e);
}

static void out_explanation(const struct explanation *e)
{
	out_address("client", e->client);
	out_address("local", e->local);
	out_string("verdict", word_of(verdict_words, e->verdict));
	out_string("reason", word_of(reason_words, e->reason));
	out_string("source", word_of(source_words, e->source));
	out_string("ingress", e->ingress);
	if (e->idle)
		out_time("idle", attr_u64(e->idle));
	else
		out_string("idle", NULL);
	out_string("dev", e->dev);
	out_address("gateway", e->gateway);
	out_string("table_dev", e->table_dev);
	out_address("table_gateway", e->table_gateway);
}

static void read_explanation(const struct nlmsghdr *nlh, struct explanation *e)
{
	const struct nlattr *tb[PPTPGW_A_EXPLAIN_MAX + 1] = { };

	attr_parse(nlh, PPTPGW_A_EXPLAIN_MAX, tb);
	*e = (struct explanation){
		.client = attr_address(tb[PPTPGW_A_EXPLAIN_CLIENT]),
		.local = attr_address(tb[PPTPGW_A_EXPLAIN_LOCAL]),
		.verdict = attr_number(tb[PPTPGW_A_EXPLAIN_VERDICT]),
		.reason = attr_number(tb[PPTPGW_A_EXPLAIN_REASON]),
		.source = attr_number(tb[PPTPGW_A_EXPLAIN_SOURCE]),
		.ingress = attr_string(tb[PPTPGW_A_EXPLAIN_INGRESS]),
		.idle = tb[PPTPGW_A_EXPLAIN_IDLE],
		.dev = attr_string(tb[PPTPGW_A_EXPLAIN_DEV]),
		.gateway = attr_address(tb[PPTPGW_A_EXPLAIN_GATEWAY]),
		.table_dev = attr_string(tb[PPTPGW_A_EXPLAIN_TABLE_DEV]),
		.table_gateway = attr_address(tb[PPTPGW_A_EXPLAIN_TABLE_GATEWAY]),
	};
}

static int show_explanation(const struct nlmsghdr *nlh, void *data)
{
	struct explanation e;

	(void)data;
	read_explanation(nlh, &e);
	out_begin(OUT_SENTENCE);
	out_explanation(&e);
	text_explanation(&e);
	out_end();
	return MNL_CB_OK;
}

static int request_explanation(__u32 client, const struct keyword *keywords)
{
	struct nlmsghdr *nlh;
	struct nl nl;

	nlh = family_begin(&nl, PPTPGW_CMD_EXPLAIN, 0);
	if (!nlh)
		return EXIT_KERNEL;
	mnl_attr_put_u32(nlh, PPTPGW_A_EXPLAIN_CLIENT, client);
	attr_put_keywords(nlh, keywords);
	return family_finish(&nl, show_explanation, NULL);
}

static int run_explain(char **args)
{
	struct keyword keywords[] = {
		{ .key = "from", .parse = arg_address,
		  .attribute = PPTPGW_A_EXPLAIN_LOCAL },
		{ }
	};
	__u32 client;
	int status;

	if (!*args)
		return diag_fail(EXIT_USAGE, "explain needs the address of a client");
	status = arg_address(*args, &client) ?: args_keywords(args + 1, keywords);
	return status ?: request_explanation(client, keywords);
}

const struct object explain_object = {
	.word = "explain",
	.help =
"Usage: pptpgw explain CLIENT [ from LOCAL ]\n"
"\n"
"Where a reply from the address LOCAL to the address CLIENT leaves, and why.\n",
	.run = run_explain,
	.shape = OUT_OBJECT,
};
