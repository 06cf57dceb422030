// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs: made-up packets of PPTP tunnels go through the stack in
 * batches, and the processor's clock is read around each batch. Under QEMU with
 * -icount that clock counts instructions.
 *
 *   echo "WHAT NUMBER" >/sys/module/pgwbench/parameters/run
 *   cat /sys/module/pgwbench/parameters/run
 *
 * runs a measurement of cost.c, over so many tunnels, or one of load.c, and tells the
 * result. The tunnels are set up first, by "meet TUNNELS". Needs devices called wan0
 * and corp0.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>

#include "cost.h"
#include "establish.h"
#include "load.h"
#include "proof.h"
#include "way.h"

static bool empty;
module_param(empty, bool, 0400);
MODULE_PARM_DESC(empty, "have hooks that do nothing where pptpgw has its own");

static struct net_device *corp;
static char result[80] = "nothing was run";

static void for_tunnels(void (*what)(u32 n), u32 tunnels)
{
	u32 n;

	for (n = 0; n < tunnels; n++) {
		what(n);
		cond_resched();
	}
	snprintf(result, sizeof(result), "%u", tunnels);
}

static const struct {
	const char *name;
	void (*run)(u32 number, char *result, size_t size);
} loads[] = {
	{ "amid", amid },
	{ "senders", senders },
	{ "stall", stall },
	{ "ticks", ticks },
};

static bool run_load(const char *name, u32 number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(loads); i++) {
		if (strcmp(name, loads[i].name))
			continue;
		loads[i].run(number, result, sizeof(result));
		return true;
	}
	return false;
}

static int run(const char *val, const struct kernel_param *kp)
{
	const struct measurement *m;
	char what[32];
	u32 number;

	if (sscanf(val, "%31s %u", what, &number) != 2 || !number)
		return -EINVAL;
	m = measurement(what);
	if (m)
		measure(m, number, result, sizeof(result));
	else if (!strcmp(what, "meet"))
		for_tunnels(meet, number);
	else if (!strcmp(what, "greet"))
		for_tunnels(greet, number);
	else if (!strcmp(what, "knock"))
		for_tunnels(knock, number);
	else if (!run_load(what, number))
		return -EINVAL;
	return 0;
}

static int show(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%s\n", result);
}

static const struct kernel_param_ops run_ops = { .set = run, .get = show };

module_param_cb(run, &run_ops, NULL, 0600);
MODULE_PARM_DESC(run, "what to measure, and over how many tunnels");

/* -- the least that a hook can cost ----------------------------------------- */

static unsigned int hook_empty(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook = hook_empty,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_SELINUX_LAST + 1,
	},
	{
		.hook = hook_empty,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_SELINUX_LAST + 1,
	},
};

static int __init pgwbench_init(void)
{
	int err = -ENODEV;

	bench_wan = dev_get_by_name(&init_net, "wan0");
	corp = dev_get_by_name(&init_net, "corp0");
	if (bench_wan && corp)
		err = proof_init();
	if (err)
		goto put;
	if (empty)
		err = nf_register_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	if (!err)
		return 0;
	proof_exit();
put:
	dev_put(bench_wan);
	dev_put(corp);
	return err;
}

static void __exit pgwbench_exit(void)
{
	if (empty)
		nf_unregister_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	proof_exit();
	dev_put(bench_wan);
	dev_put(corp);
}

module_init(pgwbench_init);
module_exit(pgwbench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("measures what a packet of a PPTP tunnel costs");
