// SPDX-License-Identifier: GPL-2.0
/*
 * In place of userspace/lib/ifnames.c: names that can be forgotten, and no question
 * to the kernel.
 */
#include "lib/ifnames.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

/* More than fit into an input. */
#define NAMES_MAX 2048

static char names[NAMES_MAX][IF_NAMESIZE];
static unsigned int count;

void ifnames_forget(void)
{
	count = 0;
}

__u16 ifname_number(const char *name)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i + 1;
	promise(count < NAMES_MAX && strlen(name) < IF_NAMESIZE);
	snprintf(names[count], sizeof(names[count]), "%s", name);
	return ++count;
}

__u16 ifname_number_of_index(__u32 ifindex)
{
	char name[IF_NAMESIZE];

	snprintf(name, sizeof(name), "if%u", ifindex);
	return ifname_number(name);
}

const char *ifname(__u16 number)
{
	return number ? names[number - 1] : NULL;
}

void ifname_state(const char *name, struct ifstate *state)
{
	(void)name;
	memset(state, 0, sizeof(*state));
}
