// SPDX-License-Identifier: GPL-2.0
#include "route/roles.h"

#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "genl/module.h"
#include "genl/names.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/ifnames.h"
#include "lib/ppp.h"
#include "lib/state.h"
#include "lib/words.h"
#include "route/stack.h"

#define PATH_SIZE 64

/* All settings were noted; where one is missing, the line was cut short. */
static void drop_cut_lines(struct conf *before)
{
	unsigned int i, kept = 0;

	for (i = 0; i < before->dev_count; i++) {
		const struct settings *s = &before->devs[i].set;

		if (s->policy == UNSET || s->unroutable == UNSET || s->guard == UNSET)
			before->errors++;
		else
			before->devs[kept++] = before->devs[i];
	}
	before->dev_count = kept;
}

/* What is damaged is not known any more, and must not keep the host down. */
static void read_before(struct conf *before, const char *path, FILE *file)
{
	struct diag_list ignored;

	diag_collect(&ignored);
	conf_read_stream(before, path, file);
	diag_end();
	diag_free(&ignored);
	drop_cut_lines(before);
	if (!before->errors)
		return;
	diag("%s is damaged: what it says in %u lines is ignored", path, before->errors);
	before->errors = 0;
}

int roles_begin(struct roles *roles)
{
	char path[PATH_SIZE];
	FILE *file;

	memset(roles, 0, sizeof(*roles));
	roles->lock = state_lock_roles();
	if (roles->lock < 0 || state_path("up", path, sizeof(path)) < 0)
		return EXIT_KERNEL;
	file = fopen(path, "re");
	if (!file)
		return EXIT_SUCCESS;
	read_before(&roles->before, path, file);
	fclose(file);
	return EXIT_SUCCESS;
}

void roles_end(struct roles *roles)
{
	conf_free(&roles->before);
	if (roles->lock >= 0)
		close(roles->lock);
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
		file = state_create(new);
	for (d = before->devs; d < conf_devs_end(before); d++)
		if (file && (!conf || conf_find_dev(conf, d->name)))
			write_dev(file, d);
	if (file && !fclose(file) && !rename(new, path))
		return EXIT_SUCCESS;
	warn("%s", path);
	return EXIT_KERNEL;
}

int roles_note(struct roles *roles)
{
	return write_before(&roles->before, NULL);
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

/* A client's tunnel may have taken the name of an uplink that is down. */
static bool may_have_role(const struct conf_dev *d)
{
	return exists(d->name) && (d->set.role == PPTPGW_ROLE_NONE || !ppp_server(ifname(d->name)));
}

/* An interface that "up" has not seen before. */
static int note_dev(struct conf *before, const struct conf_dev *d)
{
	struct conf_dev found = { .name = d->name };
	int status;

	if (conf_find_dev(before, d->name) || !may_have_role(d))
		return EXIT_SUCCESS;
	status = dev_get(ifname(d->name), &found.set);
	if (!status)
		conf_add_dev(before, &found);
	return status;
}

static void check_dev(const struct conf *conf, const struct conf_dev *d)
{
	const char *name = ifname(d->name), *file = conf->files[d->file];

	if (!exists(d->name))
		diag("%s:%u: there is no interface '%s' yet", file, d->line, name);
	else if (!may_have_role(d))
		diag("%s:%u: %s is the tunnel of a client now, made by %s: it gets no role", file,
		     d->line, name, ppp_server(name));
}

void roles_check(const struct conf *conf)
{
	const struct conf_dev *d;

	for (d = conf->devs; d < conf_devs_end(conf); d++)
		check_dev(conf, d);
	stack_check(conf);
}

/* What the configuration does not say is as after loading the module. */
static int set_dev(const struct conf_dev *d)
{
	struct settings whole = d->set;

	if (!may_have_role(d))
		return EXIT_SUCCESS;
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

/* One that cannot be noted could not be restored, and is left alone. */
static int note_and_set(struct conf *before, const struct conf *conf)
{
	const struct conf_dev *d;
	int status = EXIT_SUCCESS;

	for (d = conf->devs; d < conf_devs_end(conf); d++)
		status = note_dev(before, d) ?: status;
	if (write_before(before, NULL))
		return EXIT_KERNEL;
	for (d = conf->devs; d < conf_devs_end(conf); d++)
		if (conf_find_dev(before, d->name))
			status = set_dev(d) ?: status;
	return status;
}

static int report_no_roles(const struct conf *conf)
{
	return diag_fail(EXIT_KERNEL, "the roles of %u interfaces are not set without the module",
			 conf->dev_count);
}

/* What is given back is the operator's again: the next "up" leaves it alone. */
int roles_set(struct roles *roles, const struct conf *conf)
{
	struct conf *before = &roles->before;
	int status;

	roles_check(conf);
	if (!conf->dev_count && !before->dev_count)
		return EXIT_SUCCESS;
	if (!module_is_loaded() && module_load())
		return report_no_roles(conf);
	status = note_and_set(before, conf);
	return restore_devs(before, conf) ?: write_before(before, conf) ?: status;
}

int roles_restore(struct roles *roles)
{
	int status = EXIT_SUCCESS;

	if (module_is_loaded())
		status = restore_devs(&roles->before, NULL);
	forget_before();
	return module_unload() ?: status;
}
