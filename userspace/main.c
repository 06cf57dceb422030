// SPDX-License-Identifier: GPL-2.0
/*
 * pptpgw: show and control the kernel module of that name. Read it from the bottom:
 * main() finds the object, and the object its command, in cmd/.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/dev.h"
#include "cmd/doctor.h"
#include "cmd/explain.h"
#include "cmd/metrics.h"
#include "cmd/monitor.h"
#include "cmd/route.h"
#include "cmd/service.h"
#include "cmd/stats.h"
#include "cmd/tunnel.h"
#include "lib/descriptors.h"
#include "lib/exit.h"
#include "lib/out.h"
#include "lib/words.h"
#include "route/conf.h"

#define NETNS_DIR "/run/netns"

static const char usage[] =
"Usage: pptpgw [ -j | -p ] [ -n NETNS ] [ -c FILE ] OBJECT { COMMAND | help }\n"
"\n"
"OBJECT := { dev | tunnel | route | explain | doctor | stats | monitor |\n"
"            metrics | up | down | check-config }\n"
"  dev      interfaces and their roles\n"
"  tunnel   tunnels and their ingress\n"
"  route    static routes of the corporate side\n"
"  explain  where replies to a client leave, and why\n"
"  doctor   what is wrong with this host, and what fixes it\n"
"  stats    counters by reason\n"
"  monitor  events as they happen\n"
"  metrics  counters for Prometheus\n"
"  up       put the configuration into effect; down undoes it\n"
"  check-config  check the configuration\n"
"\n"
"  -j, -json         print JSON\n"
"  -p, -pretty       print JSON, indented\n"
"  -n, -netns NETNS  act on that network namespace\n"
"  -4, -6            show routes of that family only\n"
"  -c, -conf FILE    read FILE instead of the configuration in /etc/pptpgw\n"
"  -V, -Version      print the version\n"
"  -h, -help         print this\n"
"\n"
"Words may be abbreviated, but not those that change something. pptpgw(8) has the\n"
"details.\n";

static const struct object *const objects[] = {
	&dev_object, &tunnel_object, &route_object, &explain_object,
	&doctor_object, &stats_object, &monitor_object, &metrics_object,
	&up_object, &down_object, &check_config_object,
};

/* To act on, or NULL for the caller's. */
static const char *netns;

static bool is_help(const char *word)
{
	return word && (!strcmp(word, "help") || !strcmp(word, "-h") ||
			!strcmp(word, "-help") || !strcmp(word, "--help"));
}

static int print_text(const char *text)
{
	fputs(text, stdout);
	return EXIT_SUCCESS;
}

/* What a typing error must not set off. */
static bool is_whole(const char *word, const char *given)
{
	if (!strcmp(word, given))
		return true;
	warnx("'%s' changes something: write it whole, not '%s'", word, given);
	return false;
}

/* As ip(8) does: a name in /run/netns, or a path. */
static int enter_netns(const char *name)
{
	char path[PATH_MAX];
	int status = EXIT_SUCCESS;
	int fd;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		warn("network namespace '%s'", name);
		return EXIT_USAGE;
	}
	if (setns(fd, CLONE_NEWNET) < 0) {
		warn("network namespace '%s'", name);
		status = EXIT_KERNEL;
	}
	close(fd);
	return status;
}

/* @given: its word, as it was written. */
static int run_verb(const struct command *verb, const char *given, char **args)
{
	int status;

	out_expect(verb->shape);
	if (verb->whole && !is_whole(verb->word, given))
		return EXIT_USAGE;
	status = netns ? enter_netns(netns) : EXIT_SUCCESS;
	return status ?: verb->run(args);
}

static int run_command(const struct object *object, char **args)
{
	const char *words[8] = { };
	int i;

	if (!*args)
		return run_verb(object->commands, object->commands->word, args);
	for (i = 0; object->commands[i].word; i++)
		words[i] = object->commands[i].word;
	i = word_match("command", words, *args);
	if (i < 0)
		return EXIT_USAGE;
	if (is_help(args[1]))
		return print_text(object->help);
	return run_verb(&object->commands[i], *args, args + 1);
}

/* An object that can do one thing only is its own verb. */
static int run_alone(const struct object *o, const char *given, char **args)
{
	const struct command verb = { o->word, o->run, o->whole, o->shape };

	return run_verb(&verb, given, args);
}

static int run_object(char **args)
{
	const char *words[ARRAY_SIZE(objects) + 1] = { };
	const struct object *object;
	size_t i;
	int found;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		words[i] = objects[i]->word;
	found = word_match("object", words, *args);
	if (found < 0)
		return EXIT_USAGE;
	object = objects[found];
	if (is_help(args[1]))
		return print_text(object->help);
	return object->run ? run_alone(object, *args, args + 1) : run_command(object, args + 1);
}

struct options {
	enum out_format format;
	bool help, version;
};

/* -4 and -6 are for routes only; others ignore them, as ip(8) does. */
static void set_family(int c)
{
	route_family = c == '4' ? AF_INET : AF_INET6;
}

static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "pretty", no_argument, NULL, 'p' },
		{ "netns", required_argument, NULL, 'n' },
		{ "conf", required_argument, NULL, 'c' },
		{ "Version", no_argument, NULL, 'V' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long_only(argc, argv, "+jp46n:c:Vh", names, NULL)) > 0) {
		switch (c) {
		case 'j':
			o->format = o->format ?: OUT_JSON;
			break;
		case '4':
		case '6':
			set_family(c);
			break;
		case 'p':
			o->format = OUT_PRETTY;
			break;
		case 'n':
			netns = optarg;
			break;
		case 'c':
			conf_path = optarg;
			break;
		case 'V':
			o->version = true;
			break;
		case 'h':
			o->help = true;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	return EXIT_SUCCESS;
}

static int run(char **args, const struct options *o)
{
	if (o->version)
		return print_text("pptpgw " PPTPGW_VERSION "\n");
	if (o->help || is_help(*args))
		return print_text(usage);
	if (!*args) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	return run_object(args);
}

/* Programs that the tool runs are the system's, whoever calls. */
static const char the_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

int main(int argc, char **argv)
{
	struct options o = { };
	int status;

	descriptors_open();
	umask(022);
	setenv("PATH", the_path, 1);
	argv[0] = program_invocation_short_name;
	status = parse_options(argc, argv, &o);
	if (status)
		return status;
	out_init(o.format);
	return out_close(run(argv + optind, &o));
}
