/* SPDX-License-Identifier: GPL-2.0 */
/* Who brings routes, and what makes a change of them last. */
#ifndef DOCTOR_OWNER_H
#define DOCTOR_OWNER_H

#include "doctor/finding.h"

/* Set @owner and @lasts of a finding about a route through @dev; or of one with other routes. */
void name_owner(struct doctor *d, const struct route *route, __u16 dev, struct finding *f);

/*
 * Set @lasts of a finding whose fix adds a default route through @dev; or where a rule for
 * @local (one more) keeps its replies from @dev.
 */
void last_route(struct doctor *d, const char *dev, const char *gateway, __u32 metric,
		struct finding *f);
void last_rule(struct doctor *d, const char *dev, const char *local, __u32 pref,
	       struct finding *f);

void check_managers(struct doctor *d);

#endif /* DOCTOR_OWNER_H */
