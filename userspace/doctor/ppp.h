/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DOCTOR_PPP_H
#define DOCTOR_PPP_H

#include "doctor/facts.h"

#define PPTPD_CONF "/etc/pptpd.conf"
#define ACCEL_CONF "/etc/accel-ppp.conf"

/* struct pool - addresses from @first to @last, in host order */
struct pool {
	__u32 first, last;
	const char *owner;
	bool accel;
	struct pool *next;
};

/**
 * struct ppp - what is configured
 * @remote: addresses of clients
 * @local: the server's own
 * @options: pppd's file that pptpd names
 * @mtu: the greatest MTU or MRU, 0 if none is set
 * @mtu_owner: where
 * @mtu_word: "mtu" or "mru"
 * @mppe: it is encrypted
 * @proxyarp: pppd answers for its clients
 */
struct ppp {
	struct doctor *d;
	struct pool *remote, *local;
	char options[256];
	unsigned int mtu;
	const char *mtu_owner, *mtu_file, *mtu_word;
	bool mppe, proxyarp;
};

/* Read all that. */
void ppp_read(struct doctor *d, struct ppp *ppp);

#endif /* DOCTOR_PPP_H */
