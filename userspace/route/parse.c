// SPDX-License-Identifier: GPL-2.0
/* A route in the words of ip-route(8). Read it from the bottom. */
#include "route/parse.h"

#include <err.h>
#include <linux/rtnetlink.h>

#include "lib/exit.h"
#include "lib/ifnames.h"
#include "lib/tables.h"
#include "lib/words.h"
#include "route/text.h"
#include "route/values.h"

/* The smallest MTU of a route: RFC 791, and RFC 8200 section 5. */
#define MTU_MIN_IPV4 68
#define MTU_MIN_IPV6 1280

/**
 * struct reading - a route that is being read
 * @line: it stands here
 * @route: goes there
 * @hop: what "via", "dev", "weight" and "onlink" are about
 * @hops: those after "nexthop"; room for HOPS_MAX
 * @dst: the word for the destination
 * @gateway: the first word for a gateway
 * @is_default: the destination was "default", which may be either family's
 * @given: which options the route has, a bit each
 * @hop_given: which options the next hop has
 * @hop_count: how many "nexthop"
 */
struct reading {
	struct line *line;
	struct route *route;
	struct nexthop *hop;
	struct nexthop *hops;
	const char *dst, *gateway;
	bool is_default;
	unsigned int given, hop_given, hop_count;
};

/* The family of the route is known: "default" has it from its first address. */
static bool finish_family(struct reading *in, __u8 family, const char *word)
{
	struct route *r = in->route;

	if (in->is_default && !in->gateway && !r->has_src)
		r->family = family;
	if (r->family == family)
		return true;
	return line_error(in->line, word, "%s is IPv%d, but %s is not", word,
			  family == AF_INET ? 4 : 6, in->dst);
}

/* "via inet6 ADDRESS": an IPv4 route may have a gateway of IPv6. */
static bool parse_via(struct reading *in)
{
	const char *word = line_word(in->line);
	bool inet6 = word && word_is(word, "inet6");

	if (!inet6)
		line_put_back(in->line, word);
	if (!value_address(in->line, "via", inet6 ? AF_INET6 : 0, in->hop->gateway, &word))
		return false;
	in->hop->family = value_family(word);
	if (!inet6 && !finish_family(in, in->hop->family, word))
		return false;
	in->gateway = word;
	return true;
}

static bool parse_dev(struct reading *in)
{
	const char *word = line_word(in->line);

	if (!word)
		return line_error(in->line, NULL, "dev needs an interface");
	if (!is_ifname(word))
		return line_error(in->line, word, "'%s' is not an interface name", word);
	in->hop->name = ifname_number(word);
	return true;
}

static bool parse_onlink(struct reading *in)
{
	in->hop->flags |= RTNH_F_ONLINK;
	return true;
}

static bool parse_weight(struct reading *in)
{
	__u32 weight = 0;
	bool good = value_number(in->line, "weight", 1, 256, &weight);

	in->hop->weight = weight - 1;
	return good;
}

static bool parse_metric(struct reading *in)
{
	return value_number(in->line, "metric", 0, UINT32_MAX, &in->route->metric);
}

/* "mtu lock N": without path MTU discovery. */
static bool parse_mtu(struct reading *in)
{
	const char *word = line_word(in->line);

	in->route->mtu_lock = word && word_is(word, "lock");
	if (!in->route->mtu_lock)
		line_put_back(in->line, word);
	return value_number(in->line, "mtu", MTU_MIN_IPV4, ROUTE_MTU_MAX, &in->route->mtu);
}

static bool parse_advmss(struct reading *in)
{
	return value_number(in->line, "advmss", 1, ROUTE_ADVMSS_MAX, &in->route->advmss);
}

static bool parse_tos(struct reading *in)
{
	return value_tos(in->line, &in->route->tos);
}

static bool parse_pref(struct reading *in)
{
	return value_pref(in->line, in->route);
}

static bool parse_table(struct reading *in)
{
	return value_table(in->line, &in->route->table);
}

static bool parse_src(struct reading *in)
{
	const char *word;

	if (!value_address(in->line, "src", 0, in->route->src, &word) ||
	    !finish_family(in, value_family(word), word))
		return false;
	in->route->has_src = true;
	return true;
}

static bool parse_nexthop(struct reading *in)
{
	if (in->hop_count == HOPS_MAX)
		return line_error(in->line, NULL, "there are more than %d next hops", HOPS_MAX);
	in->hop = &in->hops[in->hop_count++];
	memset(in->hop, 0, sizeof(*in->hop));
	in->hop_given = 0;
	return true;
}

/* Where an option may stand. */
enum {
	BEFORE_HOPS = 1,
	IN_HOP = 2,
};

static const struct option {
	const char *word;
	unsigned int where;
	bool (*parse)(struct reading *in);
} options[] = {
	{ "via", BEFORE_HOPS | IN_HOP, parse_via },
	{ "dev", BEFORE_HOPS | IN_HOP, parse_dev },
	{ "onlink", BEFORE_HOPS | IN_HOP, parse_onlink },
	{ "weight", IN_HOP, parse_weight },
	{ "metric", BEFORE_HOPS, parse_metric },
	{ "src", BEFORE_HOPS, parse_src },
	{ "mtu", BEFORE_HOPS, parse_mtu },
	{ "table", BEFORE_HOPS, parse_table },
	{ "tos", BEFORE_HOPS, parse_tos },
	{ "advmss", BEFORE_HOPS, parse_advmss },
	{ "pref", BEFORE_HOPS, parse_pref },
	{ "nexthop", BEFORE_HOPS | IN_HOP, parse_nexthop },
};

