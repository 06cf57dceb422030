// SPDX-License-Identifier: GPL-2.0
#include "lib/out.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/exit.h"

#define BOLD	"\033[1m"
#define RED	"\033[31m"
#define PLAIN	"\033[m"

/* OUT_LINES: wide enough for the names of all counters. */
#define KEY_WIDTH 18

/* Digits of a real number: milliseconds, for as long as a host is up. */
#define DIGITS JSON_REAL_PRECISION(15)

/*
 * @shape: of all
 * @begun: some of it is written
 * @indent: of OUT_PRETTY's records
 * @object: within out_object()
 * @lists: how many the object has so far
 * @columns: of the list, NULL outside
 * @column: of the next field
 * @rows: how many the list has so far
 * @record: JSON's; reused
 * @error: errno of the first failed write
 */
static struct {
	enum out_format format;
	enum out_layout layout;
	enum out_shape shape;
	bool colour, begun, object;
	int indent;
	unsigned int lists;
	const struct out_column *columns, *column;
	unsigned long rows;
	json_t *record;
	int error;
} out;

static char stdout_buffer[65536];

/* JSON that an error left unfinished, or not begun. */
static void complete(void)
{
	if (!out_is_json())
		return;
	if (out.columns)
		out_list_end();
	if (out.object)
		out_object_end();
	if (!out.begun && out.shape != OUT_STREAM)
		puts(out.shape == OUT_ARRAY ? "[]" : "{}");
	out.begun = true;
}

void out_init(enum out_format format)
{
	const char *no_color = getenv("NO_COLOR");

	setvbuf(stdout, stdout_buffer, _IOFBF, sizeof(stdout_buffer));
	out.format = format;
	out.colour = !format && isatty(STDOUT_FILENO) && !(no_color && *no_color);
	if (!format)
		return;
	out.record = json_object();
	if (!out.record || atexit(complete))
		err(EXIT_KERNEL, NULL);
}

void out_expect(enum out_shape shape)
{
	out.shape = shape;
}

bool out_is_json(void)
{
	return out.format != OUT_TEXT;
}

static const char *paint(const char *colour)
{
	return out.colour ? colour : "";
}

static const char *space(const struct out_column *column)
{
	return column == out.columns ? "" : "  ";
}

/* What stands before the first row, or in an empty list. */
static void head(void)
{
	const struct out_column *c;

	out.begun = true;
	if (out_is_json()) {
		putchar('[');
		return;
	}
	if (!out.columns->key)
		return;
	fputs(paint(BOLD), stdout);
	for (c = out.columns; c->key; c++)
		printf("%s%*s", space(c), c->width, c->heading);
	printf("%s\n", paint(PLAIN));
}

const struct out_column out_no_columns[] = { { } };

void out_list(const struct out_column *columns)
{
	out.columns = columns;
	out.rows = 0;
	out.indent = out.object ? 8 : 4;
}

void out_list_end(void)
{
	if (!out.rows)
		head();
	if (out.format == OUT_PRETTY && out.rows)
		printf("\n%*s", out.indent - 4, "");
	if (out_is_json())
		fputs(out.object ? "]" : "]\n", stdout);
	out.columns = NULL;
}

void out_object(void)
{
	out.object = true;
	out.begun = true;
	out.lists = 0;
}

void out_list_named(const char *key, const struct out_column *columns)
{
	out_list(columns);
	if (!out_is_json())
		return;
	putchar(out.lists++ ? ',' : '{');
	if (out.format == OUT_PRETTY)
		fputs("\n    ", stdout);
	printf("\"%s\":%s", key, out.format == OUT_PRETTY ? " " : "");
}

void out_object_end(void)
{
	out.object = false;
	if (out_is_json())
		puts(out.format == OUT_PRETTY ? "\n}" : "}");
}

void out_begin(enum out_layout layout)
{
	out.layout = layout;
	out.column = out.columns;
	if (!out.columns)
		return;
	if (!out.rows++)
		head();
	else if (out_is_json())
		putchar(',');
	if (out.format == OUT_PRETTY)
		putchar('\n');
}

/* In a list a record is indented. No string of JSON has a newline in it. */
static int write_pretty(const char *text, size_t len, void *data)
{
	size_t i;

	(void)data;
	for (i = 0; i < len; i++) {
		putchar(text[i]);
		if (out.columns && text[i] == '\n')
			printf("%*s", out.indent, "");
	}
	return 0;
}

