// SPDX-License-Identifier: GPL-2.0
#include "route/conf.h"

#include <errno.h>
#include <glob.h>
#include <unistd.h>

#include "genl/names.h"
#include "lib/diag.h"
#include "lib/memory.h"
#include "lib/ifnames.h"
#include "lib/words.h"
#include "route/parse.h"
#include "route/text.h"

const char *conf_path;

static unsigned int slot_of(const struct conf *conf, const struct route *key)
{
	unsigned int i = route_hash(key);

	for (;; i++) {
		i &= conf->index_size - 1;
		if (!conf->index[i] || route_same_key(&conf->routes[conf->index[i] - 1], key))
			return i;
	}
}

/* The kernel often lists the routes in the order in which they are in the files. */
struct route *conf_find(struct conf *conf, const struct route *key)
{
	__u32 number;

	if (conf->next >= conf->route_count || !route_same_key(&conf->routes[conf->next], key)) {
		number = conf->index_size ? conf->index[slot_of(conf, key)] : 0;
		if (!number)
			return NULL;
		conf->next = number - 1;
	}
	return &conf->routes[conf->next++];
}

/* Keep the index at most half full. */
static void grow_index(struct conf *conf)
{
	unsigned int i;

	if (2 * (conf->route_count + 1) <= conf->index_size)
		return;
	conf->index_size = conf->index_size ? 2 * conf->index_size : 16;
	free(conf->index);
	conf->index = calloc(conf->index_size, sizeof(*conf->index));
	if (!conf->index)
		err(EXIT_KERNEL, NULL);
	for (i = 0; i < conf->route_count; i++)
		conf->index[slot_of(conf, &conf->routes[i])] = i + 1;
}

static void read_route(struct conf *conf, struct line *line)
{
	const struct route *other;
	unsigned int slot;
	char dst[64];
	struct route r;

	if (!route_parse(line, &r))
		return;
	r.file = conf->file_count - 1;
	grow_index(conf);
	slot = slot_of(conf, &r);
	if (conf->index[slot]) {
		other = &conf->routes[conf->index[slot] - 1];
		line_error(line, line->text + r.column - 1, "%s metric %u is already in %s:%u",
			   route_dst_text(&r, dst, sizeof(dst)), r.metric,
			   conf->files[other->file], other->line);
		free(r.hops);
		return;
	}
	conf->routes = grow(conf->routes, conf->route_count, sizeof(r));
	conf->routes[conf->route_count++] = r;
	conf->index[slot] = conf->route_count;
}

/* A setting of an interface: its word, and the words for its values. */
struct setting {
	const char *key;
	const char *const *values;
	int *value;
};

static bool read_value(struct line *line, const struct setting *s, const char *key)
{
	const char *word;

	if (*s->value != UNSET)
		return line_error(line, key, "'%s' is given twice", key);
	word = line_word(line);
	if (!word)
		return line_error(line, NULL, "%s needs a value", key);
	*s->value = word_number(s->values, word);
	return *s->value >= 0 || line_unknown(line, key, s->values, word);
}

static bool read_values(struct line *line, struct conf_dev *d)
{
	const struct setting settings[] = {
		{ "role", role_words, &d->set.role },
		{ "policy", policy_words, &d->set.policy },
		{ "unroutable", unroutable_words, &d->set.unroutable },
		{ "guard", guard_words, &d->set.guard },
	};
	static const char *const keys[] = { "role", "policy", "unroutable", "guard", NULL };
	const char *word;
	int i;

	while ((word = line_word(line))) {
		i = word_number(keys, word);
		if (i < 0)
			return line_unknown(line, "setting", keys, word);
		if (!read_value(line, &settings[i], word))
			return false;
	}
	return d->set.role != UNSET || line_error(line, NULL, "dev needs a role");
}

const struct conf_dev *conf_find_dev(const struct conf *conf, __u16 name)
{
	unsigned int i;

	for (i = 0; i < conf->dev_count; i++)
		if (conf->devs[i].name == name)
			return &conf->devs[i];
	return NULL;
}

void conf_add_dev(struct conf *conf, const struct conf_dev *dev)
{
	conf->devs = grow(conf->devs, conf->dev_count, sizeof(*dev));
	conf->devs[conf->dev_count++] = *dev;
}

