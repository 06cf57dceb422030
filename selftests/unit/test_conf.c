// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of userspace/route/conf.c and lib/lines.c: what a file may contain, and what
 * is reported about one that is wrong.
 */
#include "tool.h"

#include "route/conf.h"
#include "genl/names.h"
#include "lib/words.h"

static struct conf conf;

/* Read @len bytes as the file @name; what was said, to be freed. */
static char *read_bytes(const char *name, const char *bytes, size_t len)
{
	FILE *stream = fmemopen((void *)bytes, len, "r");
	char *complaint;

	assert_non_null(stream);
	collect_begin();
	conf_read_stream(&conf, name, stream);
	complaint = collect_end();
	fclose(stream);
	return complaint;
}

static void read_says(const char *name, const char *text, const char *want)
{
	char *complaint = read_bytes(name, text, strlen(text));

	assert_string_equal(complaint, want);
	free(complaint);
}

static int forget(void **state)
{
	(void)state;
	conf_free(&conf);
	memset(&conf, 0, sizeof(conf));
	return 0;
}

static void lines(void **state)
{
	(void)state;
	read_says("f", "# nothing\n\n \t\nroute 10.0.0.0/8 dev a # all\r\n"
		       "dev corp0 role corporate guard deny\r\n"
		       "\troute 10.1.0.0/16 dev a", "");
	assert_int_equal(conf.errors, 0);
	assert_int_equal(conf.route_count, 2);
	assert_int_equal(conf.routes[0].line, 4);
	assert_int_equal(conf.routes[0].column, 7);
	assert_int_equal(conf.routes[1].line, 6);
	assert_int_equal(conf.routes[1].column, 8);
	assert_int_equal(conf.dev_count, 1);
	assert_int_equal(conf.devs[0].line, 5);
}

static void devs(void **state)
{
	const struct conf_dev *d;

	(void)state;
	read_says("f", "dev wan0 policy observe role internet unroutable pass\n"
		       "dev corp0 role corporate guard warn\n", "");
	d = conf_find_dev(&conf, ifname_number("wan0"));
	assert_ptr_equal(d, &conf.devs[0]);
	assert_int_equal(d->set.role, word_number(role_words, "internet"));
	assert_int_equal(d->set.policy, word_number(policy_words, "observe"));
	assert_int_equal(d->set.unroutable, word_number(unroutable_words, "pass"));
	assert_int_equal(d->set.guard, UNSET);
	assert_int_equal(conf.devs[1].set.guard, word_number(guard_words, "warn"));
	assert_null(conf_find_dev(&conf, ifname_number("other")));
}

/* All errors are reported by their line, and the rest is read. */
static void all_errors(void **state)
{
	(void)state;
	read_says("f",
		  "rout 10.0.0.0/8 dev a\n"
		  "dev\n"
		  "dev sixteen-letters--\n"
		  "dev a/b role none\n"
		  "dev a\n"
		  "dev a role\n"
		  "dev a role internal\n"
		  "dev a role none role none\n"
		  "dev a rule none\n"
		  "route 10.0.0.0/8 dev a\n"
		  "route\n"
		  "dev a role none\n"
		  "dev a role none",
		  "f:1:1: unknown word 'rout', did you mean 'route'?\n"
		  "f:2:4: dev needs the name of an interface\n"
		  "f:3:5: dev needs the name of an interface\n"
		  "f:4:5: dev needs the name of an interface\n"
		  "f:5:6: dev needs a role\n"
		  "f:6:11: role needs a value\n"
		  "f:7:12: unknown role 'internal', did you mean 'internet'?\n"
		  "f:8:17: 'role' is given twice\n"
		  "f:9:7: unknown setting 'rule', did you mean 'role'?\n"
		  "f:11:6: route needs a prefix\n"
		  "f:13:5: a is already in f:12\n");
	assert_int_equal(conf.errors, 11);
	assert_int_equal(conf.route_count, 1);
	assert_int_equal(conf.dev_count, 1);
}

