// SPDX-License-Identifier: GPL-2.0
#include "lib/diag.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>

#include "lib/exit.h"

static struct diag_list *collector;

void diag_collect(struct diag_list *list)
{
	list->first = NULL;
	list->last = &list->first;
	list->outer = collector;
	collector = list;
}

void diag_end(void)
{
	collector = collector->outer;
}

void diag_free(struct diag_list *list)
{
	struct diag *d;

	while ((d = list->first)) {
		list->first = d->next;
		free(d->text);
		free(d);
	}
}

char *diag_format(const struct diag *d)
{
	char *text;
	int len;

	if (d->file)
		len = asprintf(&text, "%s:%u:%u: %s", d->file, d->line, d->column, d->text);
	else
		len = asprintf(&text, "%s: %s", program_invocation_short_name, d->text);
	if (len < 0)
		err(EXIT_KERNEL, NULL);
	return text;
}

static void print(const struct diag *d)
{
	char *text = diag_format(d);

	fprintf(stderr, "%s\n", text);
	free(text);
}

static void keep(const struct diag *d)
{
	struct diag *copy = malloc(sizeof(*copy));

	if (!copy)
		err(EXIT_KERNEL, NULL);
	*copy = *d;
	*collector->last = copy;
	collector->last = &copy->next;
}

void diag_at(const char *file, unsigned int line, unsigned int column, const char *format,
	     va_list args)
{
	struct diag d = { .file = file, .line = line, .column = column };

	if (vasprintf(&d.text, format, args) < 0)
		err(EXIT_KERNEL, NULL);
	if (collector) {
		keep(&d);
		return;
	}
	print(&d);
	free(d.text);
}

void diag_again(const struct diag *d)
{
	print(d);
}

void diag(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag_at(NULL, 0, 0, format, args);
	va_end(args);
}

int diag_fail(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag_at(NULL, 0, 0, format, args);
	va_end(args);
	return status;
}
