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
 * struct loss - packets of one kind that a firewall drops
 * @iface: by which these come in, or their answers leave: an uplink
 * @gre: GRE, not TCP 1723
 * @leaving: the server's answers
 * @between: instead of all that: what passes between clients and the corporate side
 */
struct loss {
	const struct iface *iface;
	bool gre, leaving;
	const char *between;
	struct loss *next;
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
 * @cause: findings with the same become one; NULL if it is the only one
 * @repair: does what @fix does; NULL if that is not safe. 0, or -1 after a report
 * @losses: of the trial: what a firewall drops
 * @dev: ditto: an interface through which replies go astray, or NULL
 * @local: ditto: their source addresses, if a rule sends them there
 * @number: ditto: the preference of the fix's rule, or the route's protocol
 * @next: in the order of the reports
 */
struct finding {
	const char *id;
	enum severity severity;
	const char *what, *breaks, *owner, *fix, *lasts, *cause;
	int (*repair)(struct doctor *d, const struct finding *finding);
	struct loss *losses;
	const char *dev, *local;
	__u32 number;
	struct finding *next;
};

/* Add a copy of it to the findings, or to the one that has the same cause. */
void report(struct doctor *d, const struct finding *finding);

/* There is one with that id. */
bool is_found(const struct doctor *d, const char *id);

/* For struct finding: have @fix done. */
int repair_by_fix(struct doctor *d, const struct finding *finding);

/* Commands, one after the other. What both end with, a reload, runs once. */
const char *join_commands(struct doctor *d, const char *list, const char *next);

#endif /* DOCTOR_FINDING_H */
