/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is wrong with this host as a PPTP gateway. A check is a function that reports
 * what it finds in a struct doctor.
 */
#ifndef DOCTOR_FINDING_H
#define DOCTOR_FINDING_H

#include "doctor/facts.h"

/* A note is no fault: it does not change the exit status. */
enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
};

/**
 * struct finding - something that is wrong
 * @id: its stable name, see pptpgw(8)
 * @severity: enum severity
 * @what: is wrong
 * @breaks: what does not work for it
 * @owner: which program or file it comes from, NULL if that cannot be known
 * @fix: a command of the shell that fixes it, NULL if there is none
 * @lasts: a command that changes a program's files likewise, so that it lasts; NULL if
 *         none is needed or known
 * @repair: does what @fix does; NULL if that is not safe. 0, or -1 after a report
 * @route: for @repair
 * @path: ditto, a file
 * @value: ditto, what is to be in it
 * @dev: of the trial: an interface through which replies go astray, or NULL
 * @local: ditto: their source address, if a rule sends them there
 * @number: ditto: the preference of the fix's rule, or the route's protocol
 * @next: in the order of the reports
 */
struct finding {
	const char *id;
	enum severity severity;
	const char *what, *breaks, *owner, *fix, *lasts;
	int (*repair)(struct doctor *d, const struct finding *finding);
	const struct route *route;
	const char *path, *value, *dev, *local;
	__u32 number;
	struct finding *next;
};

/* Add a copy of it to the findings. */
void report(struct doctor *d, const struct finding *finding);

/* For struct finding's fix: write @value to @path; delete @route. */
int fix_file(struct doctor *d, const struct finding *finding);
int fix_route(struct doctor *d, const struct finding *finding);

#endif /* DOCTOR_FINDING_H */
