// SPDX-License-Identifier: GPL-2.0
/*
 * A first configuration: the routes that ifupdown, networkd or somebody by hand made. The
 * kernel makes others itself, and daemons take theirs away again: both are left out.
 */
#include "route/import.h"

#include <err.h>
#include <linux/rtnetlink.h>

#include "lib/exit.h"
#include "lib/out.h"
#include "lib/tables.h"
#include "route/rtnl.h"
#include "route/show.h"
#include "route/text.h"

/* The last route that was written: those of one key follow each other in a dump. */
struct import {
	struct route last;
	bool begun;
};

static bool is_static(const struct route *r)
{
	return (r->protocol == RTPROT_STATIC || r->protocol == RTPROT_BOOT) &&
	       r->table != RT_TABLE_LOCAL && route_type_number(route_type_name(r->type)) >= 0;
}

/* Why a route is no line of the configuration, or NULL. */
static const char *why_not(const struct import *in, const struct route *r)
{
	if (r->foreign)
		return "it has what pptpgw.conf(5) has no words for";
	if (route_is_default(r))
		return "a default route is the uplink's";
	if (in->begun && route_same_key(&in->last, r))
		return "a second one of the same prefix and metric";
	return NULL;
}

static void out_line(const struct route *r, const char *why)
{
	out_begin(OUT_SENTENCE);
	out_text("%sroute ", why ? "# " : "");
	route_out(r);
	out_string("owner", protocol_name(r->protocol));
	out_text("  # ");
	if (why) {
		out_string("left_out", why);
		out_text("left out: %s; ", why);
	}
	out_text("owned by %s", protocol_name(r->protocol));
	out_end();
}

static void import(const struct route *r, void *data)
{
	struct import *in = data;
	const char *why;

	if (!is_static(r))
		return;
	why = why_not(in, r);
	out_line(r, why);
	if (why)
		return;
	in->last = *r;
	in->begun = true;
}

static const char header[] =
"# Routes that other programs own. Delete each there, and by 'ip route del': until\n"
"# then 'pptpgw route apply' reports a conflict.\n";

int route_import(void)
{
	struct import in = { };
	struct nl nl;
	int status;

	status = rtnl_open(&nl);
	if (status)
		return status;
	out_list(out_no_columns);
	out_text("%s", header);
	status = route_dump(&nl, 0, import, &in);
	if (!status)
		out_list_end();
	if (nl.interrupted)
		warnx("routes changed meanwhile; some may be missing or twice");
	nl_close(&nl);
	return status;
}
