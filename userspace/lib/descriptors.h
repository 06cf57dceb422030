/* SPDX-License-Identifier: GPL-2.0 */
/* The file descriptors that a process has from its caller. */
#ifndef LIB_DESCRIPTORS_H
#define LIB_DESCRIPTORS_H

/* What the caller has closed of 0 to 2 is /dev/null, and no file that is opened later. */
void descriptors_open(void);

/* 0 to 2 are /dev/null, and what else the caller left open is closed. */
void descriptors_detach(void);

#endif /* LIB_DESCRIPTORS_H */
