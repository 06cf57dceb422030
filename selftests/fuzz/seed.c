// SPDX-License-Identifier: GPL-2.0
/*
 * seed DIR CONF...: write what the tool would send of the routes in the
 * configurations, a file each, for fuzz_route to start with.
 */
#include <err.h>
#include <linux/rtnetlink.h>

#include "route/conf.h"
#include "fuzz.h"
#include "route/rtnl.h"

static void write_seed(const char *dir, const struct conf *conf, unsigned int i)
{
	static char bytes[ROUTE_REQUEST_SIZE];
	const struct nlmsghdr *nlh;
	char path[4096];
	FILE *file;

	nlh = route_request(bytes, RTM_NEWROUTE, 0, &conf->routes[i]);
	snprintf(path, sizeof(path), "%s/%u", dir, i);
	file = fopen(path, "w");
	if (!file || fwrite(nlh + 1, nlh->nlmsg_len - NLMSG_HDRLEN, 1, file) != 1)
		err(1, "%s", path);
	fclose(file);
}

int main(int argc, char **argv)
{
	struct conf conf = { };
	unsigned int i;
	FILE *file;
	int arg;

	for (arg = 2; arg < argc; arg++) {
		file = fopen(argv[arg], "r");
		if (!file)
			err(1, "%s", argv[arg]);
		conf_read_stream(&conf, argv[arg], file);
		fclose(file);
	}
	for (i = 0; i < conf.route_count; i++)
		write_seed(argv[1], &conf, i);
	conf_free(&conf);
	return conf.route_count ? 0 : 1;
}
