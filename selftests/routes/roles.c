// SPDX-License-Identifier: GPL-2.0
/*
 * Instead of userspace/genl/dev.c, for tests of "up" without the kernel module: the
 * settings of an interface are the four numbers in /run/roles/NAME.
 */
#include "genl/dev.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/diag.h"
#include "lib/exit.h"

void dev_read(const struct nlmsghdr *nlh, struct dev *dev)
{
	(void)nlh;
	memset(dev, 0, sizeof(*dev));
}

static FILE *open_settings(const char *ifname, const char *mode)
{
	char path[64];

	mkdir("/run/roles", 0755);
	snprintf(path, sizeof(path), "/run/roles/%s", ifname);
	return fopen(path, mode);
}

int dev_get(const char *ifname, struct settings *settings)
{
	FILE *file = open_settings(ifname, "re");
	int *s = (int *)settings;

	memset(settings, 0, sizeof(*settings));
	if (!if_nametoindex(ifname))
		return diag_fail(EXIT_KERNEL, "%s: no such interface", ifname);
	if (file) {
		if (fscanf(file, "%d %d %d %d", &s[0], &s[1], &s[2], &s[3]) != 4)
			memset(settings, 0, sizeof(*settings));
		fclose(file);
	}
	return EXIT_SUCCESS;
}

int dev_set(const char *ifname, const struct settings *settings)
{
	FILE *file = if_nametoindex(ifname) ? open_settings(ifname, "we") : NULL;

	if (!file)
		return diag_fail(EXIT_KERNEL, "%s: no such interface", ifname);
	fprintf(file, "%d %d %d %d\n", settings->role, settings->policy, settings->unroutable,
		settings->guard);
	fclose(file);
	return EXIT_SUCCESS;
}
