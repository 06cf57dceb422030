/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose a PPP interface is. Their names are numbers, and the first free one is the next
 * interface's: ppp0 may be the uplink or, while that is down, a client's tunnel.
 */
#ifndef LIB_PPP_H
#define LIB_PPP_H

/*
 * The server that made the interface for a client of its own: "pptpctrl", "accel-pppd";
 * NULL if it is no PPP interface, or one that this host dials.
 */
const char *ppp_server(const char *ifname);

#endif /* LIB_PPP_H */
