// SPDX-License-Identifier: GPL-2.0
/* The configuration, and how the host differs from it. */
#include "doctor/conf.h"

#include <unistd.h>

#include "doctor/finding.h"
#include "genl/names.h"
#include "lib/state.h"
#include "lib/tables.h"
#include "lib/words.h"
#include "route/apply.h"
#include "route/check.h"
#include "route/corporate.h"

static void report_error(struct doctor *d, const struct diag *error)
{
	char *what = diag_format(error);
	struct finding f = {
		.id = "configuration-error",
		.severity = SEVERITY_ERROR,
		.what = text(d, "%s", what),
		.breaks = "pptpgw refuses the whole configuration: no route of it is applied",
		.owner = conf_path ?: CONF_DIR,
	};

	if (error->file)
		f.owner = text(d, "%s:%u", error->file, error->line);
	free(what);
	report(d, &f);
}

void check_configuration(struct doctor *d)
{
	const struct diag *error;

	for (error = d->conf_errors.first; error; error = error->next)
		report_error(d, error);
}

static const char *place_of_dev(struct doctor *d, const struct conf_dev *dev)
{
	return text(d, "%s:%u", d->conf.files[dev->file], dev->line);
}

static void check_interface(struct doctor *d, const struct iface *iface, const char *owner)
{
	struct finding f = {
		.severity = SEVERITY_ERROR,
		.breaks = "no tunnel comes or goes by it, and its routes cannot be installed",
		.owner = owner,
	};

	if (!iface->state.index) {
		f.id = "interface-missing";
		f.what = text(d, "there is no interface %s", iface->name);
	} else if (!(iface->state.flags & IFF_UP)) {
		f.id = "interface-down";
		f.what = text(d, "interface %s is down", iface->name);
		f.fix = text(d, "ip link set %s up", iface->name);
	}
	if (f.id)
		report(d, &f);
}

/* What routes lead by and no "dev" names has no iface. */
static void check_route_interfaces(struct doctor *d)
{
	const struct route *r = d->conf.routes, *end = r + d->conf.route_count;
	const struct nexthop *hop;
	bool seen[65536] = { };
	int i;

	for (; r < end; r++) {
		for (i = 0; i < r->hop_count; i++) {
			hop = &route_hops(r)[i];
			if (!hop->name || seen[hop->name] || conf_find_dev(&d->conf, hop->name))
				continue;
			seen[hop->name] = true;
			check_interface(d, read_iface(d, hop->name),
					place_of_route(d, r));
		}
	}
}

void check_interfaces(struct doctor *d)
{
	const struct conf_dev *dev;

	for (dev = d->conf.devs; dev < conf_devs_end(&d->conf); dev++)
		check_interface(d, find_iface(d, dev->name), place_of_dev(d, dev));
	check_route_interfaces(d);
}

static int fix_role(struct doctor *d, const struct finding *f)
{
	const struct settings settings = {
		.role = word_number(role_words, f->value),
		.policy = UNSET, .unroutable = UNSET, .guard = UNSET,
	};

	(void)d;
	return dev_set(f->path, &settings) ? -1 : 0;
}

static void report_role(struct doctor *d, const struct iface *iface, const char *owner)
{
	const char *role = word_of(role_words, iface->conf_role);
	const struct finding f = {
		.id = "role-differs",
		.severity = SEVERITY_ERROR,
		.what = text(d, "the module has role %s for %s, the configuration %s",
			     word_of(role_words, iface->live_role), iface->name, role),
		.breaks = "replies are not steered as the configuration means it",
		.owner = owner,
		.fix = text(d, "pptpgw dev set %s role %s", iface->name, role),
		.repair = fix_role,
		.path = iface->name,
		.value = role,
	};

	report(d, &f);
}

static void check_no_uplink(struct doctor *d)
{
	const struct iface *iface;
	const struct finding f = {
		.id = "no-uplink",
		.severity = d->ifaces ? SEVERITY_WARNING : SEVERITY_NOTE,
		.what = "no interface has role internet",
		.breaks = "pptpgw has no uplink to steer replies to",
		.owner = d->conf_exists ? "the configuration" : "there is no configuration in "
			 CONF_DIR,
		.fix = NULL,
	};

	for (iface = d->ifaces; iface; iface = iface->next)
		if (iface->role == PPTPGW_ROLE_INTERNET)
			return;
	report(d, &f);
}

