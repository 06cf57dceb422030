// SPDX-License-Identifier: GPL-2.0
/* /sys/class/net/<if>/pptpgw/: the files that only show: counters, and peers. */
#include "sysfs_counters.h"

#include <linux/device.h>
#include <linux/sysfs.h>

#include "iface.h"

static ssize_t peers_show(struct device *d, struct device_attribute *attr,
			  char *buf)
{
	unsigned int peers;

	rcu_read_lock();
	peers = pgw_iface_peers(pgw_iface_show(to_net_dev(d)));
	rcu_read_unlock();
	return sysfs_emit(buf, "%u\n", peers);
}
static DEVICE_ATTR_RO(peers);

static struct device_attribute counter_attrs[PGW_COUNTERS];

static ssize_t counter_show(struct device *d, struct device_attribute *attr,
			    char *buf)
{
	enum pptpgw_counter c = attr - counter_attrs;
	u64 value;

	rcu_read_lock();
	value = pgw_iface_counter(pgw_iface_show(to_net_dev(d)), c);
	rcu_read_unlock();
	return sysfs_emit(buf, "%llu\n", value);
}

static struct attribute *iface_attrs[1 + PGW_COUNTERS] = {
	&dev_attr_peers.attr, /* pgw_sysfs_counters_init() adds the rest */
};

/* In the same directory, of those with a struct pgw_iface. */
static const struct attribute_group iface_group = {
	.name = "pptpgw",
	.attrs = iface_attrs,
};

void __init pgw_sysfs_counters_init(void)
{
	struct attribute **next = &iface_attrs[1];
	int c;

	for (c = PGW_COUNTER_FIRST; c < PGW_COUNTERS; c++) {
		struct device_attribute *a = &counter_attrs[c];

		sysfs_attr_init(&a->attr);
		a->attr.name = pgw_counter_names[c];
		a->attr.mode = 0444;
		a->show = counter_show;
		*next++ = &a->attr;
	}
}

/* Return: 0, -ENOENT if pgw_sysfs_add() was not called or failed, or -ENOMEM. */
int pgw_sysfs_add_counters(struct net_device *dev)
{
	return sysfs_merge_group(&dev->dev.kobj, &iface_group);
}

/* Waits for running handlers, which take no lock. */
void pgw_sysfs_del_counters(struct net_device *dev)
{
	sysfs_unmerge_group(&dev->dev.kobj, &iface_group);
}
