/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers, the same for the same seed. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>

void rnd_seed(unsigned long seed);
unsigned int rnd(unsigned int below);
bool one_in(unsigned int n);

#endif /* RANDOM_H */