static void report_taken(struct doctor *d, const struct iface *iface, const char *owner)
{
	const struct finding f = {
		.id = "name-taken",
		.severity = SEVERITY_ERROR,
		.what = text(d, "%s is the tunnel of a client now, made by %s", iface->name,
			     iface->server),
		.breaks = "the uplink is down; pppd's option ifname gives it a name of its own",
		.owner = owner,
	};

	report(d, &f);
}

void check_roles(struct doctor *d)
{
	const struct conf_dev *dev;
	const struct iface *iface;

	check_no_uplink(d);
	for (dev = d->conf.devs; dev < conf_devs_end(&d->conf); dev++) {
		iface = find_iface(d, dev->name);
		if (iface->server)
			report_taken(d, iface, place_of_dev(d, dev));
		if (iface->live_role != UNSET && iface->live_role != iface->conf_role)
			report_role(d, iface, place_of_dev(d, dev));
	}
}

static const char *tool_command(struct doctor *d, const char *words)
{
	return conf_path ? text(d, "pptpgw -c %s %s", conf_path, words)
			 : text(d, "pptpgw %s", words);
}

static int make_plan(struct doctor *d, struct plan *plan)
{
	return conf_check(&d->conf, CHECK_SILENT) ?: plan_make(plan, &d->conf, &d->nl);
}

/* What "pptpgw route apply" does, save that what cannot work now is left for later. */
static int fix_routes(struct doctor *d, const struct finding *f)
{
	int lock = state_lock(), status = -1;
	struct plan plan;

	(void)f;
	if (lock < 0)
		return -1;
	if (!make_plan(d, &plan)) {
		status = apply_plan(&plan, &d->conf, &d->nl, 0) ? -1 : 0;
		plan_free(&plan);
	}
	close(lock);
	return status;
}

static void report_difference(struct doctor *d, const struct plan *plan)
{
	const struct changes *c = plan->changes;
	const struct finding f = {
		.id = "routes-differ",
		.severity = SEVERITY_ERROR,
		.what = text(d, "routes are not as configured: %u missing, %u different, %u extra",
			     c[CHANGE_ADD].count, c[CHANGE_REPLACE].count, c[CHANGE_DELETE].count),
		.breaks = "clients do not reach the corporate networks behind these routes",
		.owner = "see 'pptpgw route diff'",
		.fix = tool_command(d, "route apply"),
		.repair = plan->changes[CHANGE_CONFLICT].count ? NULL : fix_routes,
	};

	report(d, &f);
}

static void report_conflict(struct doctor *d, const struct change *c)
{
	const char *owner = protocol_name(c->old->protocol);
	bool six = c->old->family == AF_INET6;
	const struct finding f = {
		.id = "route-conflict",
		.severity = SEVERITY_ERROR,
		.what = text(d, "another owner has a route of the configuration: %s",
			     text_of_route(d, c->old)),
		.breaks = "'pptpgw route apply' changes nothing as long as it is there",
		.owner = text(d, "protocol %s; the configuration has it in %s", owner,
			      place_of_route(d, c->new)),
		.fix = text(d, "ip %sroute del %s proto %u", six ? "-6 " : "",
			    text_of_route(d, c->old), c->old->protocol),
	};

	report(d, &f);
}

static void report_conf_default(struct doctor *d, const struct route *r)
{
	const struct finding f = {
		.id = "configuration-default",
		.severity = SEVERITY_ERROR,
		.what = text(d, "the configuration has a default route to the corporate side: %s",
			     text_of_route(d, r)),
		.breaks = "the whole configuration is refused for it; replies would go astray",
		.owner = place_of_route(d, r),
	};

	report(d, &f);
}

static void check_conf_default(struct doctor *d, const struct route *r)
{
	int i;

	for (i = 0; i < r->hop_count; i++)
		if (is_corporate_default(&d->conf, r, route_hops(r)[i].name)) {
			report_conf_default(d, r);
			return;
		}
}

void check_routes(struct doctor *d)
{
	struct plan plan;
	unsigned int i;

	for (i = 0; i < d->conf.route_count; i++)
		check_conf_default(d, &d->conf.routes[i]);
	if (!d->conf_exists || d->conf.errors || make_plan(d, &plan))
		return;
	for (i = 0; i < plan.changes[CHANGE_CONFLICT].count; i++)
		report_conflict(d, &plan.changes[CHANGE_CONFLICT].list[i]);
	if (plan_size(&plan))
		report_difference(d, &plan);
	plan_free(&plan);
}
