// SPDX-License-Identifier: GPL-2.0
#include "message.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/pptpgw.h>
#include <string.h>

#include "random.h"

unsigned char buf[MAX_BATCH * MAX_MESSAGE];
size_t len, end;
unsigned int family;
unsigned long sent;

void put(const void *data, size_t size)
{
	if (size > end - len)
		return;
	memcpy(buf + len, data, size);
	len += size;
}

void put_random(size_t size)
{
	unsigned char byte;

	while (size--) {
		byte = rnd(256);
		put(&byte, 1);
	}
}

void put_padding(void)
{
	static const char zero[NLA_ALIGNTO];

	put(zero, NLA_ALIGN(len) - len);
}

size_t open_message(unsigned int cmd, unsigned int flags)
{
	struct nlmsghdr nlh = {
		.nlmsg_type = family,
		.nlmsg_flags = flags,
		.nlmsg_seq = sent + 1,
	};
	struct genlmsghdr genl = {
		.cmd = cmd,
		.version = PPTPGW_FAMILY_VERSION,
	};
	size_t start = len;

	end = start + MAX_MESSAGE;
	put(&nlh, sizeof(nlh));
	put(&genl, sizeof(genl));
	return start;
}

void close_message(size_t start)
{
	struct nlmsghdr *nlh = (void *)(buf + start);

	nlh->nlmsg_len = len - start;
	put_padding();
	sent++;
}

void put_attr(unsigned int type, const void *data, size_t size)
{
	struct nlattr nla = {
		.nla_len = NLA_HDRLEN + size,
		.nla_type = type,
	};

	put(&nla, sizeof(nla));
	put(data, size);
	put_padding();
}

void put_u32(unsigned int type, __u32 value)
{
	put_attr(type, &value, sizeof(value));
}
