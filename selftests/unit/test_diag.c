// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of userspace/lib/diag.c: messages that are collected, in order and by
 * nested collectors, and how they read.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"

__printf(4, 5)
static void report_at(const char *file, unsigned int line, unsigned int column,
		      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag_at(file, line, column, format, args);
	va_end(args);
}

static void assert_reads(const struct diag *d, const char *want)
{
	char *text;

	assert_non_null(d);
	text = diag_format(d);
	assert_string_equal(text, want);
	free(text);
}

static void collected_in_order(void **state)
{
	struct diag_list list;

	(void)state;
	diag_collect(&list);
	report_at("a.conf", 7, 12, "unknown word '%s'", "rout");
	assert_int_equal(diag_fail(3, "no interface '%s' here", "wan0"), 3);
	diag_end();
	assert_reads(list.first, "a.conf:7:12: unknown word 'rout'");
	assert_int_equal(list.first->line, 7);
	assert_int_equal(list.first->column, 12);
	assert_string_equal(list.first->text, "unknown word 'rout'");
	assert_null(list.first->next->file);
	assert_reads(list.first->next, "test_diag: no interface 'wan0' here");
	assert_null(list.first->next->next);
	diag_free(&list);
	assert_null(list.first);
}

static void nested(void **state)
{
	struct diag_list outer, inner;

	(void)state;
	diag_collect(&outer);
	diag("one");
	diag_collect(&inner);
	diag("two");
	diag_end();
	diag("three");
	diag_end();
	assert_string_equal(inner.first->text, "two");
	assert_null(inner.first->next);
	assert_string_equal(outer.first->text, "one");
	assert_string_equal(outer.first->next->text, "three");
	assert_null(outer.first->next->next);
	diag_free(&inner);
	diag_free(&outer);
}

static void nothing_collected(void **state)
{
	struct diag_list list;

	(void)state;
	diag_collect(&list);
	diag_end();
	assert_null(list.first);
	diag_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(collected_in_order),
		cmocka_unit_test(nested),
		cmocka_unit_test(nothing_collected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
