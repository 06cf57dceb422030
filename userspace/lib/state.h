/* SPDX-License-Identifier: GPL-2.0 */
/* What runs of the tool leave to each other, in /run/pptpgw, for each network namespace apart. */
#ifndef LIB_STATE_H
#define LIB_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#define STATE_DIR "/run/pptpgw"

/*
 * The file @name of this network namespace, by its inode and, from Linux 5.14 on, its
 * cookie; 0, or -1 and errno.
 */
int state_path(const char *name, char *buf, size_t size);

/*
 * Be the only one to change routes, until all copies of the file descriptor are
 * closed. It waits ten seconds for another one. Returns -1 after a report.
 */
int state_lock(void);

/* The same without waiting, in silence; -1 and errno, EWOULDBLOCK if there is another. */
int state_try_lock(void);

/* Be the only one to change roles: no one who changes routes is in the way. */
int state_lock_roles(void);

/*
 * Note that "apply --confirm" had nothing to change, so that there is nothing to confirm;
 * once, whoever confirms takes the note.
 */
void state_set_unchanged(void);
bool state_take_unchanged(void);

/* Note that the routes of the configuration are in force; see state_applied(). */
void state_set_applied(void);

/* When this was noted last, in some unit; 0 if never. */
long long state_applied(void);

/* A new or empty file that only the owner may read, whatever the umask; NULL and errno. */
FILE *state_create(const char *path);

#endif /* LIB_STATE_H */
