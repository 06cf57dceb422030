/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that are run: from the system's directories only, without our environment. */
#ifndef DOCTOR_RUN_H
#define DOCTOR_RUN_H

#include <stdbool.h>

/*
 * Run @argv, which ends with NULL, with @input (or NULL) as its standard input. What it
 * prints, to be freed, or NULL if it fails or is missing.
 */
char *run(const char *const *argv, const char *input);

#define run_program(input, ...) run((const char *const[]){ __VA_ARGS__, NULL }, input)

/* A command of the shell; true if it succeeds. */
bool run_command(const char *command);

#endif /* DOCTOR_RUN_H */
