// SPDX-License-Identifier: GPL-2.0
#include "genl/dev.h"

#include "genl/attr.h"
#include "genl/family.h"
#include "lib/exit.h"

void dev_read(const struct nlmsghdr *nlh, struct dev *dev)
{
	const struct nlattr *tb[PPTPGW_A_DEV_MAX + 1] = { };

	attr_parse(nlh, PPTPGW_A_DEV_MAX, tb);
	dev->ifname = attr_string(tb[PPTPGW_A_DEV_IFNAME]);
	dev->set.role = attr_number(tb[PPTPGW_A_DEV_ROLE]);
	dev->set.policy = attr_number(tb[PPTPGW_A_DEV_POLICY]);
	dev->set.unroutable = attr_number(tb[PPTPGW_A_DEV_UNROUTABLE]);
	dev->set.guard = attr_number(tb[PPTPGW_A_DEV_GUARD]);
	dev->peers = attr_number(tb[PPTPGW_A_DEV_PEERS]);
	counters_read(tb[PPTPGW_A_DEV_COUNTERS], dev->counters);
}

static int read_settings(const struct nlmsghdr *nlh, void *data)
{
	struct settings *settings = data;
	struct dev dev;

	dev_read(nlh, &dev);
	*settings = dev.set;
	return MNL_CB_OK;
}

int dev_get(const char *ifname, struct settings *settings)
{
	struct nlmsghdr *nlh;
	struct nl nl;

	nlh = family_begin(&nl, PPTPGW_CMD_DEV_GET, 0);
	if (!nlh)
		return EXIT_KERNEL;
	mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, ifname);
	return family_finish(&nl, read_settings, settings);
}

static void put(struct nlmsghdr *nlh, __u16 attribute, int value)
{
	if (value != UNSET)
		mnl_attr_put_u32(nlh, attribute, value);
}

int dev_set(const char *ifname, const struct settings *settings)
{
	struct nlmsghdr *nlh;
	struct nl nl;

	nlh = family_begin(&nl, PPTPGW_CMD_DEV_SET, 0);
	if (!nlh)
		return EXIT_KERNEL;
	mnl_attr_put_strz(nlh, PPTPGW_A_DEV_IFNAME, ifname);
	put(nlh, PPTPGW_A_DEV_ROLE, settings->role);
	put(nlh, PPTPGW_A_DEV_POLICY, settings->policy);
	put(nlh, PPTPGW_A_DEV_UNROUTABLE, settings->unroutable);
	put(nlh, PPTPGW_A_DEV_GUARD, settings->guard);
	return family_finish(&nl, NULL, NULL);
}
