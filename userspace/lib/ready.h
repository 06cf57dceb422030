/* SPDX-License-Identifier: GPL-2.0 */
/* To who started this process as a service. */
#ifndef LIB_READY_H
#define LIB_READY_H

/* Notify that it does what it is for, and takes signals: the protocol of sd_notify(3). */
void ready_notify(void);

#endif /* LIB_READY_H */
