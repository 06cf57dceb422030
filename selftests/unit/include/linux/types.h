/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's <linux/types.h> as far as the pure files of module/ need it, on top of
 * the one that userspace has.
 */
#ifndef UNIT_LINUX_TYPES_H
#define UNIT_LINUX_TYPES_H

#include <stdbool.h>
#include_next <linux/types.h>

#define u8	__u8
#define u16	__u16
#define u32	__u32
#define u64	__u64
#define s64	__s64

#endif /* UNIT_LINUX_TYPES_H */
