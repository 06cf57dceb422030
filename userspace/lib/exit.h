/* SPDX-License-Identifier: GPL-2.0 */
/* Exit statuses besides EXIT_SUCCESS; whoever returns one has reported why. */
#ifndef LIB_EXIT_H
#define LIB_EXIT_H

#include <stdlib.h>

enum {
	EXIT_USAGE = 1,		/* the command line or the configuration is wrong */
	EXIT_KERNEL = 2,	/* the kernel refused, or the output is lost */
	EXIT_FOUND = 3,		/* there is a difference or a fault */
};

#endif /* LIB_EXIT_H */
