/* SPDX-License-Identifier: GPL-2.0 */
/* What a verb of the command line is; each has a file here, and a line in main.c. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>

#include "lib/out.h"

/**
 * struct command - what can be done with an object
 * @word: its name
 * @run: does it, given the rest of the command line, ended by NULL; returns an exit status
 * @whole: it changes something, and is not abbreviated
 * @shape: of its JSON
 */
struct command {
	const char *word;
	int (*run)(char **args);
	bool whole;
	enum out_shape shape;
};

/**
 * struct object - a noun of the command line
 * @word: its name
 * @help: how to use it
 * @commands: ended by one without a word; the first is the default
 * @run: instead of @commands, of an object that can do one thing only
 * @whole: that changes something, and is not abbreviated
 * @shape: of its JSON
 */
struct object {
	const char *word;
	const char *help;
	const struct command *commands;
	int (*run)(char **args);
	bool whole;
	enum out_shape shape;
};

#endif /* CMD_CMD_H */
