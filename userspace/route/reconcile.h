/* SPDX-License-Identifier: GPL-2.0 */
/* Put back what routes the kernel loses, for as long as it runs. */
#ifndef ROUTE_RECONCILE_H
#define ROUTE_RECONCILE_H

/* Until a signal; an exit status. */
int reconcile(void);

#endif /* ROUTE_RECONCILE_H */
