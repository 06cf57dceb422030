/* SPDX-License-Identifier: GPL-2.0 */
/* How far the clients get that dial now, a line for each step. Needs no module. */
#ifndef DOCTOR_WATCH_H
#define DOCTOR_WATCH_H

/* For so many seconds, or until interrupted if 0; an exit status. */
int watch(unsigned int seconds);

#endif /* DOCTOR_WATCH_H */
