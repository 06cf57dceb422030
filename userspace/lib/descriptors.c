// SPDX-License-Identifier: GPL-2.0
#include "lib/descriptors.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/exit.h"

void descriptors_open(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			err(EXIT_KERNEL, "/dev/null");
}

/* All that this program opens has FD_CLOEXEC, so that what has not is older. */
static void close_inherited(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (fd > STDERR_FILENO && flags >= 0 && !(flags & FD_CLOEXEC))
		close(fd);
}

void descriptors_detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fd;
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	for (fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	while (dir && (entry = readdir(dir)))
		close_inherited(atoi(entry->d_name));
	if (dir)
		closedir(dir);
	if (null >= 0)
		close(null);
}
