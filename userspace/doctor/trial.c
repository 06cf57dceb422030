// SPDX-License-Identifier: GPL-2.0
/*
 * The copy is made in a process of its own, which hands its findings back as JSON. With
 * the process, the copy ends.
 */
#include "doctor/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor/cause.h"
#include "doctor/firewall.h"
#include "doctor/owner.h"
#include "doctor/run.h"
#include "doctor/sysctl.h"
#include "lib/files.h"

/* After this time the trial has failed, in seconds. */
#define TRIAL_MAX 30

/* -- in the copy ------------------------------------------------------------------- */

/* One fault may hide another: so many are found in one attempt. */
#define FAULTS_MAX 8

static bool all_work(struct trial *t)
{
	struct attempt *a;

	for (a = t->attempts; a; a = a->next) {
		if (!a->ok)
			continue;
		attempt_run(t, a);
		if (!a->ok)
			return false;
	}
	return true;
}

static bool is_same_fix(const struct finding *faults, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strcmp(faults[i].fix, faults[count].fix))
			return true;
	return false;
}

/* Fix one fault after the other, until the attempt works; how many there are. */
static int find_faults(struct trial *t, struct attempt *a, struct finding *faults, bool fix)
{
	int count = 0;

	while (count < FAULTS_MAX && find_cause(t, a, &faults[count])) {
		if (faults[count].fix && is_same_fix(faults, count))
			break;
		if (!fix || !faults[count].fix || !run_command(faults[count].fix))
			return count + 1;
		attempt_run(t, a);
		count++;
		if (a->ok)
			break;
	}
	return count;
}

/* From then on, the copy is not the host's. */
static void withdraw_fix(struct trial *t, struct finding *f, bool tried)
{
	const char *why = "no other change was tried after one that did not help";

	if (tried)
		why = text(t->d, "tried in a copy, this does not help: %s", f->fix);
	f->breaks = text(t->d, "%s (%s)", f->breaks, why);
	f->fix = NULL;
	f->lasts = NULL;
	if (f->cause)
		f->cause = text(t->d, "%s, not fixed", f->cause);
}

/*
 * What does not help in the copy is not advised, that is the last one that was tried; nor is
 * what stops others from working.
 */
static void examine_one(struct trial *t, struct attempt *a, bool *spoilt)
{
	struct finding faults[FAULTS_MAX];
	int count, good, i;
	bool tried = !*spoilt;

	count = find_faults(t, a, faults, tried);
	good = !count || !tried || !all_work(t) ? 0 : count - !a->ok;
	for (i = 0; i < count; i++) {
		if (i >= good && faults[i].fix) {
			withdraw_fix(t, &faults[i], tried);
			*spoilt = true;
		}
		report(t->d, &faults[i]);
	}
}

/* A fix may have helped others, too. */
static void examine(struct trial *t)
{
	bool spoilt = false;
	struct attempt *a;
	struct finding *f;

	for (a = t->attempts; a; a = a->next)
		attempt_run(t, a);
	for (a = t->attempts; a; a = a->next) {
		if (t->d->last_finding != t->before && !a->ok)
			attempt_run(t, a);
		if (!a->ok)
			examine_one(t, a, &spoilt);
	}
	for (f = *t->before; f; f = f->next)
		if (f->losses)
			f->what = text_of_losses(t->d, f->losses);
}

static void report_untried(struct doctor *d, const char *why)
{
	const struct finding f = {
		.id = "trial-incomplete",
		.severity = SEVERITY_NOTE,
		.what = text(d, "this host's rules could not be tried in a copy of it: %s", why),
		.breaks = "it was not checked whether they let PPTP by",
	};

	report(d, &f);
}

/* A server behind this host gets what comes in there. */
static bool forwards(const struct trial *t)
{
	const struct attempt *a;

	for (a = t->attempts; a; a = a->next)
		if (a->call.tcp.server)
			return true;
	return false;
}

