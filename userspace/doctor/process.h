/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that run in this network namespace. */
#ifndef DOCTOR_PROCESS_H
#define DOCTOR_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The process of that name that serves @dev, or any if that is NULL: it has the interface
 * in its arguments, or (@all is set) none. 0 if there is none.
 */
int find_process(const char *comm, const char *dev, bool *all);

/* The argument behind @word of that process, or "". False if there is no such process. */
bool process_argument(int pid, const char *word, char *value, size_t size);

#endif /* DOCTOR_PROCESS_H */
