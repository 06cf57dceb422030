// SPDX-License-Identifier: GPL-2.0
#include "genl/attr.h"

#include <linux/genetlink.h>
#include <stddef.h>

static void keep(const struct nlattr *attr, unsigned int max, const struct nlattr **tb)
{
	if (mnl_attr_get_type(attr) <= max)
		tb[mnl_attr_get_type(attr)] = attr;
}

void attr_parse(const struct nlmsghdr *nlh, unsigned int max, const struct nlattr **tb)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		keep(attr, max, tb);
}

void attr_parse_nested(const struct nlattr *nest, unsigned int max, const struct nlattr **tb)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		keep(attr, max, tb);
}

static bool has_size(const struct nlattr *attr, size_t size)
{
	return attr && mnl_attr_get_payload_len(attr) == size;
}

unsigned int attr_number(const struct nlattr *attr)
{
	if (has_size(attr, sizeof(__u16)))
		return mnl_attr_get_u16(attr);
	return has_size(attr, sizeof(__u32)) ? mnl_attr_get_u32(attr) : 0;
}

__u64 attr_u64(const struct nlattr *attr)
{
	return has_size(attr, sizeof(__u64)) ? mnl_attr_get_u64(attr) : 0;
}

const char *attr_string(const struct nlattr *attr)
{
	return attr && !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) ? mnl_attr_get_str(attr)
								     : NULL;
}

const __be32 *attr_address(const struct nlattr *attr)
{
	return has_size(attr, sizeof(__be32)) ? mnl_attr_get_payload(attr) : NULL;
}

void attr_put_keywords(struct nlmsghdr *nlh, const struct keyword *keywords)
{
	for (; keywords->key; keywords++)
		if (keywords->given)
			mnl_attr_put_u32(nlh, keywords->attribute, keywords->value);
}
