// SPDX-License-Identifier: GPL-2.0
#include "doctor/finding.h"

#include <err.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include "route/rtnl.h"

void report(struct doctor *d, const struct finding *finding)
{
	struct finding *f = pool_copy(d, finding, sizeof(*f));

	f->next = NULL;
	*d->last_finding = f;
	d->last_finding = &f->next;
}

int fix_file(struct doctor *d, const struct finding *finding)
{
	int fd = open(finding->path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(finding->value);
	bool written;

	(void)d;
	written = fd >= 0 && write(fd, finding->value, len) == (ssize_t)len;
	if (!written)
		warn("%s", finding->path);
	if (fd >= 0)
		close(fd);
	return written ? 0 : -1;
}

/* With all that the kernel has of it: others may have the same key. */
int fix_route(struct doctor *d, const struct finding *finding)
{
	static char request[ROUTE_REQUEST_SIZE];
	struct nlmsghdr *nlh;

	nlh = route_request(request, RTM_DELROUTE, NLM_F_ACK, finding->route);
	nlh->nlmsg_seq = ++d->nl.seq;
	if (!nl_exchange(&d->nl, nlh, NULL, NULL))
		return 0;
	warn("%s", finding->fix);
	return -1;
}
