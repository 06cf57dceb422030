/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration: what pptpgw.conf(5) says, of all its files. */
#ifndef ROUTE_CONF_H
#define ROUTE_CONF_H

#include <stdio.h>

#include "genl/dev.h"
#include "lib/macros.h"
#include "route/route.h"

#define CONF_DIR "/etc/pptpgw"
#define CONF_FILES_MAX 65535

/**
 * struct conf_dev - an interface
 * @name: see ifnames.h
 * @set: its settings; the role is never UNSET
 * @file: where it stands
 * @line: ditto
 */
struct conf_dev {
	__u16 name;
	struct settings set;
	__u16 file;
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
 * @next: number of the route behind the one that was found last, from 0
 * @errors: how many were found and reported
 * @confirmed: the routes are not those of the files, see confirmed.h
 * @refused: how many routes the kernel would refuse, by conf_check()
 */
struct conf {
	char **files;
	unsigned int file_count;
	struct conf_dev *devs;
	unsigned int dev_count;
	struct route *routes;
	unsigned int route_count;
	__u32 *index;
	unsigned int index_size;
	unsigned int next;
	unsigned int errors, refused;
	bool confirmed;
};

/* Behind the last interface. */
static inline const struct conf_dev *conf_devs_end(const struct conf *conf)
{
	return conf->devs + conf->dev_count;
}

/* The file to read instead of those in CONF_DIR, or NULL; -conf. */
extern const char *conf_path;

/**
 * conf_read - read the configuration
 * @conf: set; to be freed with conf_free() whatever comes back
 *
 * Return: an exit status; all that is wrong has been reported
 */
int conf_read(struct conf *conf);

/* One stream of it, called @name; conf_read() does this to each file. */
void conf_read_stream(struct conf *conf, const char *name, FILE *stream);

void conf_free(struct conf *conf);
void conf_drop_routes(struct conf *conf);

/* The route with the same key, or NULL. It is found faster in the order of the lines. */
struct route *conf_find(struct conf *conf, const struct route *key);

void conf_add_dev(struct conf *conf, const struct conf_dev *dev);

/* The settings of an interface, or NULL. */
const struct conf_dev *conf_find_dev(const struct conf *conf, __u16 name);

/* Report something of a route of the configuration. */
__printf(3, 4)
void conf_report(const struct conf *conf, const struct route *route, const char *format, ...);

#endif /* ROUTE_CONF_H */