static void duplicates(void **state)
{
	(void)state;
	read_says("a", "route 10.0.0.0/8 dev a\n"
		       "route 10.0.0.0/8 dev a metric 1\n"
		       "route 10.0.0.0/8 dev a table 9\n"
		       "route 10.0.0.0/9 dev a\n"
		       "route 2001:db8::/32 dev a\n"
		       "route ::/0 dev a\n"
		       "route default dev a\n", "");
	assert_int_equal(conf.route_count, 7);
	read_says("b", "# what is here already\n"
		       "route blackhole 10.0.0.0/8\n"
		       "route 10.0.0.0/8 table 9 nexthop dev a nexthop dev b\n"
		       "route 2001:db8::/32 dev b metric 1024\n"
		       "route 0.0.0.0/0 dev b\n"
		       "route 10.0.0.0/10 dev a\n"
		       "route 10.0.0.0/10 dev a\n",
		  "b:2:17: 10.0.0.0/8 metric 0 is already in a:1\n"
		  "b:3:7: 10.0.0.0/8 metric 0 is already in a:3\n"
		  "b:4:7: 2001:db8::/32 metric 1024 is already in a:5\n"
		  "b:5:7: default metric 0 is already in a:7\n"
		  "b:7:7: 10.0.0.0/10 metric 0 is already in b:6\n");
	assert_int_equal(conf.errors, 5);
	assert_int_equal(conf.route_count, 8);
}

static void many_files(void **state)
{
	char name[16], text[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < CONF_FILES_MAX; i++) {
		sprintf(name, "f%u", i);
		sprintf(text, "\nroute 10.%u.%u.0/24 dev a", i / 256, i % 256);
		read_says(name, text, "");
	}
	assert_int_equal(conf.route_count, CONF_FILES_MAX);
	for (i = 0; i < CONF_FILES_MAX; i++) {
		sprintf(name, "f%u", i);
		assert_string_equal(conf.files[conf.routes[i].file], name);
		assert_int_equal(conf.routes[i].line, 2);
	}
}

static void index_grows(void **state)
{
	struct route key = { .family = AF_INET, .dst_len = 32, .table = RT_TABLE_MAIN };
	char *text = malloc(1 << 20), *at = text, *complaint;
	enum { COUNT = 20000 };
	unsigned int i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < COUNT; i++)
		at += sprintf(at, "route 10.0.%u.%u dev a\n", i >> 8, i & 0xff);
	complaint = read_bytes("f", text, at - text);
	assert_string_equal(complaint, "");
	assert_int_equal(conf.route_count, COUNT);
	assert_in_range(conf.index_size, 2 * COUNT, 4 * COUNT);
	assert_int_equal(conf.index_size & (conf.index_size - 1), 0);
	for (i = 0; i < 2 * COUNT; i++) {
		put32(key.dst, 0x0a000000 + i);
		assert_ptr_equal(conf_find(&conf, &key), i < COUNT ? &conf.routes[i] : NULL);
	}
	free(complaint);
	free(text);
}

static void find_in_nothing(void **state)
{
	const struct route key = { .family = AF_INET };

	(void)state;
	assert_null(conf_find(&conf, &key));
}

/* A line of the greatest length, and one that is longer. */
static void long_lines(void **state)
{
	static char text[LINE_SIZE + 64];
	char *complaint;

	(void)state;
	memset(text, ' ', LINE_SIZE - 1);
	memcpy(text + LINE_SIZE - 1 - 21, "route 1.0.0.0/8 dev a", 21);
	memcpy(text + LINE_SIZE - 1, "\nroute 2.0.0.0/8 dev a", 22);
	complaint = read_bytes("f", text, LINE_SIZE - 1 + 22);
	assert_string_equal(complaint, "");
	assert_int_equal(conf.route_count, 2);
	free(complaint);

	text[LINE_SIZE - 1] = ' ';
	text[LINE_SIZE] = '\n';
	complaint = read_bytes("g", text, LINE_SIZE + 22);
	assert_string_equal(complaint, "g:1:65536: the line is longer than 65535 bytes\n");
	assert_int_equal(conf.errors, 1);
	free(complaint);
}

