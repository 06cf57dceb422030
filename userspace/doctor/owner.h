/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that set routes. */
#ifndef DOCTOR_OWNER_H
#define DOCTOR_OWNER_H

#include "doctor/facts.h"

/* Who brings a route, for struct finding. */
const char *owner_of_route(struct doctor *d, const struct route *route, __u16 dev);

void check_managers(struct doctor *d);

#endif /* DOCTOR_OWNER_H */
