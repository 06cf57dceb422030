// SPDX-License-Identifier: GPL-2.0
#include "lib/text.h"

#include <stdarg.h>
#include <stdio.h>

void text_add(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(t->buf + t->len, t->size - t->len, format, args);
	va_end(args);
	if (len > 0 && t->len + len < t->size)
		t->len += len;
}
