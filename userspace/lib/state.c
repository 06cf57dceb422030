// SPDX-License-Identifier: GPL-2.0
#include "lib/state.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 64
#define WAIT_MS 10000
#define STEP_MS 50

int state_path(const char *name, char *buf, size_t size)
{
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns) < 0)
		return -1;
	if (mkdir(STATE_DIR, 0755) < 0 && errno != EEXIST)
		return -1;
	snprintf(buf, size, STATE_DIR "/%s-%lu", name, (unsigned long)netns.st_ino);
	return 0;
}

static int open_state(const char *name)
{
	char path[PATH_SIZE];

	if (state_path(name, path, sizeof(path)) < 0)
		return -1;
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static int try_lock(const char *name)
{
	int fd = open_state(name);

	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	errno = EWOULDBLOCK;
	return -1;
}

/* Returns -1 and errno; it waits for ten seconds. */
static int wait_for_lock(const char *name)
{
	int waited, fd = -1;

	for (waited = 0; waited <= WAIT_MS; waited += STEP_MS) {
		fd = try_lock(name);
		if (fd >= 0 || errno != EWOULDBLOCK)
			break;
		usleep(STEP_MS * 1000);
		errno = EWOULDBLOCK;
	}
	return fd;
}

static int report_lock(const char *busy)
{
	if (errno == EWOULDBLOCK)
		warnx("%s", busy);
	else
		warn(STATE_DIR);
	return -1;
}

int state_try_lock(void)
{
	return try_lock("lock");
}

int state_lock(void)
{
	int fd = wait_for_lock("lock");

	if (fd >= 0)
		return fd;
	return report_lock("another pptpgw changes routes, or waits for 'pptpgw route confirm'");
}

int state_lock_roles(void)
{
	int fd = wait_for_lock("roles");

	return fd >= 0 ? fd : report_lock("another pptpgw changes roles");
}

void state_set_applied(void)
{
	int fd = open_state("applied");

	if (fd < 0 || futimens(fd, NULL) < 0)
		warn(STATE_DIR);
	if (fd >= 0)
		close(fd);
}

long long state_applied(void)
{
	char path[PATH_SIZE];
	struct stat st;

	if (state_path("applied", path, sizeof(path)) < 0 || stat(path, &st) < 0)
		return 0;
	return st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
}