static void nul_bytes(void **state)
{
	static const char text[] = "route 10.0.0.0/8 dev a\nroute 11.0.0.0/8\0dev a\n";
	static const char comment[] = "# \0";
	char *complaint;

	(void)state;
	complaint = read_bytes("f", text, sizeof(text) - 1);
	assert_string_equal(complaint, "f:2:17: there is a NUL byte\n");
	free(complaint);
	complaint = read_bytes("g", comment, sizeof(comment));
	assert_string_equal(complaint, "g:1:3: there is a NUL byte\n");
	free(complaint);
	assert_int_equal(conf.errors, 2);
	assert_int_equal(conf.route_count, 1);
}

static char *hops_text(unsigned int count)
{
	static char text[LINE_SIZE];
	unsigned int i;

	snprintf(text, sizeof(text), "route 10.0.0.0/8");
	for (i = 0; i < count; i++)
		append(text, " nexthop via 10.1.0.%u", i % 255 + 1);
	return text;
}

static void most_hops(void **state)
{
	(void)state;
	read_says("f", hops_text(HOPS_MAX), "");
	assert_int_equal(conf.routes[0].hop_count, HOPS_MAX);
	assert_int_equal(conf.routes[0].hops[HOPS_MAX - 1].gateway[3], HOPS_MAX);
}

static void too_many_hops(void **state)
{
	char *complaint, *text = hops_text(300), want[64];
	char *at = text;
	int i;

	(void)state;
	for (i = 0; i <= HOPS_MAX; i++)
		at = strstr(at, "nexthop") + strlen("nexthop");
	sprintf(want, "f:1:%u: there are more than 255 next hops\n", (unsigned int)(at - text) + 2);
	complaint = read_bytes("f", text, strlen(text));
	assert_string_equal(complaint, want);
	assert_int_equal(conf.route_count, 0);
	free(complaint);
}

static void no_such_file(void **state)
{
	char *complaint;
	int status;

	(void)state;
	collect_begin();
	conf_path = "/proc/no/such/file";
	status = conf_read(&conf);
	complaint = collect_end();
	assert_int_equal(status, 1);
	assert_non_null(strstr(complaint, "/proc/no/such/file: No such file or directory\n"));
	free(complaint);
}

static void unreadable_file(void **state)
{
	char *complaint;
	int status;

	(void)state;
	collect_begin();
	conf_path = "/proc/self";
	status = conf_read(&conf);
	complaint = collect_end();
	assert_int_equal(status, 1);
	assert_string_equal(complaint, "/proc/self:1:1: Is a directory\n");
	free(complaint);
}

static void route_complaint(void **state)
{
	char *complaint;

	(void)state;
	read_says("f", "\nroute blackhole 10.0.0.0/8\n", "");
	collect_begin();
	conf_report(&conf, &conf.routes[0], "%s", "it is wrong");
	complaint = collect_end();
	assert_string_equal(complaint, "f:2:17: it is wrong\n");
	free(complaint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines, forget),
		cmocka_unit_test_teardown(devs, forget),
		cmocka_unit_test_teardown(all_errors, forget),
		cmocka_unit_test_teardown(duplicates, forget),
		cmocka_unit_test_teardown(many_files, forget),
		cmocka_unit_test_teardown(index_grows, forget),
		cmocka_unit_test_teardown(find_in_nothing, forget),
		cmocka_unit_test_teardown(long_lines, forget),
		cmocka_unit_test_teardown(nul_bytes, forget),
		cmocka_unit_test_teardown(most_hops, forget),
		cmocka_unit_test_teardown(too_many_hops, forget),
		cmocka_unit_test_teardown(no_such_file, forget),
		cmocka_unit_test_teardown(unreadable_file, forget),
		cmocka_unit_test_teardown(route_complaint, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