static bool run_trial(struct doctor *d, const struct host *host)
{
	struct trial t = { .d = d, .before = d->last_finding };

	if (!copy_make(d, host, &t.copy) || !server_open(&t.server)) {
		report_untried(d, strerror(errno));
		return false;
	}
	attempts_make(&t, &host->rules);
	examine(&t);
	return forwards(&t);
}

/* -- between the processes --------------------------------------------------------- */

static json_t *pack(const struct finding *f)
{
	return json_pack("{s:s, s:i, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:i}",
			 "id", f->id, "severity", f->severity, "what", f->what,
			 "breaks", f->breaks, "owner", f->owner, "fix", f->fix,
			 "lasts", f->lasts, "dev", f->dev, "local", f->local,
			 "number", f->number);
}

static const char *string(struct doctor *d, const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? text(d, "%s", value) : NULL;
}

/* In the copy, neither the programs nor their files in /run can be seen. */
static void complete(struct doctor *d, struct finding *f)
{
	const struct route route = {
		.family = AF_INET,
		.protocol = f->local ? RTPROT_BOOT : f->number,
	};
	const char *owner = f->owner;
	char *rest, *local;

	if (!f->dev)
		return;
	name_owner(d, &route, ifname_number(f->dev), f);
	if (!f->local)
		return;
	f->owner = text(d, "%s, %s", owner, f->owner);
	f->lasts = NULL;
	rest = strdupa(f->local);
	while ((local = strsep(&rest, " ")))
		last_rule(d, f->dev, local, f->number, f);
}

static void unpack(struct doctor *d, const json_t *object)
{
	struct finding f = {
		.id = string(d, object, "id"),
		.severity = json_integer_value(json_object_get(object, "severity")),
		.what = string(d, object, "what"),
		.breaks = string(d, object, "breaks"),
		.owner = string(d, object, "owner"),
		.fix = string(d, object, "fix"),
		.lasts = string(d, object, "lasts"),
		.dev = string(d, object, "dev"),
		.local = string(d, object, "local"),
		.number = json_integer_value(json_object_get(object, "number")),
	};

	complete(d, &f);
	report(d, &f);
}

/* The findings that the trial adds, and whether this host forwards to a server. */
static void child(struct doctor *d, const struct host *host, int out)
{
	struct finding **first = d->last_finding;
	json_t *answer, *list = json_array();
	const struct finding *f;
	bool forwarding;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	alarm(TRIAL_MAX);
	forwarding = run_trial(d, host);
	for (f = *first; f; f = f->next)
		json_array_append_new(list, pack(f));
	answer = json_pack("{s:o, s:b}", "findings", list, "forwards", forwarding);
	json_dumpfd(answer, out, 0);
	json_decref(answer);
	_exit(0);
}

static json_t *try_in_child(struct doctor *d, const struct host *host)
{
	json_t *answer = NULL;
	int out[2];
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) < 0)
		return NULL;
	pid = fork();
	if (!pid)
		child(d, host, out[1]);
	close(out[1]);
	if (pid > 0)
		answer = json_loadfd(out[0], 0, NULL);
	close(out[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return answer;
}

/* A server behind this host may have an address of its own. */
static bool forwards_always(void)
{
	char value[16];

	return file_first_line("/sys/module/pptpgw/parameters/forward", value, sizeof(value)) &&
	       !strcmp(value, "always");
}

void check_trial(struct doctor *d)
{
	const json_t *findings, *finding;
	struct host host = { };
	json_t *answer;
	size_t i;

	if (!next_uplink(d->ifaces))
		return;
	host_read(d, &host);
	answer = try_in_child(d, &host);
	findings = json_object_get(answer, "findings");
	if (!answer)
		report_untried(d, "it ended before its time");
	json_array_foreach(findings, i, finding)
		unpack(d, finding);
	if (forwards_always() || json_is_true(json_object_get(answer, "forwards")))
		check_redirects(d);
	json_decref(answer);
	host_free(&host);
}
