// SPDX-License-Identifier: GPL-2.0
#include "doctor/process.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/process.h"

#define ARGUMENTS_SIZE 4096

/* Apart by space, as in the titles that some programs give themselves. */
static bool read_arguments(int pid, char *buf)
{
	char path[PATH_MAX];
	size_t len, i;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(buf, 1, ARGUMENTS_SIZE - 1, file);
	fclose(file);
	for (i = 0; i < len; i++)
		if (!buf[i])
			buf[i] = ' ';
	buf[len] = '\0';
	return true;
}

static bool serves(int pid, const char *dev, bool *all)
{
	char buf[ARGUMENTS_SIZE], *rest = buf, *word;

	*all = true;
	if (!dev)
		return true;
	if (!read_arguments(pid, buf))
		return false;
	while ((word = strsep(&rest, " ")))
		if (!strcmp(word, dev)) {
			*all = false;
			return true;
		} else if (*word && if_nametoindex(word)) {
			*all = false;
		}
	return *all;
}

static bool runs(const char *pid, const char *comm)
{
	char path[PATH_MAX], buf[32];

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	return isdigit(*pid) && file_first_line(path, buf, sizeof(buf)) && !strcmp(buf, comm) &&
	       process_is_here(atoi(pid));
}

int find_process(const char *comm, const char *dev, bool *all)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int pid = 0;

	while (dir && !pid && (entry = readdir(dir)))
		if (runs(entry->d_name, comm) && serves(atoi(entry->d_name), dev, all))
			pid = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return pid;
}

bool process_argument(int pid, const char *word, char *value, size_t size)
{
	char buf[ARGUMENTS_SIZE], *rest = buf, *found;
	bool next = false;

	*value = '\0';
	if (!read_arguments(pid, buf))
		return false;
	while ((found = strsep(&rest, " "))) {
		if (next)
			snprintf(value, size, "%s", found);
		next = !strcmp(found, word);
	}
	return true;
}
