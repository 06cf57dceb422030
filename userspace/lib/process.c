// SPDX-License-Identifier: GPL-2.0
#include "lib/process.h"

#include <stdio.h>
#include <sys/stat.h>

bool process_is_here(int pid)
{
	struct stat its, ours;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return stat(path, &its) || stat("/proc/self/ns/net", &ours) || its.st_ino == ours.st_ino;
}
