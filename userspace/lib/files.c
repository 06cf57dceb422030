// SPDX-License-Identifier: GPL-2.0
#include "lib/files.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lines.h"

static const char space[] = " \t\r\n";

static char *strip(char *text)
{
	size_t len;

	text += strspn(text, space);
	len = strlen(text);
	while (len && strchr(space, text[len - 1]))
		text[--len] = '\0';
	return text;
}

static void read_section(struct file_line *line)
{
	size_t len = strcspn(line->text + 1, "]");

	if (len < sizeof(line->section)) {
		line->section_at = line->number;
		memcpy(line->section, line->text + 1, len);
		line->section[len] = '\0';
	}
}

static bool read_one(const char *path, bool (*cb)(struct file_line *line, void *data), void *data)
{
	struct file_line line = { .path = path };
	FILE *file = fopen(path, "re");
	struct line raw;
	bool more = true;

	line_start(&raw, path);
	while (file && more && line_read(&raw, file)) {
		line.number = raw.number;
		line.text = strip(raw.text);
		if (*line.text == '[')
			read_section(&line);
		else if (*line.text != ';')
			more = cb(&line, data);
	}
	if (file)
		fclose(file);
	return more;
}

void files_read(const char *pattern, bool (*cb)(struct file_line *line, void *data), void *data)
{
	glob_t found = { };
	size_t i;

	glob(pattern, GLOB_BRACE, NULL, &found);
	for (i = 0; i < found.gl_pathc; i++)
		if (!read_one(found.gl_pathv[i], cb, data))
			break;
	globfree(&found);
}

static int compare_names(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(basename(*x), basename(*y)) ?: strcmp(*x, *y);
}

void files_read_by_name(const char *pattern, bool (*cb)(struct file_line *line, void *data),
			void *data)
{
	glob_t found = { };
	bool more = true;
	size_t i;

	glob(pattern, GLOB_BRACE, NULL, &found);
	if (found.gl_pathc)
		qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), compare_names);
	for (i = 0; more && i < found.gl_pathc; i++)
		if (!i || strcmp(basename(found.gl_pathv[i - 1]), basename(found.gl_pathv[i])))
			more = read_one(found.gl_pathv[i], cb, data);
	globfree(&found);
}

const char *file_value(const char *text, const char *key)
{
	size_t len = strlen(key), gap;

	if (strncasecmp(text, key, len))
		return NULL;
	gap = strspn(text + len, " \t=");
	return gap || !text[len] ? text + len + gap : NULL;
}

bool file_first_line(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "re");
	bool found;

	if (!file)
		return false;
	found = fgets(buf, size, file);
	fclose(file);
	if (found)
		buf[strcspn(buf, "\n")] = '\0';
	return found;
}
