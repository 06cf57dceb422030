/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration: what pptpgw.conf(5) says, of all its files.
 */
#ifndef CONF_H
#define CONF_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

#include "lines.h"
#include "route.h"

#define CONF_DIR "/etc/pptpgw"
#define CONF_FILES_MAX 256

/* A setting that is not in the configuration. */
#define UNSET -1

/**
 * struct conf_dev - an interface
 * @name: see ifnames.h
 * @role: number in role_words
 * @policy: in policy_words, or UNSET
 * @unroutable: in unroutable_words, or UNSET
 * @guard: in guard_words, or UNSET
 * @file: where it stands
 * @line: ditto
 */
struct conf_dev {
	__u16 name;
	int role, policy, unroutable, guard;
	__u8 file;
	unsigned int line;
};

/**
 * struct conf - a configuration
 * @files: names, in the order of reading
 * @file_count: how many
 * @devs: interfaces, in the order of their lines
 * @dev_count: how many
 * @routes: routes, in the order of their lines; no two have the same key
 * @route_count: how many
 * @index: numbers of @routes, from 1, by hash of the key; 0 where there is none
 * @index_size: a power of 2, or 0
 * @errors: how many were found and said
 */
struct conf {
	char *files[CONF_FILES_MAX];
	unsigned int file_count;
	struct conf_dev *devs;
	unsigned int dev_count;
	struct route *routes;
	unsigned int route_count;
	__u32 *index;
	unsigned int index_size;
	unsigned int errors;
};

/**
 * conf_read - read the configuration
 * @conf: set; to be freed with conf_free() whatever comes back
 * @path: the only file, or NULL for CONF_DIR
 *
 * Return: an exit status; all that is wrong has been said
 */
int conf_read(struct conf *conf, const char *path);

/* One stream of it, called @name; conf_read() does this to each file. */
void conf_read_stream(struct conf *conf, const char *name, FILE *stream);

void conf_free(struct conf *conf);

/* The route with the same key, or NULL. */
struct route *conf_find(const struct conf *conf, const struct route *key);

/* The settings of an interface, or NULL. */
const struct conf_dev *conf_find_dev(const struct conf *conf, __u16 name);

/* Complain about a route of the configuration; false. */
bool __attribute__((format(printf, 3, 4)))
conf_error(struct conf *conf, const struct route *route, const char *format, ...);

/**
 * conf_check - look whether the routes can work on this host
 * @conf: configuration; the interfaces' numbers are put into its routes
 * @hold: do not complain: mark what cannot work now
 *
 * Interfaces exist and are up, gateways are on link, and no default route
 * leads to the corporate side.
 *
 * Return: an exit status
 */
int conf_check(struct conf *conf, bool hold);

#endif /* CONF_H */
