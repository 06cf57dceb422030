/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text and JSON from one call: a command emits the fields of a record once, in
 * the order of the text's columns.
 */
#ifndef LIB_OUT_H
#define LIB_OUT_H

#include <jansson.h>
#include <linux/types.h>
#include <stdbool.h>

#include "lib/macros.h"

enum out_format {
	OUT_TEXT,
	OUT_JSON,
	OUT_PRETTY,
};

/* What text makes of a record's fields. */
enum out_layout {
	OUT_ROW,	/* a row of the list's table */
	OUT_LINES,	/* a line each */
	OUT_SENTENCE,	/* nothing: out_text() says it */
};

/**
 * struct out_column - one of a table; fields that have none are JSON's only
 * @key: the field's
 * @heading: what text calls it
 * @width: negative to align left
 * @alarm: red unless 0
 */
struct out_column {
	const char *key;
	const char *heading;
	int width;
	bool alarm;
};

/* What a verb's JSON is, whatever happens; OUT_STREAM: records, or nothing. */
enum out_shape {
	OUT_STREAM,
	OUT_ARRAY,
	OUT_OBJECT,
};

void out_init(enum out_format format);
void out_expect(enum out_shape shape);
bool out_is_json(void);

/* Columns end with one without a key. Records stand between the two calls. */
void out_list(const struct out_column *columns);
void out_list_end(void);

/* A list without a table: its records are lines of text. */
extern const struct out_column out_no_columns[];

/* JSON: an object of lists, each begun by out_list_named() rather than out_list(). */
void out_object(void);
void out_list_named(const char *key, const struct out_column *columns);
void out_object_end(void);

void out_begin(enum out_layout layout);
void out_end(void);

/* A string may be NULL: null in JSON, "-" in text. */
void out_string(const char *key, const char *value);
void out_address(const char *key, const __be32 *value);
void out_number(const char *key, __u64 value);
void out_bytes(const char *key, __u64 bytes);
void out_time(const char *key, __u64 ms);
/* Takes @value over, which is for JSON; @text is for text. */
void out_field(const char *key, json_t *value, const char *text);

/* Milliseconds as text has them: "1h02m"; in @buf. */
const char *format_time(__u64 ms, char *buf, int size);

/* A value of JSON; bytes that are not UTF-8 become "?". */
json_t *out_json_string(const char *value);

/* "time": ISO 8601 in JSON; text has the time of the day. */
void out_now(void);

/* Text only. */
__printf(1, 2)
void out_text(const char *format, ...);

/*
 * Write what is buffered: 0, or -1 if it is lost. out_close() says so, too,
 * unless the reader has gone, and returns the exit status of all. It completes JSON that
 * an error left unfinished or not begun.
 */
int out_flush(void);
int out_close(int status);

#endif /* LIB_OUT_H */
