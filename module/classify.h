/* SPDX-License-Identifier: GPL-2.0 */
/* A packet in the stack -> what PPTP packet is this. */
#ifndef PGW_CLASSIFY_H
#define PGW_CLASSIFY_H

#include <linux/skbuff.h>

#include "packet.h"

bool pgw_classify(const struct sk_buff *skb, struct pgw_packet *pkt);

#endif /* PGW_CLASSIFY_H */
