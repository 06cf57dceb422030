/* SPDX-License-Identifier: GPL-2.0 */
/* Two macros of the kernel's. */
#ifndef LIB_MACROS_H
#define LIB_MACROS_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The arguments from number @first on are what format number @format says. */
#define __printf(format, first) __attribute__((__format__(printf, format, first)))

#endif /* LIB_MACROS_H */
