/* SPDX-License-Identifier: GPL-2.0 */
/* What is tried in the copy, one by one. */
#ifndef DOCTOR_ATTEMPT_H
#define DOCTOR_ATTEMPT_H

#include "doctor/dial.h"

#define NAMED_MAX 24

/**
 * struct attempt - a call, or a client's visit to the corporate side, and how it ended
 * @iface: the uplink that a client dials, or the corporate interface
 * @forward: it is a visit
 * @call: unless it is
 * @leg: the first of @call that is not as it should be
 * @hosts: of the corporate side, the first being @visit's
 * @ok: it is as it should be
 */
struct attempt {
	const struct iface *iface;
	bool forward;
	struct call call;
	const struct leg *leg;
	struct visit visit;
	__u32 hosts[8];
	unsigned int host_count;
	bool ok;
	struct attempt *next;
};

/**
 * struct trial - all of them
 * @server: in the copy
 * @ppp: interfaces of made-up clients
 * @before: where the findings of the trial begin
 * @named: addresses of the Internet that the firewall's rules name
 */
struct trial {
	struct doctor *d;
	struct copy copy;
	struct server server;
	struct attempt *attempts, **last;
	struct finding **before;
	__u32 named[NAMED_MAX];
	unsigned int named_count;
};

/* Make the list. */
void attempts_make(struct trial *t, const struct ruleset *rules);

/* Try it; @ok and the rest are set. */
void attempt_run(struct trial *t, struct attempt *a);

/* Send its packets once more, a struct attempt: for trace(). */
void attempt_again(void *attempt);

/* The answer left by an interface that is no uplink: its index, or 0. */
unsigned int went_astray(const struct trial *t, const struct leg *leg);

/* It is GRE that does not pass. */
static inline bool is_gre(const struct attempt *a)
{
	return a->leg == &a->call.gre;
}

#endif /* DOCTOR_ATTEMPT_H */
