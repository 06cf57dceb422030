/* SPDX-License-Identifier: GPL-2.0 */
/* Network devices come, go and are renamed. */
#ifndef PGW_NETDEV_H
#define PGW_NETDEV_H

/**
 * struct pgw_netdev_names - roles by name, from the module parameters
 * @internet: names of the interfaces with role internet
 * @corporate: names of the interfaces with role corporate
 * @ninternet: how many
 * @ncorporate: how many
 *
 * They hold in the initial namespace, for as long as the module is loaded.
 */
struct pgw_netdev_names {
	char *const *internet;
	char *const *corporate;
	unsigned int ninternet;
	unsigned int ncorporate;
};

int pgw_netdev_start(const struct pgw_netdev_names *names);
void pgw_netdev_stop(void);

#endif /* PGW_NETDEV_H */
