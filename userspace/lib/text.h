/* SPDX-License-Identifier: GPL-2.0 */
/* Text that grows at the end of a buffer; what does not fit is left out. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stddef.h>

#include "lib/macros.h"

struct text {
	char *buf;
	size_t size, len;
};

__printf(2, 3)
void text_add(struct text *t, const char *format, ...);

#endif /* LIB_TEXT_H */
