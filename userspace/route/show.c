// SPDX-License-Identifier: GPL-2.0
#include "route/show.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "lib/ifnames.h"
#include "lib/out.h"
#include "lib/tables.h"
#include "route/text.h"

/* In the order of "ip -json route". */
static const struct flag {
	__u8 bit;
	const char *name;
} flags[] = {
	{ RTNH_F_DEAD, "dead" },
	{ RTNH_F_ONLINK, "onlink" },
	{ RTNH_F_PERVASIVE, "pervasive" },
	{ RTNH_F_OFFLOAD, "offload" },
	{ RTNH_F_TRAP, "trap" },
	{ RTNH_F_LINKDOWN, "linkdown" },
	{ RTNH_F_UNRESOLVED, "unresolved" },
};

static json_t *flags_of(const struct nexthop *hop)
{
	json_t *names = json_array();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (hop->flags & flags[i].bit)
			json_array_append_new(names, json_string(flags[i].name));
	return names;
}

/* A gateway of another family than the route's. */
static json_t *via_object(const struct nexthop *hop)
{
	char buf[INET6_ADDRSTRLEN];

	return json_pack("{s:s, s:s}", "family", hop->family == AF_INET ? "inet" : "inet6", "host",
			 inet_ntop(hop->family, hop->gateway, buf, sizeof(buf)));
}

/* NULL if there is none. */
static const char *gateway_of(const struct nexthop *hop, char *buf)
{
	return hop->family ? inet_ntop(hop->family, hop->gateway, buf, INET6_ADDRSTRLEN) : NULL;
}

static json_t *hop_object(const struct route *r, const struct nexthop *hop)
{
	const char *dev = ifname(hop->name), *gateway;
	json_t *object = json_object();
	char buf[INET6_ADDRSTRLEN];

	gateway = gateway_of(hop, buf);
	if (gateway && hop->family != r->family)
		json_object_set_new(object, "via", via_object(hop));
	else if (gateway)
		json_object_set_new(object, "gateway", json_string(gateway));
	if (dev)
		json_object_set_new(object, "dev", out_json_string(dev));
	json_object_set_new(object, "weight", json_integer(hop->weight + 1));
	json_object_set_new(object, "flags", flags_of(hop));
	return object;
}

static void out_hops(const struct route *r)
{
	const struct nexthop *hop = route_hops(r);
	char buf[INET6_ADDRSTRLEN];
	json_t *array;
	int i;

	if (r->hop_count == 1) {
		if (hop->family && hop->family != r->family)
			out_field("via", via_object(hop), NULL);
		else if (hop->family)
			out_string("gateway", gateway_of(hop, buf));
		if (hop->name)
			out_string("dev", ifname(hop->name));
	} else if (r->hop_count) {
		array = json_array();
		for (i = 0; i < r->hop_count; i++)
			json_array_append_new(array, hop_object(r, &hop[i]));
		out_field("nexthops", array, NULL);
	}
	out_field("flags", flags_of(&r->hop), NULL);
}

/* As "ip -json route" has them: an array of one object. */
static json_t *metrics_of(const struct route *r)
{
	json_t *metrics = json_object(), *array = json_array();

	if (r->mtu)
		json_object_set_new(metrics, "mtu", json_integer(r->mtu));
	if (r->mtu_lock)
		json_object_set_new(metrics, "mtu_lock", json_true());
	if (r->advmss)
		json_object_set_new(metrics, "advmss", json_integer(r->advmss));
	json_array_append_new(array, metrics);
	return array;
}

static void out_route_fields(const struct route *r)
{
	char buf[64];

	out_string("dst", route_dst_text(r, buf, sizeof(buf)));
	out_string("family", r->family == AF_INET ? "inet" : "inet6");
	if (r->type != RTN_UNICAST)
		out_string("type", route_type_name(r->type));
	if (r->tos) {
		snprintf(buf, sizeof(buf), "0x%02x", r->tos);
		out_string("tos", buf);
	}
	out_hops(r);
	if (r->table != RT_TABLE_MAIN)
		out_string("table", table_name(r->table));
	if (r->has_src)
		out_string("prefsrc", inet_ntop(r->family, r->src, buf, sizeof(buf)));
	out_number("metric", r->metric);
	if (r->mtu || r->advmss)
		out_field("metrics", metrics_of(r), NULL);
	if (r->pref)
		out_string("pref", pref_words[r->pref]);
}