static void read_dev(struct conf *conf, struct line *line)
{
	struct conf_dev d = {
		.set = { UNSET, UNSET, UNSET, UNSET },
		.file = conf->file_count - 1,
		.line = line->number,
	};
	const char *word = line_word(line);
	const struct conf_dev *other;

	if (!word || !is_ifname(word)) {
		line_error(line, word, "dev needs the name of an interface");
		return;
	}
	d.name = ifname_number(word);
	if (!read_values(line, &d))
		return;
	other = conf_find_dev(conf, d.name);
	if (other) {
		line_error(line, word, "%s is already in %s:%u", word, conf->files[other->file],
			   other->line);
		return;
	}
	conf_add_dev(conf, &d);
}

/* Editors of Windows write it, and most others do not show it. */
static const char byte_order_mark[] = "\xef\xbb\xbf";
static const char bom_fault[] =
	"the file begins with a byte order mark (BOM): save it as UTF-8 without one";

static void read_line(struct conf *conf, struct line *line)
{
	static const char *const words[] = { "dev", "route", NULL };
	const char *word = line_word(line);

	if (line->number == 1 && !strncmp(word, byte_order_mark, strlen(byte_order_mark)))
		line_error(line, word, "%s", bom_fault);
	else if (!strcmp(word, "route"))
		read_route(conf, line);
	else if (!strcmp(word, "dev"))
		read_dev(conf, line);
	else
		line_unknown(line, "word", words, word);
}

void conf_read_stream(struct conf *conf, const char *name, FILE *stream)
{
	static struct line line;

	conf->files = grow(conf->files, conf->file_count, sizeof(*conf->files));
	conf->files[conf->file_count] = strdup(name);
	if (!conf->files[conf->file_count])
		err(EXIT_KERNEL, NULL);
	line_start(&line, conf->files[conf->file_count++]);
	while (line_read(&line, stream))
		read_line(conf, &line);
	if (line.fault)
		line_error(&line, line.at, "%s", line.fault);
	if (ferror(stream))
		line_error(&line, line.text, "%s", strerror(errno));
	conf->errors += line.errors;
}

static void read_file(struct conf *conf, const char *path)
{
	FILE *stream = NULL;

	if (conf->file_count == CONF_FILES_MAX)
		errno = EMFILE;
	else
		stream = fopen(path, "re");
	if (stream) {
		conf_read_stream(conf, path, stream);
		fclose(stream);
		return;
	}
	diag("%s: %s", path, strerror(errno));
	conf->errors++;
}

/* The main file may be missing where there are others. */
static void read_files(struct conf *conf)
{
	static const char main_file[] = CONF_DIR "/pptpgw.conf";
	glob_t parts = { };
	size_t i;

	glob(CONF_DIR "/conf.d/*.conf", 0, NULL, &parts);
	if (!parts.gl_pathc || !access(main_file, F_OK))
		read_file(conf, main_file);
	for (i = 0; i < parts.gl_pathc; i++)
		read_file(conf, parts.gl_pathv[i]);
	globfree(&parts);
}

int conf_read(struct conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	if (conf_path)
		read_file(conf, conf_path);
	else
		read_files(conf);
	return conf->errors ? EXIT_USAGE : EXIT_SUCCESS;
}

static void free_routes(struct conf *conf)
{
	unsigned int i;

	for (i = 0; i < conf->route_count; i++)
		free(conf->routes[i].hops);
	free(conf->routes);
	free(conf->index);
}

void conf_drop_routes(struct conf *conf)
{
	free_routes(conf);
	conf->routes = NULL;
	conf->index = NULL;
	conf->route_count = 0;
	conf->index_size = 0;
	conf->next = 0;
}

void conf_free(struct conf *conf)
{
	unsigned int i;

	free_routes(conf);
	for (i = 0; i < conf->file_count; i++)
		free(conf->files[i]);
	free(conf->files);
	free(conf->devs);
}

void conf_report(const struct conf *conf, const struct route *route, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag_at(conf->files[route->file], route->line, route->column, format, args);
	va_end(args);
}