/* Bits of reading.given and reading.hop_given, in the order of options[]. */
enum {
	GIVEN_VIA = 1,
	GIVEN_DEV = 2,
	GIVEN_ONLINK = 4,
	GIVEN_NEXTHOP = 1 << (ARRAY_SIZE(options) - 1),
};

static bool unknown_option(struct reading *in, const char *word)
{
	const char *words[ARRAY_SIZE(options) + 1] = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		words[i] = options[i].word;
	if (word_number(unsupported_words, word) >= 0)
		return line_error(in->line, word, "'%s' is not supported", word);
	return line_unknown(in->line, "option", words, word);
}

static const struct option *find_option(struct reading *in, const char *word)
{
	const struct option *o = options;

	for (; o < options + ARRAY_SIZE(options); o++)
		if (word_is(o->word, word))
			return o;
	unknown_option(in, word);
	return NULL;
}

static bool may_stand_here(struct reading *in, const struct option *o, const char *word)
{
	unsigned int *given = in->hop_count ? &in->hop_given : &in->given;
	unsigned int bit = 1 << (o - options);

	if (in->hop_count && !(o->where & IN_HOP))
		return line_error(in->line, word, "'%s' must stand before 'nexthop'", word);
	if (!in->hop_count && !(o->where & BEFORE_HOPS))
		return line_error(in->line, word, "'%s' must stand after 'nexthop'", word);
	if (*given & bit && bit != GIVEN_NEXTHOP)
		return line_error(in->line, word, "'%s' is given twice", word);
	*given |= bit;
	return true;
}

static bool parse_words(struct reading *in)
{
	const struct option *o;
	const char *word;

	while ((word = line_word(in->line))) {
		o = find_option(in, word);
		if (!o || !may_stand_here(in, o, word) || !o->parse(in))
			return false;
	}
	return true;
}

/* What is wrong with a next hop, or NULL. */
static const char *hop_fault(const struct nexthop *hop)
{
	if (!hop->family && !hop->name)
		return "the next hop needs 'via' or 'dev'";
	if (hop->flags & RTNH_F_ONLINK && !(hop->family && hop->name))
		return "'onlink' needs 'via' and 'dev'";
	if (hop->family == AF_INET6 && !hop->name && is_link_local(hop))
		return "a link-local gateway needs 'dev'";
	return NULL;
}

static const char *route_fault(const struct reading *in)
{
	const struct route *r = in->route;
	const char *f = NULL;
	unsigned int i;

	if (r->type != RTN_UNICAST)
		return in->given & (GIVEN_VIA | GIVEN_DEV | GIVEN_ONLINK | GIVEN_NEXTHOP) ?
		       "it leads nowhere: leave 'via', 'dev' and 'nexthop' out" : NULL;
	if (!in->hop_count)
		return hop_fault(&r->hop);
	if (in->given & (GIVEN_VIA | GIVEN_DEV | GIVEN_ONLINK))
		return "'via', 'dev' and 'onlink' must stand after 'nexthop' when there is one";
	for (i = 0; !f && i < in->hop_count; i++)
		f = hop_fault(&in->hops[i]);
	return f;
}

static bool fits_family(struct reading *in)
{
	struct route *r = in->route;

	if (r->family == AF_INET6 && r->tos)
		return line_error(in->line, in->dst, "tos is IPv4's only");
	if (r->family == AF_INET && r->pref)
		return line_error(in->line, in->dst, "pref is IPv6's only");
	if (r->family == AF_INET || !r->mtu || r->mtu >= MTU_MIN_IPV6)
		return true;
	return line_error(in->line, in->dst, "mtu %u is less than IPv6's smallest, %u", r->mtu,
			  MTU_MIN_IPV6);
}

static void keep_hops(struct reading *in)
{
	struct route *r = in->route;

	r->hop_count = r->type == RTN_UNICAST ? in->hop_count ?: 1 : 0;
	if (in->hop_count == 1) {
		r->hop = in->hops[0];
		r->hop.weight = 0;
	}
	if (r->hop_count < 2)
		return;
	r->hops = reallocarray(NULL, r->hop_count, sizeof(*r->hops));
	if (!r->hops)
		err(EXIT_KERNEL, NULL);
	memcpy(r->hops, in->hops, r->hop_count * sizeof(*r->hops));
}

/* [ TYPE ] { PREFIX | default } */
static bool parse_dst(struct reading *in)
{
	const char *word = line_word(in->line);
	struct route *r = in->route;
	int type = word ? route_type_number(word) : -1;

	if (type >= 0) {
		r->type = type;
		word = line_word(in->line);
	}
	if (!word)
		return line_error(in->line, NULL, "route needs a prefix");
	in->dst = word;
	r->column = line_column(in->line, word);
	in->is_default = word_is(word, "default");
	return in->is_default || value_prefix(in->line, word, r);
}

bool route_parse(struct line *line, struct route *route)
{
	static struct nexthop hops[HOPS_MAX];
	struct reading in = { .line = line, .route = route, .hop = &route->hop, .hops = hops };
	const char *wrong;

	memset(route, 0, sizeof(*route));
	route->type = RTN_UNICAST;
	route->table = RT_TABLE_MAIN;
	route->family = AF_INET;
	route->line = line->number;
	if (!parse_dst(&in) || !parse_words(&in) || !fits_family(&in))
		return false;
	wrong = route_fault(&in);
	if (wrong)
		return line_error(line, in.dst, "%s: %s", in.dst, wrong);
	if (route->family == AF_INET6 && !route->metric)
		route->metric = ROUTE_METRIC_IPV6;
	keep_hops(&in);
	return true;
}
