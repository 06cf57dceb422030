/* SPDX-License-Identifier: GPL-2.0 */
/* How far a client gets, as a line of text or an object of JSON. */
#ifndef DOCTOR_PROGRESS_H
#define DOCTOR_PROGRESS_H

#include "doctor/clients.h"

/* The line of text, without the client's address; until the next call. */
const char *progress_text(const struct client *c);

void progress_out(const struct client *c);

#endif /* DOCTOR_PROGRESS_H */
