// SPDX-License-Identifier: GPL-2.0
#include "doctor/target.h"

#include <fnmatch.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

void target_set(struct target *t, const char *dev)
{
	struct ifreq ifr = { };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*t = (struct target){ .dev = dev, .gateway = "" };
	ifname_state(dev, &t->state);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	if (fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &ifr)) {
		memcpy(t->mac, ifr.ifr_hwaddr.sa_data, sizeof(t->mac));
		t->type = ifr.ifr_hwaddr.sa_family;
	}
	close(fd);
}

bool is_mac(const struct target *t, const char *word)
{
	unsigned char m[6];
	char sep[5];

	return sscanf(word, "%hhx%c%hhx%c%hhx%c%hhx%c%hhx%c%hhx", &m[0], &sep[0], &m[1], &sep[1],
		      &m[2], &sep[2], &m[3], &sep[3], &m[4], &sep[4], &m[5]) == 11 &&
	       !memcmp(m, t->mac, sizeof(m));
}

/* What systemd calls it: see networkctl(1). */
bool is_type(const struct target *t, const char *word)
{
	char path[64], type[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/uevent", t->dev);
	file = fopen(path, "re");
	if (file && fscanf(file, "DEVTYPE=%31s", type) < 1)
		*type = '\0';
	if (file)
		fclose(file);
	if (!*type && t->type == ARPHRD_ETHER)
		snprintf(type, sizeof(type), "ether");
	else if (!*type)
		snprintf(type, sizeof(type), t->type == ARPHRD_PPP ? "ppp" : "none");
	return !fnmatch(word, type, 0);
}

bool is_name(const struct target *t, const char *word)
{
	return !fnmatch(word, t->dev, 0);
}

bool target_is(const struct target *t, const char *words,
	       bool (*is)(const struct target *t, const char *word))
{
	bool none = *words == '!', any = false;
	char *copy = strdup(words + none), *rest = copy, *word;

	while (!any && (word = strsep(&rest, " \t,;")))
		any = *word && is(t, word);
	free(copy);
	return any != none;
}
