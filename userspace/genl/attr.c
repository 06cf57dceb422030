// SPDX-License-Identifier: GPL-2.0
#include "genl/attr.h"

#include <linux/genetlink.h>
#include <stddef.h>

struct parsing {
	const __u8 *types;
	unsigned int max;
	const struct nlattr **tb;
};

static int parse_one(const struct nlattr *attr, void *data)
{
	const struct parsing *p = data;
	unsigned int type = mnl_attr_get_type(attr);

	if (type > p->max)
		return MNL_CB_OK;
	if (mnl_attr_validate(attr, p->types[type]) < 0)
		return MNL_CB_ERROR;
	p->tb[type] = attr;
	return MNL_CB_OK;
}

int attr_parse(const struct nlmsghdr *nlh, const __u8 *types, unsigned int max,
	       const struct nlattr **tb)
{
	struct parsing p = { types, max, tb };

	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), parse_one, &p);
}

int attr_parse_nested(const struct nlattr *nest, const __u8 *types,
		      unsigned int max, const struct nlattr **tb)
{
	struct parsing p = { types, max, tb };

	return mnl_attr_parse_nested(nest, parse_one, &p);
}

unsigned int attr_number(const struct nlattr *attr)
{
	if (!attr)
		return 0;
	return mnl_attr_get_payload_len(attr) == sizeof(__u16) ?
	       mnl_attr_get_u16(attr) : mnl_attr_get_u32(attr);
}

__u64 attr_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

const char *attr_string(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : NULL;
}

const __be32 *attr_address(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_payload(attr) : NULL;
}

void attr_put_keywords(struct nlmsghdr *nlh, const struct keyword *keywords)
{
	for (; keywords->key; keywords++)
		if (keywords->given)
			mnl_attr_put_u32(nlh, keywords->attribute, keywords->value);
}