static void write_record(void)
{
	out.begun = true;
	if (out.format == OUT_JSON) {
		json_dumpf(out.record, stdout, JSON_COMPACT | DIGITS);
	} else {
		printf("%*s", out.columns ? out.indent : 0, "");
		json_dump_callback(out.record, write_pretty, NULL, JSON_INDENT(4) | DIGITS);
	}
	json_object_clear(out.record);
}

void out_end(void)
{
	if (out_is_json())
		write_record();
	if (out_is_json() ? !out.columns : out.layout != OUT_LINES)
		putchar('\n');
}

static void write_cell(const char *text)
{
	const struct out_column *c = out.column++;
	bool alarm = c->alarm && strcmp(text, "0");

	printf("%s%s%*s%s", space(c), alarm ? paint(RED) : "", c->width, text,
	       alarm ? paint(PLAIN) : "");
}

static void text_field(const char *key, const char *text)
{
	if (out.layout == OUT_LINES)
		printf("%-*s %s\n", KEY_WIDTH, key, text);
	else if (out.layout == OUT_ROW && out.column->key && !strcmp(out.column->key, key))
		write_cell(text);
}

static void json_field(const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(out.record, key, value))
		err(EXIT_KERNEL, NULL);
}

void out_field(const char *key, json_t *value, const char *text)
{
	if (out_is_json()) {
		json_field(key, value);
		return;
	}
	json_decref(value);
	text_field(key, text);
}

/* An interface's name need not be UTF-8, as JSON must. */
static json_t *json_ascii(const char *value)
{
	char *copy = strdup(value);
	json_t *json;
	char *p;

	for (p = copy; p && *p; p++)
		if (*p & 0x80)
			*p = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

json_t *out_json_string(const char *value)
{
	return json_string(value) ?: json_ascii(value);
}

void out_string(const char *key, const char *value)
{
	if (out_is_json())
		json_field(key, value ? out_json_string(value) : json_null());
	else
		text_field(key, value ?: "-");
}

void out_address(const char *key, const __be32 *value)
{
	char buf[INET_ADDRSTRLEN];

	out_string(key, value ? inet_ntop(AF_INET, value, buf, sizeof(buf)) : NULL);
}

void out_number(const char *key, __u64 value)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%llu", value);
	out_field(key, json_integer(value), buf);
}

static const char *format_bytes(__u64 bytes, char *buf, int size)
{
	static const char *const units[] = {
		"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};
	double value = bytes / 1024.0;
	int i = 0;

	if (bytes < 1024) {
		snprintf(buf, size, "%u B", (unsigned int)bytes);
		return buf;
	}
	for (; value >= 1023.95; i++)
		value /= 1024;
	snprintf(buf, size, "%.1f %s", value, units[i]);
	return buf;
}

const char *format_time(__u64 ms, char *buf, int size)
{
	__u64 s = ms / 1000;

	if (s < 60)
		snprintf(buf, size, "%llus", s);
	else if (s < 3600)
		snprintf(buf, size, "%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		snprintf(buf, size, "%llud%02lluh", s / 86400, s / 3600 % 24);
	return buf;
}

void out_bytes(const char *key, __u64 bytes)
{
	char buf[24];

	out_field(key, json_integer(bytes), format_bytes(bytes, buf, sizeof(buf)));
}

void out_time(const char *key, __u64 ms)
{
	char buf[32];

	out_field(key, json_real(ms / 1000.0), format_time(ms, buf, sizeof(buf)));
}

void out_now(void)
{
	char date[32], zone[8], buf[64];
	struct timespec now;
	struct tm tm;
	int ms;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	ms = now.tv_nsec / 1000000;
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(buf, sizeof(buf), "%s.%03d%.3s:%s", date, ms, zone, zone + 3);
	out_string("time", buf);
	strftime(date, sizeof(date), "%H:%M:%S", &tm);
	out_text("%s.%03d", date, ms);
}

void out_text(const char *format, ...)
{
	va_list args;

	if (out_is_json())
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

int out_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	if (!out.error)
		out.error = errno;
	return -1;
}

int out_close(int status)
{
	complete();
	out_flush();
	json_decref(out.record);
	if (!out.error || out.error == EPIPE)
		return status;
	errno = out.error;
	warn("write error");
	return EXIT_KERNEL;
}
