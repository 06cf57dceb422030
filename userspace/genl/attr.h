/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of a message: find and check them, read them.
 */
#ifndef GENL_ATTR_H
#define GENL_ATTR_H

#include <libmnl/libmnl.h>
#include <linux/types.h>

#include "lib/args.h"

/**
 * attr_parse - find and check the attributes of a message
 * @nlh: message of the family
 * @types: enum mnl_attr_data_type by number
 * @max: the highest number
 * @tb: by number, set to NULL by the caller
 *
 * Return: MNL_CB_OK, or MNL_CB_ERROR and errno.
 */
int attr_parse(const struct nlmsghdr *nlh, const __u8 *types, unsigned int max,
	       const struct nlattr **tb);
int attr_parse_nested(const struct nlattr *nest, const __u8 *types,
		      unsigned int max, const struct nlattr **tb);

/* The value of an attribute; 0 or NULL if it is absent. */
unsigned int attr_number(const struct nlattr *attr);
__u64 attr_u64(const struct nlattr *attr);
const char *attr_string(const struct nlattr *attr);
const __be32 *attr_address(const struct nlattr *attr);

/* Those keywords that were given, as 32-bit attributes. */
void attr_put_keywords(struct nlmsghdr *nlh, const struct keyword *keywords);

#endif /* GENL_ATTR_H */
