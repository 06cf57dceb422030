// SPDX-License-Identifier: GPL-2.0
#include "lib/ifnames.h"

#include <stdint.h>
#include <stdio.h>

#include "lib/exit.h"
#include "lib/grow.h"

struct name {
	char text[IF_NAMESIZE];
};

static struct name *names;
static unsigned int count;

/* Routes in a row mostly go by the same interface. */
__u16 ifname_number(const char *name)
{
	static unsigned int last;
	unsigned int i;

	if (last < count && !strcmp(names[last].text, name))
		return last + 1;
	for (i = 0; i < count; i++)
		if (!strcmp(names[i].text, name))
			break;
	if (i == count) {
		if (count == UINT16_MAX)
			errx(EXIT_KERNEL, "there are too many names of interfaces");
		names = grow(names, count, sizeof(*names));
		snprintf(names[i].text, sizeof(names[i].text), "%s", name);
		count++;
	}
	last = i;
	return i + 1;
}

__u16 ifname_number_of_index(__u32 ifindex)
{
	static __u32 last_index;
	static __u16 last_number;
	char name[IF_NAMESIZE];

	if (ifindex == last_index && last_number)
		return last_number;
	if (!if_indextoname(ifindex, name))
		snprintf(name, sizeof(name), "if%u", ifindex);
	last_index = ifindex;
	last_number = ifname_number(name);
	return last_number;
}

const char *ifname(__u16 number)
{
	return number ? names[number - 1].text : NULL;
}
