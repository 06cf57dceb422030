// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: any bytes as a configuration. Each line with words is either
 * taken or complained of, once, by its number; what is taken prints as text that
 * reads as the same route.
 */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "lib/diag.h"
#include "route/conf.h"
#include "route/parse.h"
#include "route/text.h"

static const char name[] = "fuzz";

static struct diag_list complaints;

static void read_conf(struct conf *conf, const __u8 *data, size_t size)
{
	FILE *stream = fmemopen((void *)data, size, "r");

	promise(stream);
	diag_collect(&complaints);
	conf_read_stream(conf, name, stream);
	diag_end();
	fclose(stream);
}

/* The lines that are taken or complained of, counted in another way than the tool's. */
static unsigned int count_lines(const __u8 *data, size_t size)
{
	unsigned int count = 0;
	size_t i, start;

	for (i = 0; i < size; i++) {
		start = i;
		while (i < size && data[i] && data[i] != '\n')
			i++;
		if ((i < size && !data[i]) || i - start >= LINE_SIZE)
			return count + 1;
		while (start < i && strchr(" \t\r\v\f", data[start]))
			start++;
		count += start < i && data[start] != '#';
	}
	return count;
}

/* Only complaints are printed, each with its place. */
static unsigned int count_complaints(void)
{
	unsigned int count = 0, last = 0;
	const struct diag *d;

	for (d = complaints.first; d; d = d->next, count++) {
		promise(d->file && !strcmp(d->file, name));
		promise(*d->text && !strchr(d->text, '\n'));
		promise(d->line > last && d->column && d->column <= LINE_SIZE);
		last = d->line;
	}
	return count;
}

static bool same_hops(const struct route *a, const struct route *b)
{
	unsigned int i;

	for (i = 0; i < a->hop_count; i++)
		if (route_hops(a)[i].name != route_hops(b)[i].name)
			return false;
	return true;
}

static void check_route(const struct route *r)
{
	static char text[ROUTE_TEXT_SIZE];
	static struct line line;
	struct route again;

	promise(strlen(route_text(r, text, sizeof(text))) < sizeof(text) - 1);
	line_start(&line, name);
	snprintf(line.text, LINE_SIZE, "%s", text);
	promise(route_parse(&line, &again));
	promise(route_same_key(r, &again) && route_hash(r) == route_hash(&again));
	promise(route_matches(r, &again) && same_hops(r, &again));
	free(again.hops);
}

int fuzz_one(const __u8 *data, size_t size)
{
	struct conf conf = { };
	unsigned int i;

	if (!size)
		return 0;
	ifnames_forget();
	read_conf(&conf, data, size);
	promise(count_complaints() == conf.errors);
	promise(conf.errors + conf.route_count + conf.dev_count == count_lines(data, size));
	for (i = 0; i < conf.route_count; i++) {
		check_route(&conf.routes[i]);
		promise(conf_find(&conf, &conf.routes[i]) == &conf.routes[i]);
	}
	conf_free(&conf);
	diag_free(&complaints);
	return 0;
}
