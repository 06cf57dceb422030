/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as table.c, traffic.c and retired.c need, for one thread. What they
 * must not do (lock twice, sleep under a lock, follow a pointer unprotected) fails the test,
 * and where others could run in between, kernel.between does.
 */
#ifndef UNIT_KERNEL_H
#define UNIT_KERNEL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/types.h>

#define __rcu
#define __percpu
#define __force
#define __init
#define BIT_ULL(n)	(1ULL << (n))

#define must(what)	mock_assert(!!(what), #what, __FILE__, __LINE__)

#define clamp_t(type, v, lo, hi)	((type)min(max(v, lo), hi))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define struct_size(p, member, n) \
	offsetof(__typeof__(*(p)), member[n])

static inline u32 min(u32 a, u32 b)
{
	return a < b ? a : b;
}

static inline u32 max(u32 a, u32 b)
{
	return a > b ? a : b;
}

/* Where table.c lets others run. */
enum kernel_point {
	BEFORE_LOCK,
	AFTER_UNLOCK,
	COND_RESCHED,
	SYNCHRONIZE_RCU,
};

struct mem_cgroup {
	int unused;
};

/**
 * struct kernel - what the shim knows, and what the test tells it
 * @between: runs at each point; what it calls does not run it again
 * @is_between: it does
 * @spinning: spin locks held
 * @sleeping_locks: mutexes held
 * @readers: RCU's read sections
 * @no_memory: allocations fail
 * @grace_periods: how many there were
 * @steps: pointers followed under the spin lock that is held
 * @most_steps: the most there were in one go
 * @memcg: is charged now
 * @charged: was charged for the last allocation
 * @allocations: how many were tried
 * @cpu: the processor that this runs on
 * @next_cpu: the next in a loop over all
 */
struct kernel {
	void (*between)(enum kernel_point point);
	bool is_between;
	unsigned int spinning;
	unsigned int sleeping_locks;
	unsigned int readers;
	bool no_memory;
	unsigned int grace_periods;
	unsigned long steps;
	unsigned long most_steps;
	struct mem_cgroup *memcg;
	struct mem_cgroup *charged;
	unsigned int allocations;
	unsigned int cpu;
	int next_cpu;
};

extern struct kernel kernel;

static inline void kernel_between(enum kernel_point point)
{
	if (!kernel.between || kernel.is_between || kernel.spinning)
		return;
	kernel.is_between = true;
	kernel.between(point);
	kernel.is_between = false;
}

static inline void might_sleep(void)
{
	must(!kernel.spinning && !kernel.readers);
}

static inline void cond_resched(void)
{
	might_sleep();
	kernel_between(COND_RESCHED);
}

/* Spin locks and mutexes */
struct spinlock {
	bool is_held;
};

#define spinlock_t	struct spinlock
#define DEFINE_SPINLOCK(name)	spinlock_t name

struct mutex {
	bool is_held;
};

#define lockdep_is_held(lock)		((lock)->is_held)
#define lockdep_assert_held(lock)	must((lock)->is_held)

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->is_held = false;
}

static inline void spin_lock_bh(spinlock_t *lock)
{
	kernel_between(BEFORE_LOCK);
	must(!lock->is_held);
	lock->is_held = true;
	kernel.spinning++;
	kernel.steps = 0;
}

static inline void spin_unlock_bh(spinlock_t *lock)
{
	must(lock->is_held);
	lock->is_held = false;
	kernel.spinning--;
	if (kernel.steps > kernel.most_steps)
		kernel.most_steps = kernel.steps;
	kernel_between(AFTER_UNLOCK);
}

static inline void mutex_init(struct mutex *mutex)
{
	mutex->is_held = false;
}

static inline void mutex_lock(struct mutex *mutex)
{
	might_sleep();
	kernel_between(BEFORE_LOCK);
	must(!mutex->is_held);
	mutex->is_held = true;
	kernel.sleeping_locks++;
}

static inline void mutex_unlock(struct mutex *mutex)
{
	must(mutex->is_held);
	mutex->is_held = false;
	kernel.sleeping_locks--;
	kernel_between(AFTER_UNLOCK);
}

