/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that set routes: what their files say, and how to have them set others for
 * good. Tables only.
 *
 * In patterns and commands "%" and a letter stand for: i the interface, x its index,
 * f the file, b its name, l the lines, t the line, u what the program calls the unit, k
 * its kind, g the gateway, m the metric, a the local address of a rule, P the protocol.
 */
#ifndef DOCTOR_MANAGER_H
#define DOCTOR_MANAGER_H

#include <linux/types.h>
#include <stdbool.h>

/* A unit is what a program has for an interface: a file, or a stanza of one. */
enum meaning {
	KEY_UNIT,	/* a unit begins; the first word is an interface */
	KEY_BLOCK,	/* a unit begins, which counts if the value is that */
	KEY_NAME,	/* the unit is for interfaces of these names */
	KEY_PREFIX,	/* the same, by the beginning of the name */
	KEY_MAC,	/* for those with these addresses */
	KEY_TYPE,	/* only for those of these types */
	KEY_NOT_NAME,	/* not for these */
	KEY_NOT,	/* the unit does not count */
	KEY_ID,		/* what the program calls it */
	KEY_KIND,	/* of the units that follow */
	KEY_SOURCE,	/* other files are read, too */
	KEY_LEASE,	/* a lease, or its like, brings a default route */
	KEY_LINE,	/* this line does */
	KEY_SECTION,	/* the section does */
	KEY_NOT_SECTION,/* the section does not */
	KEY_ITEM,	/* the line does, and those that go on with it */
	KEY_MORE,	/* it goes on */
	KEY_OTHER_ITEM,	/* another one of the same list */
	KEY_NO_LEASE,	/* a lease does not */
	KEY_NEVER,	/* nothing of this unit does */
};

/**
 * struct key - what a line means
 * @section: the file's, a pattern of fnmatch(3); NULL if any
 * @name: as for file_value(); NULL if @value is for the whole line
 * @value: a pattern; NULL if any
 */
struct key {
	const char *section, *name, *value;
	enum meaning meaning;
};

/**
 * struct manager - a program, or one of its ways to set routes
 * @name: what it is called
 * @comm: the process that brings leases, or NULL
 * @devs: pattern of its interfaces, or NULL
 * @files: a pattern for files_read_by_name()
 * @asked: a file in which the program says which unit an interface has, by @asked_key
 * @pid_file: the process of an interface, the files of which its arguments name
 * @dropins: files that belong to each of @files
 * @daemon: only for routes of these protocols, first and last
 * @where: its files, where they say nothing of the route
 * @must_name: a unit without an interface is for none
 * @first: the first unit that matches is the only one
 * @keys: end with one without a meaning
 * @by_line: command that takes the line away
 * @by_only: the same, if the line is the only one of its list
 * @by_lease: one that takes no default route from a lease
 * @by_lease_of: one that takes no other routes from it
 * @by_any: the same where the unit is for other interfaces, too
 * @add_route: one that adds a default route
 * @add_rule: one that adds a rule
 */
struct manager {
	const char *name, *comm, *devs, *files, *asked, *asked_key, *pid_file, *dropins, *where;
	__u8 daemon[2];
	bool must_name, first;
	const struct key *keys;
	const char *by_line, *by_only, *by_lease, *by_lease_of, *by_any;
	const char *add_route, *add_rule;
};

/* Ends with one without a name. */
extern const struct manager managers[];

#endif /* DOCTOR_MANAGER_H */
