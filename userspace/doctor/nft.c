// SPDX-License-Identifier: GPL-2.0
/* Read it from the bottom: base chains, their rules, the rules' expressions. */
#include "doctor/nft.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Jumps deeper than this are the kernel's to refuse. */
#define DEPTH_MAX 16

enum answer { NO, MAYBE, YES };

/* A field of the packet: a word, a number, an address, or not known. */
struct field {
	enum { UNKNOWN, ABSENT, WORD, NUMBER, ADDRESS } kind;
	const char *word;
	__u32 number;
};

/**
 * struct walk - of a packet through a base chain
 * @returned: from the chain where it is, by "return"
 * @doubtful: perhaps it returned from that chain, so that no verdict there is sure
 */
struct walk {
	const json_t *ruleset;
	const struct packet *packet;
	const char *family, *table;
	bool returned, doubtful;
};

const char *nft_word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key)) ?: "";
}

static bool has_any(const json_t *object, const char *const *keys)
{
	while (*keys && !json_object_get(object, *keys))
		keys++;
	return *keys;
}

static bool is(const json_t *object, const char *key, const char *word)
{
	return !strcmp(nft_word(object, key), word);
}

static struct field word(const char *text)
{
	return (struct field){ text ? WORD : UNKNOWN, text, 0 };
}

static struct field value(int kind, __u32 number)
{
	return (struct field){ number ? kind : UNKNOWN, NULL, number };
}

static struct field protocol(const struct packet *p)
{
	return (struct field){ NUMBER, p->gre ? "gre" : "tcp", p->gre ? 47 : 6 };
}

static const struct field absent = { .kind = ABSENT };
static const struct field unknown = { .kind = UNKNOWN };

/* An interface that the packet does not have matches nothing but "!=". */
static struct field interface(const char *name)
{
	return name ? word(name) : absent;
}

static struct field meta_field(const struct packet *p, const json_t *meta)
{
	if (is(meta, "key", "iifname") || is(meta, "key", "iif"))
		return interface(p->iif);
	if (is(meta, "key", "oifname") || is(meta, "key", "oif"))
		return interface(p->oif);
	if (is(meta, "key", "l4proto"))
		return protocol(p);
	if (is(meta, "key", "nfproto"))
		return word("ipv4");
	if (is(meta, "key", "protocol"))
		return word("ip");
	return unknown;
}

static struct field port_field(const struct packet *p, const json_t *payload)
{
	if (p->gre)
		return absent;
	if (is(payload, "field", "dport"))
		return value(NUMBER, p->dport);
	return is(payload, "field", "sport") ? value(NUMBER, p->sport) : unknown;
}

/* The headers of other protocols are not in the packet. */
static struct field payload_field(const struct packet *p, const json_t *payload)
{
	if (is(payload, "protocol", "tcp") || is(payload, "protocol", "th"))
		return port_field(p, payload);
	if (is(payload, "protocol", "gre"))
		return p->gre ? unknown : absent;
	if (!is(payload, "protocol", "ip"))
		return nft_word(payload, "protocol")[0] ? absent : unknown;
	if (is(payload, "field", "protocol"))
		return protocol(p);
	if (is(payload, "field", "saddr"))
		return value(ADDRESS, p->saddr);
	return is(payload, "field", "daddr") ? value(ADDRESS, p->daddr) : unknown;
}

/* The type of its address: what comes in is for this host. */
static struct field fib_field(const struct packet *p, const json_t *fib)
{
	const json_t *flags = json_object_get(fib, "flags");
	const char *first = json_string_value(json_array_get(flags, 0)) ?: nft_word(fib, "flags");

	return p->iif && !strcmp(first, "daddr") ? word("local") : unknown;
}

static struct field field_of(const struct packet *p, const json_t *left)
{
	const json_t *inner;

	inner = json_object_get(left, "meta");
	if (inner)
		return meta_field(p, inner);
	inner = json_object_get(left, "payload");
	if (inner)
		return payload_field(p, inner);
	inner = json_object_get(left, "fib");
	if (is(inner, "result", "type"))
		return fib_field(p, inner);
	inner = json_object_get(left, "ct");
	/* The packet was not translated. */
	if (is(inner, "key", "status"))
		return absent;
	return is(inner, "key", "state") ? word(p->state) : unknown;
}

