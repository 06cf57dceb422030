/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Put back what routes the kernel loses, for as long as it runs.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

/* Until a signal; an exit status. */
int reconcile(void);

#endif /* RECONCILE_H */
