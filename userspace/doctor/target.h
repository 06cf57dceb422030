/* SPDX-License-Identifier: GPL-2.0 */
/* A route of an interface, of which programs' files may speak in many ways. */
#ifndef DOCTOR_TARGET_H
#define DOCTOR_TARGET_H

#include "lib/ifnames.h"

/**
 * struct target - what is looked for
 * @dev: the interface
 * @gateway: of the route, or ""
 * @dst: the route's prefix, or NULL for a default route
 * @lease: it is of a lease
 * @state: of the interface
 * @mac: its address
 * @type: ARPHRD_...
 */
struct target {
	const char *dev, *gateway, *dst;
	bool lease;
	struct ifstate state;
	unsigned char mac[6];
	unsigned short type;
};

/* The default route of @dev. */
void target_set(struct target *t, const char *dev);

/* A word is a pattern of its name; its address; what systemd calls its type. */
bool is_name(const struct target *t, const char *word);
bool is_mac(const struct target *t, const char *word);
bool is_type(const struct target *t, const char *word);

/* Any of some words, apart by space or comma, is it; "!" in front of them: none is. */
bool target_is(const struct target *t, const char *words,
	       bool (*is)(const struct target *t, const char *word));

#endif /* DOCTOR_TARGET_H */
