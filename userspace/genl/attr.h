/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of a message of generic netlink: by number, and their values. */
#ifndef GENL_ATTR_H
#define GENL_ATTR_H

#include <libmnl/libmnl.h>

#include "lib/args.h"

/* Find the attributes up to number @max; @tb is by number, set to NULL by the caller. */
void attr_parse(const struct nlmsghdr *nlh, unsigned int max, const struct nlattr **tb);
void attr_parse_nested(const struct nlattr *nest, unsigned int max, const struct nlattr **tb);

/* The value of an attribute; 0 or NULL if it is absent, or of another size. */
unsigned int attr_number(const struct nlattr *attr);
__u64 attr_u64(const struct nlattr *attr);
const char *attr_string(const struct nlattr *attr);
const __be32 *attr_address(const struct nlattr *attr);

/* Those keywords that were given, as 32-bit attributes. */
void attr_put_keywords(struct nlmsghdr *nlh, const struct keyword *keywords);

#endif /* GENL_ATTR_H */
