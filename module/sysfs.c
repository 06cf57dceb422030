// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/class/net/<if>/pptpgw/: the settings, one value a file. The files belong to
 * the device, so they follow it through renames and stay in its namespace.
 */
#include "sysfs.h"

#include <linux/capability.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "settings.h"

static const char *const role_words[PGW_ROLES] = {
	[PPTPGW_ROLE_NONE]		= "none",
	[PPTPGW_ROLE_INTERNET]	= "internet",
	[PPTPGW_ROLE_CORPORATE]	= "corporate",
};

static const char *const policy_words[PGW_POLICIES] = {
	[PPTPGW_POLICY_ENFORCE]	= "enforce",
	[PPTPGW_POLICY_OBSERVE]	= "observe",
};

static const char *const unroutable_words[PGW_UNROUTABLES] = {
	[PPTPGW_UNROUTABLE_DROP]	= "drop",
	[PPTPGW_UNROUTABLE_PASS]	= "pass",
};

static const char *const guard_words[PGW_GUARDS] = {
	[PPTPGW_GUARD_OFF]	= "off",
	[PPTPGW_GUARD_WARN]	= "warn",
	[PPTPGW_GUARD_DENY]	= "deny",
};

/**
 * struct setting - a file with one of a few words in it
 * @attr: the file
 * @words: the words
 * @nwords: how many
 * @offset: where struct pgw_settings holds the index of the word, a u8
 */
struct setting {
	struct device_attribute attr;
	const char *const *words;
	int nwords;
	size_t offset;
};

static u8 *setting_of(struct pgw_settings *settings, const struct setting *s)
{
	return (u8 *)settings + s->offset;
}

/* Context: RCU or RTNL. */
static u8 setting_get(const struct net_device *dev, const struct setting *s)
{
	struct pgw_settings settings = pgw_iface_settings(pgw_iface_show(dev));

	return *setting_of(&settings, s);
}

/* The file's device exists while a handler runs. */
static ssize_t setting_show(struct device *d, struct device_attribute *attr,
			    char *buf)
{
	struct setting *s = container_of(attr, struct setting, attr);
	u8 value;

	rcu_read_lock();
	value = setting_get(to_net_dev(d), s);
	rcu_read_unlock();
	return sysfs_emit(buf, "%s\n", s->words[value]);
}

/* Context: RTNL. Return: 0 or -errno, then the setting is what it was. */
static int setting_set(struct net_device *dev, const struct setting *s,
		       u8 value)
{
	struct pgw_settings settings;

	if (value == setting_get(dev, s))
		return 0;
	settings = pgw_iface_settings(pgw_iface_show(dev));
	*setting_of(&settings, s) = value;
	return pgw_settings_set(dev, &settings, NULL);
}

/*
 * RTNL is only tried for: its holder may be waiting for this file to be closed.
 * Return: @len, -EPERM, -EINVAL for a word that is none of the setting's, or
 * what setting_set() says.
 */
static ssize_t setting_store(struct device *d, struct device_attribute *attr,
			     const char *buf, size_t len)
{
	struct setting *s = container_of(attr, struct setting, attr);
	struct net_device *dev = to_net_dev(d);
	int value, err;

	if (!ns_capable(dev_net(dev)->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	value = __sysfs_match_string(s->words, s->nwords, buf);
	if (value < 0)
		return value;
	if (!rtnl_trylock())
		return restart_syscall();
	err = setting_set(dev, s, value);
	rtnl_unlock();
	if (err == -EINPROGRESS) {
		/* The device's end waits for us, under RTNL: for no longer than this. */
		usleep_range(1000, 2000);
		return restart_syscall();
	}
	return err ?: len;
}

static struct setting role_setting = {
	.attr = __ATTR(role, 0644, setting_show, setting_store),
	.words = role_words,
	.nwords = ARRAY_SIZE(role_words),
	.offset = offsetof(struct pgw_settings, role),
};

static struct setting policy_setting = {
	.attr = __ATTR(policy, 0644, setting_show, setting_store),
	.words = policy_words,
	.nwords = ARRAY_SIZE(policy_words),
	.offset = offsetof(struct pgw_settings, policy),
};

static struct setting unroutable_setting = {
	.attr = __ATTR(unroutable, 0644, setting_show, setting_store),
	.words = unroutable_words,
	.nwords = ARRAY_SIZE(unroutable_words),
	.offset = offsetof(struct pgw_settings, unroutable),
};

static struct setting guard_setting = {
	.attr = __ATTR(guard, 0644, setting_show, setting_store),
	.words = guard_words,
	.nwords = ARRAY_SIZE(guard_words),
	.offset = offsetof(struct pgw_settings, guard),
};

static struct attribute *setting_attrs[] = {
	&role_setting.attr.attr,
	&policy_setting.attr.attr,
	&unroutable_setting.attr.attr,
	&guard_setting.attr.attr,
	NULL
};

/* Of all devices. */
static const struct attribute_group setting_group = {
	.name = "pptpgw",
	.attrs = setting_attrs,
};

int pgw_sysfs_add(struct net_device *dev)
{
	return sysfs_create_group(&dev->dev.kobj, &setting_group);
}

/*
 * All files, if there are any. Waits for running handlers: hold no lock that they
 * take without trying.
 */
void pgw_sysfs_del(struct net_device *dev)
{
	struct kernfs_node *directory;

	directory = sysfs_get_dirent(dev->dev.kobj.sd, setting_group.name);
	if (!directory)
		return;
	sysfs_put(directory);
	sysfs_remove_group(&dev->dev.kobj, &setting_group);
}
