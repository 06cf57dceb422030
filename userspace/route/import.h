/* SPDX-License-Identifier: GPL-2.0 */
/* The static routes that others made, as lines of a configuration. */
#ifndef ROUTE_IMPORT_H
#define ROUTE_IMPORT_H

/* Write them to standard output; an exit status. */
int route_import(void);

#endif /* ROUTE_IMPORT_H */
