// SPDX-License-Identifier: GPL-2.0
#include "lib/ifnames.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/memory.h"

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

static unsigned int query(int fd, const char *name, int request)
{
	struct ifreq ifr = { };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, request, &ifr) < 0)
		return 0;
	return request == SIOCGIFFLAGS ? (unsigned short)ifr.ifr_flags : ifr.ifr_ifindex;
}

void ifname_state(const char *name, struct ifstate *state)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	state->index = query(fd, name, SIOCGIFINDEX);
	state->flags = query(fd, name, SIOCGIFFLAGS);
	state->mtu = query(fd, name, SIOCGIFMTU);
	close(fd);
}
