// SPDX-License-Identifier: GPL-2.0
#include "lib/tables.h"

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "lib/files.h"
#include "lib/macros.h"
#include "lib/words.h"

/* As for iproute2: /etc comes first, and more files are in FILE.d. */
#define FILES(name) "{/etc,/usr/share,/usr/lib}/iproute2/" name "{,.d/*.conf}"

/**
 * struct names - numbers and their names, as read from files
 * @files: their names
 * @read: they have been read
 * @count: how many
 * @list: what needs no file, then in the files' order
 */
struct names {
	const char *files;
	bool read;
	unsigned int count;
	struct {
		unsigned int number;
		char name[32];
	} list[512];
};

static struct names tables = {
	.files = FILES("rt_tables"),
	.count = 3,
	.list = {
		{ RT_TABLE_DEFAULT, "default" },
		{ RT_TABLE_MAIN, "main" },
		{ RT_TABLE_LOCAL, "local" },
	},
};

static struct names protocols = { .files = FILES("rt_protos") };

static bool read_name(struct file_line *line, void *data)
{
	struct names *n = data;

	if (sscanf(line->text, "%i %31s", (int *)&n->list[n->count].number,
		   n->list[n->count].name) == 2)
		n->count++;
	return n->count < ARRAY_SIZE(n->list);
}

static void read_names(struct names *n)
{
	if (!n->read)
		files_read(n->files, read_name, n);
	n->read = true;
}

static const char *number_name(struct names *n, unsigned int number)
{
	static char buf[16];
	unsigned int i;

	read_names(n);
	for (i = 0; i < n->count; i++)
		if (n->list[i].number == number)
			return n->list[i].name;
	snprintf(buf, sizeof(buf), "%u", number);
	return buf;
}

const char *table_name(__u32 table)
{
	return number_name(&tables, table);
}

const char *protocol_name(__u8 protocol)
{
	return number_name(&protocols, protocol);
}

bool table_number(const char *name, __u32 *table)
{
	unsigned int i;

	read_names(&tables);
	for (i = 0; i < tables.count; i++)
		if (!strcmp(tables.list[i].name, name)) {
			*table = tables.list[i].number;
			return true;
		}
	return false;
}

static const char *const type_words[] = {
	[RTN_UNSPEC]		= "none",
	[RTN_UNICAST]		= "unicast",
	[RTN_LOCAL]		= "local",
	[RTN_BROADCAST]		= "broadcast",
	[RTN_ANYCAST]		= "anycast",
	[RTN_MULTICAST]		= "multicast",
	[RTN_BLACKHOLE]		= "blackhole",
	[RTN_UNREACHABLE]	= "unreachable",
	[RTN_PROHIBIT]		= "prohibit",
	[RTN_THROW]		= "throw",
	[RTN_NAT]		= "nat",
	[RTN_XRESOLVE]		= "xresolve",
	NULL
};

const char *route_type_name(__u8 type)
{
	return word_of(type_words, type);
}

int route_type_number(const char *name)
{
	static const int types[] = { RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT,
				    RTN_THROW };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (word_is(type_words[types[i]], name))
			return types[i];
	return -1;
}
