/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets of the tool share.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "promise.h"
#include "route/route.h"

/* The tool keeps each name for as long as it runs; here an input starts afresh. */
void ifnames_forget(void);

#endif /* FUZZ_H */
