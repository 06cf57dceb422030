/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write netlink messages, well formed or not, into one buffer.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <linux/types.h>
#include <stddef.h>

#define MAX_MESSAGE	4096
#define MAX_BATCH	4

/* What one send() gets: how much there is, and where its message must end. */
extern unsigned char buf[MAX_BATCH * MAX_MESSAGE];
extern size_t len, end;

extern unsigned int family;	/* of the messages */
extern unsigned long sent;	/* messages that were closed */

/* Start a message of at most MAX_MESSAGE bytes; returns where it starts. */
size_t open_message(unsigned int cmd, unsigned int flags);
void close_message(size_t start);

/* What does not fit any more is left out. */
void put(const void *data, size_t size);
void put_random(size_t size);
void put_padding(void);
void put_attr(unsigned int type, const void *data, size_t size);
void put_u32(unsigned int type, __u32 value);

#endif /* MESSAGE_H */
