/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A copy of this host in a network namespace that ends with the process, and the world
 * around it in another one: the other ends of the interfaces.
 */
#ifndef DOCTOR_COPY_H
#define DOCTOR_COPY_H

#include <glob.h>

#include "doctor/links.h"
#include "doctor/ruleset.h"

/**
 * struct host - all that is copied of it
 * @rules: of the firewalls
 * @sysctls: files of the kernel's settings
 * @values: what is in each, or NULL
 */
struct host {
	struct recording recording;
	struct ruleset rules;
	glob_t sysctls;
	const char **values;
};

/**
 * struct copy - the copy
 * @links: its interfaces
 * @world: the other namespace, a file descriptor
 * @wires: a packet socket there, on all wires
 */
struct copy {
	struct link *links;
	int world, wires;
};

/* Read it; nothing is changed. */
void host_read(struct doctor *d, struct host *host);
void host_free(struct host *host);

/*
 * The process leaves the host's namespaces for those of the copy. False if it may not,
 * and errno. What cannot be copied is reported as a note.
 */
bool copy_make(struct doctor *d, const struct host *host, struct copy *copy);

/* The name of its interface. */
const char *copy_name(const struct copy *copy, unsigned int index);

#endif /* DOCTOR_COPY_H */