static enum answer in_prefix(const struct field *f, const char *text, unsigned int len)
{
	__u32 mask = len && len <= 32 ? ~0U << (32 - len) : 0;
	struct in_addr in;

	if (f->kind != ADDRESS || inet_pton(AF_INET, text, &in) != 1)
		return MAYBE;
	return (f->number & mask) == (ntohl(in.s_addr) & mask) ? YES : NO;
}

static enum answer equals_text(const struct field *f, const char *text)
{
	if (*text == '@')
		return MAYBE;
	if (f->kind == ADDRESS)
		return in_prefix(f, text, 32);
	if (!f->word)
		return MAYBE;
	/* "wan*" stands for all that begins so. */
	return fnmatch(text, f->word, 0) ? NO : YES;
}

/* The number or address in one end of a range. */
static bool end_of(const json_t *end, __u32 *value)
{
	struct in_addr in;

	if (json_is_integer(end)) {
		*value = json_integer_value(end);
		return true;
	}
	if (!json_is_string(end) || inet_pton(AF_INET, json_string_value(end), &in) != 1)
		return false;
	*value = ntohl(in.s_addr);
	return true;
}

static enum answer in_range(const struct field *f, const json_t *range)
{
	__u32 first, last;

	if (f->kind == WORD || !end_of(json_array_get(range, 0), &first) ||
	    !end_of(json_array_get(range, 1), &last))
		return MAYBE;
	return f->number >= first && f->number <= last ? YES : NO;
}

static enum answer equals(const struct field *f, const json_t *right);

/* Of a set, or of flags of which any will do. */
static enum answer equals_any(const struct field *f, const json_t *list)
{
	enum answer best = NO, answer;
	const json_t *element;
	size_t i;

	json_array_foreach(list, i, element) {
		answer = equals(f, element);
		if (answer > best)
			best = answer;
	}
	return best;
}

static enum answer equals(const struct field *f, const json_t *right)
{
	const json_t *inner;

	if (f->kind == ABSENT)
		return NO;
	if (f->kind == UNKNOWN)
		return MAYBE;
	if (json_is_string(right))
		return equals_text(f, json_string_value(right));
	if (json_is_integer(right))
		return f->number == json_integer_value(right) ? YES : NO;
	if (json_is_array(right))
		return equals_any(f, right);
	inner = json_object_get(right, "set");
	if (inner)
		return json_is_array(inner) ? equals_any(f, inner) : equals(f, inner);
	inner = json_object_get(right, "range");
	if (inner)
		return in_range(f, inner);
	inner = json_object_get(right, "elem");
	if (inner)
		return equals(f, json_object_get(inner, "val"));
	inner = json_object_get(right, "prefix");
	if (inner)
		return in_prefix(f, nft_word(inner, "addr"),
				 json_integer_value(json_object_get(inner, "len")));
	return MAYBE;
}

static enum answer matches(const struct packet *p, const json_t *match)
{
	struct field f = field_of(p, json_object_get(match, "left"));
	enum answer answer = equals(&f, json_object_get(match, "right"));
	const char *op = nft_word(match, "op");

	if (!strcmp(op, "!="))
		return f.kind == ABSENT ? MAYBE : YES - answer;
	if (strcmp(op, "==") && strcmp(op, "in"))
		return f.kind == ABSENT ? NO : MAYBE;
	return answer;
}

static enum fate walk_chain(struct walk *w, const char *name, int depth);

static enum fate follow(struct walk *w, const json_t *jump, enum answer sure, int depth)
{
	enum fate fate = walk_chain(w, nft_word(jump, "target"), depth + 1);

	w->returned = false;
	return fate == FATE_DROP && sure != YES ? FATE_NONE : fate;
}

/* What a verdict does to a packet that its rule matches for sure, or perhaps. */
static enum fate obey(struct walk *w, const json_t *verdict, enum answer sure, int depth)
{
	static const char *const drops[] = { "drop", "reject", NULL };
	enum fate fate;

