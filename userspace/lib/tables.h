/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names that the system gives to the numbers of routing: tables and owners
 * as in iproute2's files, and types of routes.
 */
#ifndef LIB_TABLES_H
#define LIB_TABLES_H

#include <linux/types.h>
#include <stdbool.h>

/* A number stands for itself where it has no name. Valid until the next call. */
const char *table_name(__u32 table);
const char *protocol_name(__u8 protocol);
const char *route_type_name(__u8 type);

bool table_number(const char *name, __u32 *table);

/* RTN_..., or -1; a type that the configuration may name. */
int route_type_number(const char *name);

#endif /* LIB_TABLES_H */
