/* SPDX-License-Identifier: GPL-2.0 */
/* Where a program's files say that it sets a route of an interface. */
#ifndef DOCTOR_PLACE_H
#define DOCTOR_PLACE_H

#include "doctor/facts.h"
#include "doctor/manager.h"
#include "doctor/target.h"

enum place_kind { PLACE_NONE, PLACE_LEASE, PLACE_LINES, PLACE_ONLY };

/**
 * struct place - where that is
 * @manager: whose it is
 * @path: file
 * @first: line; @last: of the same
 * @section_at: where their section begins
 * @text: the first line
 * @id: what the program calls the unit, or NULL
 * @kind_of_unit: for netplan
 * @any: the unit is for other interfaces, too
 * @pid: process, or 0
 * @all: it serves all interfaces
 */
struct place {
	const struct manager *manager;
	enum place_kind kind;
	const char *path, *text, *id, *kind_of_unit;
	unsigned int first, last, section_at;
	bool any, all;
	int pid;
};

/* Where @m sets the route; with @unit, where it sets the interface up. */
bool find_place(struct doctor *d, const struct manager *m, const struct target *t, bool unit,
		struct place *place);

#endif /* DOCTOR_PLACE_H */