	if (sure == NO)
		return FATE_NONE;
	if (json_object_get(verdict, "accept") || json_object_get(verdict, "queue"))
		return FATE_ACCEPT;
	if (json_object_get(verdict, "dnat") || json_object_get(verdict, "redirect"))
		return FATE_DNAT;
	if (has_any(verdict, drops))
		return sure == YES ? FATE_DROP : FATE_NONE;
	if (json_object_get(verdict, "return")) {
		w->returned = sure == YES;
		w->doubtful |= sure == MAYBE;
	}
	if (json_object_get(verdict, "jump"))
		return follow(w, json_object_get(verdict, "jump"), sure, depth);
	if (!json_object_get(verdict, "goto"))
		return FATE_NONE;
	fate = follow(w, json_object_get(verdict, "goto"), sure, depth);
	w->returned = sure == YES;
	return fate;
}

/* "vmap": a verdict for each value. */
static enum fate obey_map(struct walk *w, const json_t *map, enum answer sure, int depth)
{
	struct field f = field_of(w->packet, json_object_get(map, "key"));
	const json_t *set = json_object_get(json_object_get(map, "data"), "set");
	enum fate fate = FATE_NONE;
	const json_t *pair;
	enum answer answer;
	size_t i;

	/* A named map: nothing is known of its verdicts. */
	if (!set)
		return FATE_ACCEPT;
	json_array_foreach(set, i, pair) {
		answer = equals(&f, json_array_get(pair, 0));
		if (answer > sure)
			answer = sure;
		fate = obey(w, json_array_get(pair, 1), answer, depth);
		if (fate || w->returned)
			break;
	}
	return fate;
}

static const char *const verdicts[] = {
	"accept", "drop", "reject", "queue", "dnat", "redirect", "return", "jump", "goto", NULL
};

/* Expressions that are there for their effect: they let each packet by. */
static const char *const neutral[] = {
	"counter", "log", "mangle", "ct helper", "notrack", "set", NULL
};

static enum fate walk_rule(struct walk *w, const json_t *rule, int depth)
{
	enum answer sure = YES, answer;
	const json_t *e, *match, *map;
	size_t i;

	json_array_foreach(json_object_get(rule, "expr"), i, e) {
		match = json_object_get(e, "match");
		map = json_object_get(e, "vmap");
		if (has_any(e, verdicts))
			return obey(w, e, sure, depth);
		if (map)
			return obey_map(w, map, sure, depth);
		if (has_any(e, neutral))
			continue;
		answer = match ? matches(w->packet, match) : MAYBE;
		if (answer < sure)
			sure = answer;
		if (sure == NO)
			break;
	}
	return FATE_NONE;
}

static enum fate walk_chain(struct walk *w, const char *name, int depth)
{
	bool doubtful = w->doubtful;
	enum fate fate = FATE_NONE;
	const json_t *object, *rule;
	size_t i;

	w->doubtful = false;
	if (depth > DEPTH_MAX)
		return FATE_ACCEPT;
	json_array_foreach(w->ruleset, i, object) {
		rule = json_object_get(object, "rule");
		if (!rule || !is(rule, "family", w->family) || !is(rule, "table", w->table) ||
		    !is(rule, "chain", name))
			continue;
		fate = walk_rule(w, rule, depth);
		if (fate == FATE_DROP && w->doubtful)
			fate = FATE_NONE;
		if (fate || w->returned)
			break;
	}
	w->doubtful = doubtful;
	return fate;
}

static bool is_base(const json_t *chain, const char *type, const char *hook)
{
	return chain && is(chain, "hook", hook) && is(chain, "type", type) &&
	       (is(chain, "family", "ip") || is(chain, "family", "inet"));
}

enum fate nft_fate(const json_t *ruleset, const char *type, const char *hook,
		   const struct packet *packet, const json_t **by)
{
	struct walk w = { .ruleset = ruleset, .packet = packet };
	const json_t *object, *chain;
	enum fate fate;
	size_t i;

	json_array_foreach(ruleset, i, object) {
		chain = json_object_get(object, "chain");
		if (!is_base(chain, type, hook))
			continue;
		w.family = nft_word(chain, "family");
		w.table = nft_word(chain, "table");
		w.returned = false;
		fate = walk_chain(&w, nft_word(chain, "name"), 0);
		if (fate == FATE_NONE && is(chain, "policy", "drop"))
			fate = FATE_DROP;
		*by = chain;
		if (fate == FATE_DROP || fate == FATE_DNAT)
			return fate;
	}
	return FATE_ACCEPT;
}
