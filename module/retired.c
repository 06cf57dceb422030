// SPDX-License-Identifier: GPL-2.0
/*
 * Routes that were cached, and are no more. Readers use a cached route without a reference,
 * so it must stay for an RCU grace period after another took its place. dst_release() alone
 * does not see to that: if the FIB has the last reference to a route of its own, it frees the
 * route at once (dst_release_immediate() in net/ipv4/fib_semantics.c).
 */
#include "retired.h"

#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "compat.h"

#define ROUTES	250	/* that wait, on each processor */
#define RECENT	4	/* of them, that may be replaced once more: by as many uplinks */

/**
 * struct retired - the routes that were replaced on one processor
 * @lock: guards the rest
 * @n: how many there are
 * @waiting: how many of them, the first, wait for the grace period that has begun
 * @rcu: ends it
 * @route: references
 */
struct retired {
	spinlock_t lock; /* with bottom halves off */
	u32 n;
	u32 waiting;
	struct rcu_head rcu;
	struct dst_entry *route[ROUTES];
};

static struct retired __percpu *retired;

static void grace_period_over(struct rcu_head *rcu);

/* Context: lock. */
static void begin_grace_period(struct retired *r)
{
	r->waiting = r->n;
	if (r->waiting)
		pgw_call_rcu(&r->rcu, grace_period_over);
}

static void grace_period_over(struct rcu_head *rcu)
{
	struct retired *r = container_of(rcu, struct retired, rcu);
	u32 i;

	spin_lock_bh(&r->lock);
	for (i = 0; i < r->waiting; i++)
		dst_release(r->route[i]);
	r->n -= r->waiting;
	memmove(r->route, r->route + r->waiting, r->n * sizeof(r->route[0]));
	begin_grace_period(r);
	spin_unlock_bh(&r->lock);
}

/* Was it retired lately, and has its grace period not begun? Context: lock. */
static bool is_retired(const struct retired *r, const struct dst_entry *dst)
{
	u32 end = max(r->waiting, r->n - min(r->n, RECENT));
	u32 i;

	for (i = r->n; i > end; i--)
		if (r->route[i - 1] == dst)
			return true;
	return false;
}

/* Of a route that many clients have, one reference is enough. Context: lock. */
static void retire(struct retired *r, struct dst_entry *dst)
{
	if (is_retired(r, dst)) {
		dst_release(dst);
		return;
	}
	r->route[r->n++] = dst;
	if (!r->waiting)
		begin_grace_period(r);
}

/**
 * pgw_retired_replace - cache a route in the place of another
 * @there: the place
 * @dst: route, or NULL; its reference is consumed
 *
 * Any processor's array will do, as it has a lock; this one's is probably in the cache.
 * Context: any but hard interrupts. Return: false if too many routes were replaced lately,
 * so that the place has the route that it had.
 */
bool pgw_retired_replace(struct dst_entry __rcu **there, struct dst_entry *dst)
{
	struct retired *r = raw_cpu_ptr(retired);
	struct dst_entry *old = NULL;
	bool is_room;

	spin_lock_bh(&r->lock);
	is_room = r->n < ROUTES;
	if (is_room)
		old = xchg((__force struct dst_entry **)there, dst);
	if (old)
		retire(r, old);
	spin_unlock_bh(&r->lock);
	if (!is_room)
		dst_release(dst);
	return is_room;
}

int __init pgw_retired_init(void)
{
	int cpu;

	retired = alloc_percpu(struct retired);
	if (!retired)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		spin_lock_init(&per_cpu_ptr(retired, cpu)->lock);
	return 0;
}

/* Those that wait may be followed by others, but no more come. Context: may sleep. */
void pgw_retired_exit(void)
{
	rcu_barrier();
	rcu_barrier();
	free_percpu(retired);
}
