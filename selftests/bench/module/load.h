/* SPDX-License-Identifier: GPL-2.0 */
/* What happens over some time, while something else goes on. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <linux/types.h>

void amid(u32 tunnels, char *result, size_t size);
void senders(u32 count, char *result, size_t size);
void stall(u32 seconds, char *result, size_t size);
void ticks(u32 ms, char *result, size_t size);

#endif /* BENCH_LOAD_H */
