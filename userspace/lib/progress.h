/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bar for who waits at a terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

/* Nothing is shown of what is done within half a second. */
void progress_show(const char *what, unsigned int done, unsigned int total);
void progress_end(void);

#endif /* PROGRESS_H */
