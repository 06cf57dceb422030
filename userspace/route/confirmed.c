// SPDX-License-Identifier: GPL-2.0
/*
 * Two files: CONFIRMED has the routes that were applied for good last, PENDING is there
 * while a configuration waits to be confirmed, and ever after if that did not happen.
 */
#include "route/confirmed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/state.h"
#include "route/rtnl.h"
#include "route/text.h"

/* Of the namespace that is there again after a start of the host. */
#define LASTING_DIR "/var/lib/pptpgw"

#define CONFIRMED "confirmed"
#define PENDING "pending"
#define PATH_SIZE 96

/* Only the first network namespace has this setting; a service may not look at process 1. */
#define FIRST_ONLY "/proc/sys/net/core/netdev_max_backlog"

static bool lasts(void)
{
	return !access(FIRST_ONLY, F_OK) && (!mkdir(LASTING_DIR, 0755) || errno == EEXIST) &&
	       !access(LASTING_DIR, W_OK);
}

static int path_of(const char *name, char *path)
{
	if (!lasts())
		return state_path(name, path, PATH_SIZE);
	snprintf(path, PATH_SIZE, LASTING_DIR "/%s.conf", name);
	return 0;
}

bool confirmed_is_pending(void)
{
	char path[PATH_SIZE];

	return !path_of(PENDING, path) && !access(path, F_OK);
}

static void remove_file(const char *name)
{
	char path[PATH_SIZE];

	if (!path_of(name, path))
		unlink(path);
}

static void write_route(const struct route *route, void *data)
{
	static char text[ROUTE_TEXT_SIZE];

	if (!route->foreign)
		fprintf(data, "route %s\n", route_text(route, text, sizeof(text)));
}

/* What is no file cannot be read again. */
static bool copy_file(FILE *to, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t len = 1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		len = -1;
	while (len > 0)
		len = sendfile(fileno(to), fd, NULL, 1 << 30);
	if (!len)
		len = write(fileno(to), "\n", 1) - 1;
	close(fd);
	return !len;
}

static bool copy_files(FILE *to, const struct conf *conf)
{
	unsigned int i;

	for (i = 0; i < conf->file_count; i++)
		if (!copy_file(to, conf->files[i]))
			return false;
	return true;
}

static void write_conf(FILE *to, const struct conf *conf)
{
	unsigned int i;

	if (copy_files(to, conf))
		return;
	rewind(to);
	if (ftruncate(fileno(to), 0) < 0)
		return;
	for (i = 0; i < conf->route_count; i++)
		write_route(&conf->routes[i], to);
}

/* Without @conf what the kernel has. */
static void write_routes(FILE *to, const struct conf *conf)
{
	static struct nl nl;

	if (conf) {
		write_conf(to, conf);
	} else if (!rtnl_open(&nl)) {
		route_dump(&nl, ROUTE_PROTOCOL, write_route, to);
		nl_close(&nl);
	}
}

/* Whole or not at all; @safe: also if the power fails. */
static int write_file(const char *name, const struct conf *conf, bool safe)
{
	char path[PATH_SIZE], new[PATH_SIZE + 4];
	bool good;
	FILE *file;

	if (path_of(name, path))
		return -1;
	snprintf(new, sizeof(new), "%s.new", path);
	file = state_create(new);
	if (!file)
		return -1;
	write_routes(file, conf);
	good = !fflush(file) && (!safe || !fsync(fileno(file)));
	good &= !fclose(file);
	return good ? rename(new, path) : -1;
}

static bool exists(const char *name)
{
	char path[PATH_SIZE];

	return !path_of(name, path) && !access(path, F_OK);
}

int confirmed_begin(const struct conf *conf, bool *was_pending)
{
	*was_pending = confirmed_is_pending();
	if ((exists(CONFIRMED) || !write_file(CONFIRMED, NULL, true)) &&
	    !write_file(PENDING, conf, true))
		return EXIT_SUCCESS;
	return diag_fail(EXIT_KERNEL, "cannot note what waits for a confirmation: %s",
			 strerror(errno));
}

void confirmed_accept(void)
{
	char pending[PATH_SIZE], confirmed[PATH_SIZE];

	if (!path_of(PENDING, pending) && !path_of(CONFIRMED, confirmed))
		rename(pending, confirmed);
}

void confirmed_cancel(bool was_pending)
{
	if (!was_pending)
		remove_file(PENDING);
}

void confirmed_set(const struct conf *conf)
{
	if (!conf->file_count || conf->confirmed)
		return;
	if (write_file(CONFIRMED, conf, false))
		diag("cannot note what was applied: %s", strerror(errno));
	else
		remove_file(PENDING);
}

/* The interfaces stay those of the files. */
static int read_confirmed(struct conf *conf)
{
	struct conf_dev *devs = conf->devs;
	unsigned int dev_count = conf->dev_count;
	char path[PATH_SIZE];
	FILE *file = NULL;

	if (conf->file_count < CONF_FILES_MAX && !path_of(CONFIRMED, path))
		file = fopen(path, "re");
	if (!file)
		return diag_fail(EXIT_KERNEL, "the confirmed configuration cannot be read: %s",
				 strerror(errno));
	conf_drop_routes(conf);
	conf->devs = NULL;
	conf->dev_count = 0;
	conf_read_stream(conf, path, file);
	fclose(file);
	free(conf->devs);
	conf->devs = devs;
	conf->dev_count = dev_count;
	conf->confirmed = true;
	diag("the configuration was not confirmed: the routes are those of %s, until %s", path,
	     "'pptpgw route apply' is run");
	return conf->errors ? EXIT_USAGE : EXIT_SUCCESS;
}

int confirmed_read(struct conf *conf)
{
	int status = conf_read(conf);

	if (status || !confirmed_is_pending())
		return status;
	status = read_confirmed(conf);
	conf->errors += status && !conf->errors;
	return status;
}