/* RCU */
#define rcu_assign_pointer(p, v)	((p) = (v))
#define RCU_INIT_POINTER(p, v)		((p) = (v))
#define rcu_access_pointer(p)		(p)
#define rcu_dereference(p)		(must(kernel.readers), (p))
#define rcu_dereference_protected(p, c)	(must(c), kernel.steps++, (p))

#define rcu_replace_pointer(p, v, c) \
	(must(c), __atomic_exchange_n(&(p), v, __ATOMIC_SEQ_CST))

static inline void rcu_read_lock(void)
{
	kernel.readers++;
}

static inline void rcu_read_unlock(void)
{
	must(kernel.readers);
	kernel.readers--;
}

/* The readers that were there run first, and then the test. */
static inline void synchronize_rcu(void)
{
	might_sleep();
	kernel_between(SYNCHRONIZE_RCU);
	kernel.grace_periods++;
}

/* What is called after a grace period: the test says when. */
struct rcu_head {
	void (*func)(struct rcu_head *head);
};

typedef void (*rcu_callback_t)(struct rcu_head *head);

void call_rcu(struct rcu_head *head, rcu_callback_t func);
void rcu_barrier(void);

/* Each processor's */
#define CPUS	2

#define alloc_percpu(type) \
	((type *)(kernel.no_memory ? NULL : calloc(CPUS, sizeof(type))))
#define free_percpu(p)		free(p)
#define per_cpu_ptr(p, cpu)	(&(p)[cpu])
#define raw_cpu_ptr(p)		(&(p)[kernel.cpu])
#define for_each_possible_cpu(cpu) \
	for (kernel.next_cpu = 0; ((cpu) = kernel.next_cpu++) < CPUS;)

#define xchg(p, v)	__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)

/* Atomic counters, bits, random bytes */
struct atomic {
	int counter;
};

#define atomic_t	struct atomic

static inline void atomic_set(atomic_t *v, int n)
{
	v->counter = n;
}

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline int atomic_inc_return(atomic_t *v)
{
	return ++v->counter;
}

static inline void atomic_dec(atomic_t *v)
{
	v->counter--;
}

struct atomic64 {
	s64 counter;
};

#define atomic64_t	struct atomic64

static inline s64 atomic64_read(const atomic64_t *v)
{
	return v->counter;
}

static inline s64 atomic64_fetch_add(s64 n, atomic64_t *v)
{
	s64 old = v->counter;

	v->counter += n;
	return old;
}

static inline s64 atomic64_xchg(atomic64_t *v, s64 n)
{
	s64 old = v->counter;

	v->counter = n;
	return old;
}

static inline unsigned int order_base_2(unsigned long n)
{
	unsigned int bits = 0;

	while (1UL << bits < n)
		bits++;
	return bits;
}

static inline void get_random_bytes(void *p, size_t len)
{
	memset(p, 0xa6, len);
}

/* Work is done when the test says so. */
struct work_struct {
	void (*func)(struct work_struct *work);
	bool is_pending;
};

#define INIT_WORK(work, f)	(*(work) = (struct work_struct){ .func = (f) })

static inline bool schedule_work(struct work_struct *work)
{
	bool was_pending = work->is_pending;

	work->is_pending = true;
	return !was_pending;
}

static inline bool cancel_work_sync(struct work_struct *work)
{
	bool was_pending = work->is_pending;

	might_sleep();
	work->is_pending = false;
	return was_pending;
}

static inline bool kernel_work(struct work_struct *work)
{
	if (!work->is_pending)
		return false;
	work->is_pending = false;
	work->func(work);
	return true;
}

/* Memory */
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_NOWARN		0

static inline void *kvzalloc(size_t size, int flags)
{
	(void)flags;
	might_sleep();
	kernel.charged = kernel.memcg;
	kernel.allocations++;
	return kernel.no_memory ? NULL : calloc(1, size);
}

static inline void kvfree(const void *p)
{
	might_sleep();
	free((void *)p);
}

static inline struct mem_cgroup *set_active_memcg(struct mem_cgroup *memcg)
{
	struct mem_cgroup *old = kernel.memcg;

	kernel.memcg = memcg;
	return old;
}

#endif /* UNIT_KERNEL_H */
