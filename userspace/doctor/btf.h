/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of its own types (BTF). */
#ifndef DOCTOR_BTF_H
#define DOCTOR_BTF_H

#include <linux/types.h>
#include <stdbool.h>

/* Read all of it, once; false if this kernel has none. It stays until the program ends. */
bool btf_read(void);

/* Where in "struct TYPE" a member is, in bytes; -1 if there is none of that name. */
int btf_offset(const char *type, const char *member);

/* The name of a value of "enum TYPE", or NULL. */
const char *btf_enumerator(const char *type, __u32 value);

#endif /* DOCTOR_BTF_H */
