/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two ends of a PPTP call whose GRE is the kernel's own (PX_PROTO_PPTP of
 * drivers/net/ppp/pptp.c), with just enough of a control connection, which lasts as
 * long as the program. Whatever fails ends it.
 */
#ifndef CALL_H
#define CALL_H

#include <netinet/in.h>

/* Answer one client, or call a server: a /dev/ppp descriptor of the channel. */
int call_answer(struct in_addr local);
int call_place(struct in_addr server);

#endif /* CALL_H */
