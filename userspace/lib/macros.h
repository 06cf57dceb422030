/* SPDX-License-Identifier: GPL-2.0 */
/* Macros of the kernel's. */
#ifndef LIB_MACROS_H
#define LIB_MACROS_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The arguments from number @first on are what format number @format says. */
#define PRINTF_LIKE(format, first) __format__(printf, format, first)
#define __printf(format, first) __attribute__((PRINTF_LIKE(format, first)))

#endif /* LIB_MACROS_H */
