/* SPDX-License-Identifier: GPL-2.0 */
/* Text files of other programs, by lines; most of them have sections. */
#ifndef LIB_FILES_H
#define LIB_FILES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct file_line - a line
 * @path: of the file
 * @number: from 1
 * @section: what stands in the last line in brackets, or ""
 * @section_at: the number of that line
 * @text: without the space around it; neither empty nor a comment
 */
struct file_line {
	const char *path;
	unsigned int number, section_at;
	char section[64];
	char *text;
};

/* Lines of all files that match a pattern of the shell, as long as @cb returns true. */
void files_read(const char *pattern, bool (*cb)(struct file_line *line, void *data), void *data);

/*
 * As systemd does: in the order of their names, and of files with the same name only that
 * of the first directory (/etc, /run, /usr/lib).
 */
void files_read_by_name(const char *pattern, bool (*cb)(struct file_line *line, void *data),
			void *data);

/* The value of "KEY=VALUE" or "KEY VALUE", if @text says that; else NULL. */
const char *file_value(const char *text, const char *key);

/* The first line of a file, without its newline. */
bool file_first_line(const char *path, char *buf, size_t size);

#endif /* LIB_FILES_H */
