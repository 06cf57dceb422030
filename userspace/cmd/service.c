// SPDX-License-Identifier: GPL-2.0
/*
 * What service scripts call. "up" does what the configuration says, and notes in a file how it
 * found the host, in the words of a configuration: "down" does what that file says.
 */
#include "cmd/service.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "genl/names.h"
#include "lib/args.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/ifnames.h"
#include "lib/out.h"
#include "lib/state.h"
#include "lib/words.h"
#include "route/apply.h"
#include "route/check.h"
#include "route/confirmed.h"

#define PATH_SIZE 64

static const struct apply_options options;

/* There if it was "up" that loaded the module. */
#define LOADED STATE_DIR "/loaded"

static bool module_is_loaded(void)
{
	return !access("/sys/module/pptpgw", F_OK);
}

static int load_module(void)
{
	char *const args[] = { (char *)"modprobe", (char *)"pptpgw", NULL };
	int status = -1, error, fd;
	pid_t pid;

	error = posix_spawnp(&pid, args[0], NULL, NULL, args, environ);
	if (error || waitpid(pid, &status, 0) < 0 || status)
		return diag_fail(EXIT_KERNEL, "the kernel module cannot be loaded%s%s",
				 error ? ": modprobe: " : "", error ? strerror(error) : "");
	fd = open(LOADED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return EXIT_SUCCESS;
}

/* Other network namespaces may be up yet. */
static bool is_up_elsewhere(void)
{
	glob_t found;
	bool up = !glob(STATE_DIR "/up-*", 0, NULL, &found);

	if (up)
		globfree(&found);
	return up;
}

/* A service manager may forbid it: without roles the module does no harm. */
static int unload_module(void)
{
	bool forbidden;

	if (access(LOADED, F_OK) || is_up_elsewhere())
		return EXIT_SUCCESS;
	if (syscall(SYS_delete_module, "pptpgw", O_NONBLOCK) < 0 && errno != ENOENT) {
		forbidden = errno == EPERM;
		warn("the kernel module cannot be unloaded");
		return forbidden ? EXIT_SUCCESS : EXIT_KERNEL;
	}
	unlink(LOADED);
	return EXIT_SUCCESS;
}

/* How "up" found the host; nothing if it was never up. */
static int read_before(struct conf *before)
{
	char path[PATH_SIZE];
	FILE *file;

	memset(before, 0, sizeof(*before));
	if (state_path("up", path, sizeof(path)) < 0) {
		warn(STATE_DIR);
		return EXIT_KERNEL;
	}
	file = fopen(path, "re");
	if (!file)
		return EXIT_SUCCESS;
	conf_read_stream(before, path, file);
	fclose(file);
	return before->errors ? EXIT_KERNEL : EXIT_SUCCESS;
}

static void write_dev(FILE *file, const struct conf_dev *d)
{
	fprintf(file, "dev %s role %s policy %s unroutable %s guard %s\n", ifname(d->name),
		word_of(role_words, d->set.role), word_of(policy_words, d->set.policy),
		word_of(unroutable_words, d->set.unroutable), word_of(guard_words, d->set.guard));
}

/* Of those interfaces that @conf has; of all if it is NULL. */
static int write_before(const struct conf *before, const struct conf *conf)
{
	char path[PATH_SIZE], new[PATH_SIZE];
	const struct conf_dev *d;
	FILE *file = NULL;

	if (!state_path("up", path, sizeof(path)) && !state_path("new", new, sizeof(new)))
		file = fopen(new, "we");
	for (d = before->devs; d < conf_devs_end(before); d++)
		if (file && (!conf || conf_find_dev(conf, d->name)))
			write_dev(file, d);
	if (file && !fclose(file) && !rename(new, path))
		return EXIT_SUCCESS;
	warn("%s", path);
	return EXIT_KERNEL;
}

static void forget_before(void)
{
	char path[PATH_SIZE];

	if (!state_path("up", path, sizeof(path)))
		unlink(path);
}

static bool exists(__u16 name)
{
	return if_nametoindex(ifname(name));
}

/* An interface that "up" has not seen before. */
static int note_dev(struct conf *before, __u16 name)
{
	struct conf_dev found = { .name = name };
	int status;

	if (conf_find_dev(before, name) || !exists(name))
		return EXIT_SUCCESS;
	status = dev_get(ifname(name), &found.set);
	if (!status)
		conf_add_dev(before, &found);
	return status;
}

/* What the configuration does not say is as after loading the module. */
static int set_dev(const struct conf *conf, const struct conf_dev *d)
{
	struct settings whole = d->set;

	if (!exists(d->name))
		return diag_fail(EXIT_SUCCESS, "%s:%u: there is no interface '%s' yet",
				 conf->files[d->file], d->line, ifname(d->name));
	if (whole.policy == UNSET)
		whole.policy = PPTPGW_POLICY_ENFORCE;
	if (whole.unroutable == UNSET)
		whole.unroutable = PPTPGW_UNROUTABLE_DROP;
	if (whole.guard == UNSET)
		whole.guard = PPTPGW_GUARD_WARN;
	return dev_set(ifname(d->name), &whole);
}

/* Those settings that "up" changed and @conf does not have; all if it is NULL. */
static int restore_devs(const struct conf *before, const struct conf *conf)
{
	const struct conf_dev *d;
	int status = EXIT_SUCCESS;

	for (d = before->devs; d < conf_devs_end(before); d++)
		if (exists(d->name) && !(conf && conf_find_dev(conf, d->name)))
			status = dev_set(ifname(d->name), &d->set) ?: status;
	return status;
}

static int note_devs(const struct conf *conf, struct conf *before)
{
	const struct conf_dev *d;
	int status = EXIT_SUCCESS;

	for (d = conf->devs; d < conf_devs_end(conf); d++)
		status = status ?: note_dev(before, d->name);
	return status ?: write_before(before, NULL);
}

/* What is given back is the operator's again: the next "up" leaves it alone. */
static int set_devs(const struct conf *conf, const struct conf *before)
{
	const struct conf_dev *d;
	int status = EXIT_SUCCESS;

	for (d = conf->devs; d < conf_devs_end(conf); d++)
		status = status ?: set_dev(conf, d);
	return status ?: restore_devs(before, conf) ?: write_before(before, conf);
}

/* The module is needed for interfaces only. */
static int prepare_module(const struct conf *conf, const struct conf *before)
{
	if ((!conf->dev_count && !before->dev_count) || module_is_loaded())
		return EXIT_SUCCESS;
	return load_module();
}

static int bring_down(const struct conf *before)
{
	int status = EXIT_SUCCESS;

	if (module_is_loaded())
		status = restore_devs(before, NULL);
	forget_before();
	return unload_module() ?: status;
}

/*
 * What may fail comes first, and the routes are all or nothing. Where the host was
 * not up before, what was done until then is undone.
 */
static int bring_up(struct conf *conf)
{
	struct conf before;
	bool was_up;
	int status;

	status = read_before(&before);
	was_up = before.file_count;
	status = status ?: prepare_module(conf, &before) ?: note_devs(conf, &before);
	status = status ?: apply_conf(conf, &options) ?: set_devs(conf, &before);
	if (status && !was_up)
		bring_down(&before);
	conf_free(&before);
	return status;
}

static int run_up(char **args)
{
	struct conf conf;
	int status, lock;

	status = args_none(args);
	if (status)
		return status;
	confirmed_read(&conf);
	status = conf_check(&conf, CHECK_WARN);
	if (status) {
		warnx("nothing was changed");
	} else {
		lock = state_lock();
		status = lock < 0 ? EXIT_KERNEL : bring_up(&conf);
	}
	conf_free(&conf);
	return status;
}

static int run_down(char **args)
{
	struct conf before, none = { };
	int status;

	status = args_none(args);
	if (status)
		return status;
	if (state_lock() < 0)
		return EXIT_KERNEL;
	status = apply_conf(&none, &options);
	status = read_before(&before) ?: bring_down(&before) ?: status;
	conf_free(&before);
	return status;
}

static int run_check_config(char **args)
{
	struct conf conf;
	int status;

	status = args_none(args);
	if (status)
		return status;
	status = conf_read_and_check(&conf, CHECK_WARN);
	if (!status) {
		out_begin(OUT_SENTENCE);
		out_number("devs", conf.dev_count);
		out_number("routes", conf.route_count);
		out_text("%u interfaces, %u routes", conf.dev_count, conf.route_count);
		out_end();
	}
	conf_free(&conf);
	return status;
}

const struct object up_object = {
	.word = "up",
	.help =
"Usage: pptpgw up\n"
"\n"
"Load the module if the configuration has interfaces, set their roles, and\n"
"apply the routes. To do it again changes what has changed. What cannot work\n"
"yet is reported and left out.\n",
	.run = run_up,
};

const struct object down_object = {
	.word = "down",
	.help =
"Usage: pptpgw down\n"
"\n"
"Leave the host as \"pptpgw up\" found it.\n",
	.run = run_down,
};

const struct object check_config_object = {
	.word = "check-config",
	.help =
"Usage: pptpgw check-config\n"
"\n"
"Say what is wrong with the configuration, and change nothing.\n",
	.run = run_check_config,
};
