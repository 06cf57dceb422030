/* SPDX-License-Identifier: GPL-2.0 */
/* The counters: one list for all that shows them. */
#ifndef GENL_COUNTERS_H
#define GENL_COUNTERS_H

#include <libmnl/libmnl.h>
#include <linux/pptpgw.h>
#include <linux/types.h>

#define COUNTERS (PPTPGW_COUNTER_MAX + 1)

/**
 * struct counter - a counter's name and meaning
 * @name: NULL for a number that is no counter's
 * @help: a sentence
 */
struct counter {
	const char *name;
	const char *help;
};

/* By number, enum pptpgw_counter. */
extern const struct counter counters[COUNTERS];

/* One that is not there is 0. */
void counters_read(const struct nlattr *nest, __u64 *values);

/* A field for each. */
void counters_out(const __u64 *values);

#endif /* GENL_COUNTERS_H */
