// SPDX-License-Identifier: GPL-2.0
#include "lib/state.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 64

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

#define WAIT_MS 10000
#define STEP_MS 50

/* 0 before Linux 5.14, which has none. */
static unsigned long long netns_cookie(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned long long cookie = 0;
	socklen_t len = sizeof(cookie);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) < 0)
		cookie = 0;
	close(fd);
	return cookie;
}

/*
 * The inode's number goes to another network namespace when this one is gone; the
 * cookie never does.
 */
int state_path(const char *name, char *buf, size_t size)
{
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns) < 0)
		return -1;
	if (mkdir(STATE_DIR, 0755) < 0 && errno != EEXIST)
		return -1;
	snprintf(buf, size, STATE_DIR "/%s-%lu-%llu", name, (unsigned long)netns.st_ino,
		 netns_cookie());
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

void state_set_unchanged(void)
{
	int fd = open_state("unchanged");

	if (fd >= 0)
		close(fd);
}

bool state_take_unchanged(void)
{
	char path[PATH_SIZE];

	return !state_path("unchanged", path, sizeof(path)) && !unlink(path);
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

FILE *state_create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}
