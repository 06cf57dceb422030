/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What main.c needs to know of each object.
 */
#ifndef CMD_H
#define CMD_H

/* Exit statuses besides EXIT_SUCCESS; whoever returns one has said why. */
enum {
	EXIT_USAGE = 1,		/* the command line is wrong */
	EXIT_KERNEL = 2,	/* the kernel refused, or the output is lost */
	EXIT_FOUND = 3,		/* there is a difference or a fault, as asked */
};

/**
 * struct command - what can be done with an object
 * @word: its name
 * @run: does it, given the rest of the command line, ended by NULL; returns an
 *	exit status
 */
struct command {
	const char *word;
	int (*run)(char **args);
};

/**
 * struct object - a noun of the command line
 * @word: its name
 * @help: how to use it
 * @commands: ended by one without a word; the first is the default
 * @run: instead of @commands, of an object that can do one thing only
 */
struct object {
	const char *word;
	const char *help;
	const struct command *commands;
	int (*run)(char **args);
};

extern const struct object dev_object;
extern const struct object tunnel_object;
extern const struct object explain_object;
extern const struct object route_object;
extern const struct object doctor_object;
extern const struct object stats_object;
extern const struct object monitor_object;
extern const struct object metrics_object;
extern const struct object up_object;
extern const struct object down_object;
extern const struct object check_config_object;

#endif /* CMD_H */
