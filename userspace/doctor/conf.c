// SPDX-License-Identifier: GPL-2.0
/* The configuration, and how the host differs from it. */
#include "doctor/conf.h"

#include <linux/rtnetlink.h>
#include <unistd.h>

#include "doctor/owner.h"
#include "genl/names.h"
#include "lib/state.h"
#include "lib/tables.h"
#include "lib/words.h"
#include "route/apply.h"
#include "route/check.h"
#include "route/confirmed.h"
#include "route/corporate.h"
#include "route/shadow.h"

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
		check_interface(d, find_iface(d, dev->name), place_of_dev(d, dev->name));
	check_route_interfaces(d);
}

static void report_role(struct doctor *d, const struct iface *iface, const char *owner)
{
	const char *role = word_of(role_words, iface->conf_role);
	const struct finding f = {
		.id = "role-differs",
		.severity = SEVERITY_ERROR,
		.what = text(d, "roles of the module are not as configured: %s is %s, not %s",
			     iface->name, word_of(role_words, iface->live_role), role),
		.breaks = "replies are not steered as the configuration means it",
		.owner = owner,
		.fix = text(d, "pptpgw dev set %s role %s", iface->name, role),
		.cause = "roles",
		.repair = repair_by_fix,
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
	if (!d->conf.errors && !is_found(d, "uplink-is-client"))
		report(d, &f);
}

void check_roles(struct doctor *d)
{
	const struct conf_dev *dev;
	const struct iface *iface;

	check_no_uplink(d);
	for (dev = d->conf.devs; dev < conf_devs_end(&d->conf); dev++) {
		iface = find_iface(d, dev->name);
		if (iface->live_role != UNSET && iface->live_role != iface->conf_role)
			report_role(d, iface, place_of_dev(d, dev->name));
	}
}

static int make_plan(struct doctor *d, struct plan *plan)
{
	return conf_check(&d->conf, CHECK_SILENT) ?: shadow_plan(plan, &d->conf, &d->nl);
}

/* Who changes routes, or waits for the confirmation, has the lock. */
static bool is_locked(void)
{
	int lock = state_try_lock();

	if (lock >= 0)
		close(lock);
	return lock < 0;
}

static void report_unconfirmed(struct doctor *d)
{
	struct finding f = {
		.id = "rollback-pending",
		.severity = SEVERITY_NOTE,
		.what = "changed routes wait for a confirmation",
		.breaks = "they are undone, unless they are confirmed in time",
		.owner = "'pptpgw route apply --confirm'",
		.fix = tool_command(d, "route confirm"),
	};

	if (!is_locked()) {
		f.id = "configuration-unconfirmed";
		f.severity = SEVERITY_WARNING;
		f.what = "the configuration was applied and not confirmed: it is not in force";
		f.breaks = "until it is applied again, the next start goes by the routes before it";
		f.owner = conf_path ?: CONF_DIR;
		f.fix = tool_command(d, "route apply");
		f.cause = f.id;
	}
	report(d, &f);
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
		.cause = "configuration-unconfirmed",
		.repair = plan->changes[CHANGE_CONFLICT].count || confirmed_is_pending() ?
			  NULL : fix_routes,
	};

	report(d, &f);
}

/* What is on link may be known by another name; what names no interface, by none. */
static void report_foreign(struct doctor *d, const struct change *c, struct finding *f)
{
	__u16 dev = c->old->hop_count ? route_hops(c->old)->name : 0;

	if (dev)
		name_owner(d, c->old, dev, f);
	else
		f->owner = text(d, "protocol %s", protocol_name(c->old->protocol));
	f->owner = text(d, "%s; the configuration has it in %s", f->owner,
			place_of_route(d, c->new));
	f->cause = text(d, "%s %s", f->id, f->owner);
	if (c->old->table == RT_TABLE_MAIN && dev)
		f->fix = command_to_delete(d, c->old);
	report(d, f);
}

static void report_conflict(struct doctor *d, const struct change *c)
{
	struct finding f = {
		.id = "route-conflict",
		.severity = SEVERITY_ERROR,
		.what = text(d, "another owner has a route of the configuration: %s",
			     text_of_route(d, c->old)),
		.breaks = "'pptpgw route apply' changes nothing as long as it is there",
	};

	report_foreign(d, c, &f);
}

/* Longer prefixes of the corporate side may be meant, as those of a routing protocol are. */
static bool is_meant(const struct doctor *d, const struct change *c)
{
	const struct route *r = c->old;
	int i;

	if (r->dst_len <= c->new->dst_len || r->protocol == RTPROT_DHCP)
		return false;
	for (i = 0; i < r->hop_count; i++)
		if (role_of(d, route_hops(r)[i].name) == PPTPGW_ROLE_INTERNET)
			return c->new->type != RTN_UNICAST;
	return true;
}

static void report_shadowed(struct doctor *d, const struct change *c)
{
	const char *route = text_of_route(d, c->new);
	struct finding f = {
		.id = "route-shadowed",
		.severity = SEVERITY_WARNING,
		.what = text(d, "another owner's route takes packets of the configuration's %s: %s",
			     route, text_of_route(d, c->old)),
		.breaks = "what clients send there does not go as configured",
	};

	if (!is_meant(d, c))
		report_foreign(d, c, &f);
}

static void report_conf_default(struct doctor *d, const struct route *r)
{
	bool alone = route_is_default(r);
	const struct finding f = {
		.id = "configuration-default",
		.severity = SEVERITY_ERROR,
		.what = text(d, "the configuration %s to the corporate side%s: %s",
			     alone ? "has a default route" : "takes half of the Internet",
			     alone ? "" : ", with others", text_of_route(d, r)),
		.breaks = "the whole configuration is refused for it; replies would go astray",
		.owner = place_of_route(d, r),
	};

	report(d, &f);
}

/* By what "route apply" refuses. */
static bool check_conf_defaults(struct doctor *d)
{
	const struct route *r = d->conf.routes, *end = r + d->conf.route_count;
	bool good = true;

	conf_check(&d->conf, CHECK_SILENT);
	for (; r < end; r++) {
		if (!r->corporate)
			continue;
		report_conf_default(d, r);
		good = false;
	}
	return good;
}

void check_routes(struct doctor *d)
{
	struct plan plan;
	unsigned int i;

	if (!d->conf_exists)
		return;
	if (confirmed_is_pending())
		report_unconfirmed(d);
	if (!check_conf_defaults(d) || d->conf.errors || d->moved ||
	    make_plan(d, &plan))
		return;
	for (i = 0; i < plan.changes[CHANGE_CONFLICT].count; i++)
		report_conflict(d, &plan.changes[CHANGE_CONFLICT].list[i]);
	for (i = 0; i < plan.changes[CHANGE_SHADOWED].count; i++)
		report_shadowed(d, &plan.changes[CHANGE_SHADOWED].list[i]);
	if (plan_size(&plan))
		report_difference(d, &plan);
	plan_free(&plan);
}
