// SPDX-License-Identifier: GPL-2.0
/*
 * What service scripts call. Roles come first, and depend on no route: what keeps one
 * from being set or installed is reported, and the rest is done.
 */
#include "cmd/service.h"

#include <err.h>
#include <string.h>
#include <unistd.h>

#include "lib/args.h"
#include "lib/diag.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/state.h"
#include "route/apply.h"
#include "route/check.h"
#include "route/confirmed.h"
#include "route/roles.h"

/* The routes may be locked for as long as somebody waits for a confirmation. */
static int apply_routes(struct conf *conf)
{
	static const struct apply_options options = { .partial = true };
	int lock = state_lock(), status;

	if (lock < 0)
		return diag_fail(EXIT_KERNEL, "the routes are as they were before");
	status = apply_conf(conf, &options);
	close(lock);
	return status;
}

static int set_roles(const struct conf *conf, bool *may_go_on)
{
	struct roles roles;
	int status;

	status = roles_begin(&roles) ?: roles_note(&roles);
	*may_go_on = !status;
	status = status ?: roles_set(&roles, conf);
	roles_end(&roles);
	return status;
}

static int bring_up(struct conf *conf)
{
	bool may_go_on;
	int status;

	status = set_roles(conf, &may_go_on);
	if (!may_go_on)
		return status;
	status = apply_routes(conf) ?: status;
	return status ?: conf->refused ? EXIT_KERNEL : EXIT_SUCCESS;
}

static int up_all(void)
{
	struct conf conf;
	int status;

	confirmed_read(&conf);
	status = conf_check(&conf, CHECK_WARN);
	if (status)
		warnx("nothing was changed");
	else
		status = bring_up(&conf);
	conf_free(&conf);
	return status;
}

/* Before there is a network: what routes need is not there yet. */
static int up_roles(void)
{
	struct conf conf;
	bool may_go_on;
	int status;

	status = conf_read(&conf);
	if (status)
		warnx("nothing was changed");
	else
		status = set_roles(&conf, &may_go_on);
	conf_free(&conf);
	return status;
}

static int run_up(char **args)
{
	bool roles = *args && !strcmp(*args, "--roles");

	return args_none(args + roles) ?: (roles ? up_roles() : up_all());
}

static int restore_roles(void)
{
	struct roles roles;
	int status;

	status = roles_begin(&roles) ?: roles_restore(&roles);
	roles_end(&roles);
	return status;
}

static int run_down(char **args)
{
	struct conf none = { };
	int status;

	status = args_none(args);
	if (status)
		return status;
	status = apply_routes(&none);
	return restore_roles() ?: status;
}

/* As "up" would report them. */
static int check_conflicts(struct plan *plan, struct conf *conf, struct nl *nl, const void *data)
{
	(void)nl;
	(void)data;
	return report_conflicts(conf, plan) ? EXIT_USAGE : EXIT_SUCCESS;
}

static int run_check_config(char **args)
{
	struct conf conf;
	int status;

	status = args_none(args);
	if (status)
		return status;
	status = conf_read_and_check(&conf, CHECK_WARN);
	roles_check(&conf);
	status = status ?: plan_use(plan_make, &conf, check_conflicts, NULL);
	if (!status && conf.refused)
		status = EXIT_USAGE;
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
"Usage: pptpgw up [ --roles ]\n"
"\n"
"Load the module if the configuration has interfaces, set their roles, and\n"
"apply the routes. To do it again changes what has changed. What cannot work\n"
"yet, or is refused, is reported and left out; the rest is done. With --roles,\n"
"the routes are left as they are.\n",
	.run = run_up,
	.whole = true,
	.shape = OUT_OBJECT,
};

const struct object down_object = {
	.word = "down",
	.help =
"Usage: pptpgw down\n"
"\n"
"Leave the host as \"pptpgw up\" found it.\n",
	.run = run_down,
	.whole = true,
	.shape = OUT_OBJECT,
};

const struct object check_config_object = {
	.word = "check-config",
	.help =
"Usage: pptpgw check-config\n"
"\n"
"Say what is wrong with the configuration, and change nothing.\n",
	.run = run_check_config,
	.shape = OUT_OBJECT,
};
