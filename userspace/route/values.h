/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values in a line of a route: numbers, addresses, prefixes. What fails has reported
 * its word.
 */
#ifndef ROUTE_VALUES_H
#define ROUTE_VALUES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/lines.h"
#include "route/route.h"

bool value_number(struct line *line, const char *what, __u32 min, __u32 max, __u32 *value);

/* The family of an address in its text. */
__u8 value_family(const char *address);

/* @family is 0 if any will do. @word: the word, for an error in what it means. */
bool value_address(struct line *line, const char *what, __u8 family, __u8 *address,
		   const char **word);

/* A name or a number. */
bool value_table(struct line *line, __u32 *table);

/* Hexadecimal, as ip(8) reads it. */
bool value_tos(struct line *line, __u8 *value);

/* Goes into @r, as the next one. */
bool value_pref(struct line *line, struct route *r);

/* @word: what line_word() returned. */
bool value_prefix(struct line *line, const char *word, struct route *r);

#endif /* ROUTE_VALUES_H */
