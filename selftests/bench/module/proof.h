/* SPDX-License-Identifier: GPL-2.0 */
/* The server's end of a control connection, which vouches for segments. */
#ifndef BENCH_PROOF_H
#define BENCH_PROOF_H

#include "packet.h"

int proof_init(void);
void proof_exit(void);
struct packet proven(struct packet p);

#endif /* BENCH_PROOF_H */