void route_out(const struct route *r)
{
	static char text[ROUTE_TEXT_SIZE];

	if (out_is_json())
		out_route_fields(r);
	else
		out_text("%s", route_text(r, text, sizeof(text)));
}

/* As a comment: it is no word of the configuration. */
void route_out_state(const struct route *r)
{
	const struct nexthop *hop = route_hops(r);
	const char *before = "\t#";
	int i;

	for (i = 0; i < r->hop_count; i++, hop++) {
		if (!(hop->flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)))
			continue;
		out_text("%s", before);
		if (r->hop_count > 1)
			out_text(" %s:", ifname(hop->name));
		if (hop->flags & RTNH_F_DEAD)
			out_text(" dead");
		if (hop->flags & RTNH_F_LINKDOWN)
			out_text(" linkdown");
		before = ",";
	}
}

static void out_place(const struct conf *conf, const struct route *route)
{
	if (!route)
		return;
	out_string("file", conf->files[route->file]);
	out_number("line", route->line);
	out_text("\t# %s:%u", conf->files[route->file], route->line);
}

static void out_change(const struct conf *conf, enum change_kind kind, const struct change *c)
{
	static const char signs[CHANGE_KINDS] = {
		[CHANGE_ADD] = '+', [CHANGE_REPLACE] = '~', [CHANGE_DELETE] = '-',
		[CHANGE_CONFLICT] = '!', [CHANGE_SHADOWED] = '<',
	};
	static char text[ROUTE_TEXT_SIZE];

	out_begin(OUT_SENTENCE);
	out_text("%c ", signs[kind]);
	route_out(c->new ?: c->old);
	if (kind == CHANGE_CONFLICT) {
		out_string("owner", protocol_name(c->old->protocol));
		out_text(" (owned by %s: %s)", protocol_name(c->old->protocol),
			 route_text(c->old, text, sizeof(text)));
	} else if (kind == CHANGE_SHADOWED) {
		route_text(c->old, text, sizeof(text));
		out_string("owner", protocol_name(c->old->protocol));
		out_string("by", text);
		out_text(" (taken by %s: %s)", protocol_name(c->old->protocol), text);
	} else if (kind == CHANGE_REPLACE) {
		route_text(c->old, text, sizeof(text));
		out_string("now", text);
		out_text(" (now %s)", text);
	}
	out_place(conf, c->new);
	out_end();
}

/* Text has the reason of each on standard error, by conf_check(). */
static void out_held(const struct conf *conf)
{
	const struct route *r = conf->routes, *end = r + conf->route_count;

	if (!out_is_json())
		return;
	out_list_named("held", out_no_columns);
	for (; r < end; r++) {
		if (!r->held || r->state == ROUTE_SAME)
			continue;
		out_begin(OUT_SENTENCE);
		route_out(r);
		out_place(conf, r);
		out_end();
	}
	out_list_end();
}

void plan_out(const struct conf *conf, const struct plan *plan)
{
	static const char *const keys[CHANGE_KINDS] = {
		[CHANGE_ADD] = "add",
		[CHANGE_REPLACE] = "change",
		[CHANGE_DELETE] = "delete",
		[CHANGE_CONFLICT] = "conflict",
		[CHANGE_SHADOWED] = "shadowed",
	};
	const struct changes *c;
	unsigned int kind, i;

	out_object();
	for (kind = 0; kind < CHANGE_KINDS; kind++) {
		if (!keys[kind])
			continue;
		c = &plan->changes[kind];
		out_list_named(keys[kind], out_no_columns);
		for (i = 0; i < c->count; i++)
			out_change(conf, kind, &c->list[i]);
		out_list_end();
	}
	out_held(conf);
	out_object_end();
}
