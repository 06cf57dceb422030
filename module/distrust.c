// SPDX-License-Identifier: GPL-2.0
/*
 * Distrust: a segment from a server's port came in by an uplink, and the routing table
 * sends it to a router inside. That router may send it back, so for a while no segment to
 * that client is believed to be a server's own because it comes from inside.
 *
 * Stamps, chosen by a keyed hash of the client's address and port; the server's address may
 * be another on the way back. Only such segments write them. A flood of those suspends belief
 * in other connections, too, as many as share their stamps. All but start and stop run in the
 * packet path.
 */
#include "distrust.h"

#include <linux/jiffies.h>
#include <linux/mm.h>

#define STAMPS		16384	/* a power of two */
#define STAMPS_OTHER	1024	/* outside the initial user namespace; likewise */

/* The time of two SYNs: a router takes much less to send something back. */
#define LASTS		(3 * HZ)

/* jiffies, low 32 bits; 0: never. */
static u32 *stamp_of(const struct pgw_net *pn, __be32 client, u16 port)
{
	u64 word = (u64)(__force u32)client << 16 | port;

	return &pn->distrusted[pgw_hash(&pn->peers, word) >> 32 & pn->distrusted_mask];
}

void pgw_distrust(struct pgw_net *pn, __be32 client, u16 port)
{
	WRITE_ONCE(*stamp_of(pn, client, port), (u32)jiffies ?: U32_MAX);
}

bool pgw_is_distrusted(const struct pgw_net *pn, __be32 client, u16 port)
{
	u32 stamp = READ_ONCE(*stamp_of(pn, client, port));

	return stamp && (u32)jiffies - stamp < LASTS;
}

/* Context: may sleep. Return: 0 or -ENOMEM. */
int pgw_distrust_start(struct pgw_net *pn)
{
	u32 stamps = pgw_net_is_trusted(pn) ? STAMPS : STAMPS_OTHER;

	pn->distrusted = kvcalloc(stamps, sizeof(*pn->distrusted),
				  GFP_KERNEL_ACCOUNT);
	if (!pn->distrusted)
		return -ENOMEM;
	pn->distrusted_mask = stamps - 1;
	return 0;
}

/* Context: no hook runs any more. */
void pgw_distrust_stop(struct pgw_net *pn)
{
	kvfree(pn->distrusted);
	pn->distrusted = NULL;
}
