/* SPDX-License-Identifier: GPL-2.0 */
/* Quantities as people read them. All write to @buf and return it. */
#ifndef LIB_UNITS_H
#define LIB_UNITS_H

#include <linux/types.h>

const char *format_bytes(__u64 bytes, char *buf, int size);	/* 1.2 MiB */
const char *format_time(__u64 ms, char *buf, int size);		/* 1h02m */

#endif /* LIB_UNITS_H */
