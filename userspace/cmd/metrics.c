// SPDX-License-Identifier: GPL-2.0
#include "cmd/metrics.h"

#include <linux/netlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "genl/dev.h"
#include "genl/family.h"
#include "lib/args.h"
#include "lib/diag.h"
#include "lib/memory.h"
#include "lib/out.h"

/* The format wants all samples of a metric together, so keep what comes. */
struct sample {
	char label[2 * IFNAMSIZ];	/* the interface's name, escaped */
	unsigned int peers;
	__u64 counters[COUNTERS];
};

struct samples {
	struct sample *samples;
	unsigned int count;
};

static void escape(char *to, const char *from)
{
	size_t left = IFNAMSIZ - 1;

	for (; *from && left--; from++) {
		if (*from == '"' || *from == '\\')
			*to++ = '\\';
		*to++ = *from;
	}
	*to = 0;
}

static int keep_dev(const struct nlmsghdr *nlh, void *data)
{
	struct samples *all = data;
	struct sample *s;
	struct dev dev;

	dev_read(nlh, &dev);
	if (dev.set.role == PPTPGW_ROLE_NONE || !dev.ifname)
		return MNL_CB_OK;
	all->samples = grow(all->samples, all->count, sizeof(*s));
	s = &all->samples[all->count++];
	escape(s->label, dev.ifname);
	s->peers = dev.peers;
	memcpy(s->counters, dev.counters, sizeof(s->counters));
	return MNL_CB_OK;
}

static void print_info(void)
{
	puts("# HELP pptpgw_info The version of pptpgw.\n"
	     "# TYPE pptpgw_info gauge\n"
	     "pptpgw_info{version=\"" PPTPGW_VERSION "\"} 1");
}

static void print_peers(const struct samples *all)
{
	size_t i;

	puts("# HELP pptpgw_peers Peers that have their ingress at the interface.\n"
	     "# TYPE pptpgw_peers gauge");
	for (i = 0; i < all->count; i++)
		printf("pptpgw_peers{ifname=\"%s\"} %u\n",
		       all->samples[i].label, all->samples[i].peers);
}

static void print_counter(const struct samples *all, unsigned int number)
{
	const char *name = counters[number].name;
	size_t i;

	printf("# HELP pptpgw_%s_total %s\n", name, counters[number].help);
	printf("# TYPE pptpgw_%s_total counter\n", name);
	for (i = 0; i < all->count; i++)
		printf("pptpgw_%s_total{ifname=\"%s\"} %llu\n", name, all->samples[i].label,
		       all->samples[i].counters[number]);
}

static void print_all(const struct samples *all)
{
	unsigned int i;

	print_info();
	if (!all->count)
		return;
	print_peers(all);
	for (i = 0; i < COUNTERS; i++)
		if (counters[i].name)
			print_counter(all, i);
}

static int run_metrics(char **args)
{
	struct samples all = { };
	int status;

	if (out_is_json())
		return diag_fail(EXIT_USAGE,
				 "metrics has a format of its own: leave -j and -p away");
	status = args_none(args) ?: family_request(PPTPGW_CMD_DEV_GET, NLM_F_DUMP, keep_dev, &all);
	if (!status)
		print_all(&all);
	free(all.samples);
	return status;
}

const struct object metrics_object = {
	.word = "metrics",
	.help =
"Usage: pptpgw metrics\n"
"\n"
"Counters of the interfaces that have a role, in Prometheus' text format.\n",
	.run = run_metrics,
};
