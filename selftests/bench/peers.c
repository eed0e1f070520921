// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: what else the kernel has for a handler that may change
 *
 * Each calls one handler, which does the same as that of the tables. None of them has
 * an index but those that are arrays; the others pass it on.
 *
 * User-mode Linux has neither patched static calls nor patched keys, a preempt count
 * and a "current" that are found by a call, and per-CPU counters with interrupts off.
 * What uses one of these is marked. Beside some of them is a model of what x86-64 does:
 * there rcu_read_lock() is a call that counts in the current task, whose address is in
 * a per-CPU variable, and a spinlock counts in another one. To get at these is one
 * operand, with a prefix; in the model it is one without.
 */
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/percpu-rwsem.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/static_call.h>

#include "loops.h"

#define CREATE_TRACE_POINTS
#include "bench_trace.h"

struct ops {
	handler_fn_t fn;
};

/* Both kinds of work: nothing for BENCH_FIXED and BENCH_BUSY, else a chain. */
static struct notifiers {
	struct raw_notifier_head	raw;
	struct atomic_notifier_head	atomic;
	struct blocking_notifier_head	blocking;
	struct srcu_notifier_head	srcu;
	struct notifier_block		block[4];
	struct ops			ops;
	struct ops __rcu		*rcu[64];
	handler_fn_t			locked[64];
} ready[2];

static DEFINE_SPINLOCK(spinlock);
static DEFINE_RWLOCK(rwlock);
DEFINE_STATIC_PERCPU_RWSEM(rwsem);

static int notified_empty(struct notifier_block *nb, unsigned long idx, void *arg)
{
	asm volatile("" : : : "memory");
	return NOTIFY_OK;
}

static int notified_chained(struct notifier_block *nb, unsigned long idx, void *arg)
{
	bench_chain(idx, arg);
	return NOTIFY_OK;
}

static void probe_empty(void *data, unsigned int idx, void *arg)
{
	asm volatile("" : : : "memory");
}

DEFINE_STATIC_CALL(bench_static_empty, bench_empty);
DEFINE_STATIC_CALL(bench_static_chained, bench_chained);

/* What is per CPU or per task on x86-64. */
struct as_x86 {
	int	preempt_count;
	int	nesting;
	int	special;
};

static noinline void as_x86_rcu_read_lock(struct bench_set *set)
{
	struct as_x86 *task = READ_ONCE(set->as_x86);

	WRITE_ONCE(task->nesting, READ_ONCE(task->nesting) + 1);
	barrier();
}

static noinline void as_x86_rcu_read_unlock(struct bench_set *set)
{
	struct as_x86 *task = READ_ONCE(set->as_x86);
	int nesting = READ_ONCE(task->nesting) - 1;

	barrier();
	WRITE_ONCE(task->nesting, nesting);
	if (!nesting && unlikely(READ_ONCE(task->special)))
		bench_extra();
}

static __always_inline void as_x86_preempt_disable(struct bench_set *set)
{
	WRITE_ONCE(set->as_x86->preempt_count, READ_ONCE(set->as_x86->preempt_count) + 1);
	barrier();
}

static __always_inline void as_x86_preempt_enable(struct bench_set *set)
{
	int count = READ_ONCE(set->as_x86->preempt_count) - 1;

	barrier();
	WRITE_ONCE(set->as_x86->preempt_count, count);
	/* As rare as that somebody waits for the CPU. */
	if (unlikely(count == -1))
		bench_extra();
}

/* Out of line, as the kernel's are where it is preemptible. */
static noinline void as_x86_spin_lock(struct bench_set *set, raw_spinlock_t *lock)
{
	as_x86_preempt_disable(set);
	arch_spin_lock(&lock->raw_lock);
}

static noinline void as_x86_spin_unlock(struct bench_set *set, raw_spinlock_t *lock)
{
	arch_spin_unlock(&lock->raw_lock);
	as_x86_preempt_enable(set);
}

static DEFINE_RAW_SPINLOCK(model_spinlock);

#define CHAINED	(direct != bench_empty)
#define READY	(&ready[CHAINED])

LOOPS(static_call, (CHAINED ? static_call(bench_static_chained)(idx, arg) :
			   static_call(bench_static_empty)(idx, arg)))
LOOPS(raw_notifier, raw_notifier_call_chain(&READY->raw, idx, arg))
LOOPS(atomic_notifier, atomic_notifier_call_chain(&READY->atomic, idx, arg))
LOOPS(blocking_notifier, blocking_notifier_call_chain(&READY->blocking, idx, arg))
LOOPS(srcu_notifier, srcu_notifier_call_chain(&READY->srcu, idx, arg))
LOOPS(rcu_ops, ({
	struct ops *ops;

	rcu_read_lock();
	ops = rcu_dereference(READY->rcu[idx]);
	if (ops)
		ops->fn(idx, arg);
	rcu_read_unlock();
}))
LOOPS(spinlock, ({
	spin_lock(&spinlock);
	if (READY->locked[idx])
		READY->locked[idx](idx, arg);
	spin_unlock(&spinlock);
}))
LOOPS(rwlock, ({
	read_lock(&rwlock);
	if (READY->locked[idx])
		READY->locked[idx](idx, arg);
	read_unlock(&rwlock);
}))
LOOPS(percpu_rwsem, ({
	percpu_down_read(&rwsem);
	if (READY->locked[idx])
		READY->locked[idx](idx, arg);
	percpu_up_read(&rwsem);
}))
LOOPS(atomic_notifier_model, ({
	as_x86_rcu_read_lock(set);
	raw_notifier_call_chain(&READY->raw, idx, arg);
	as_x86_rcu_read_unlock(set);
}))
LOOPS(rcu_ops_model, ({
	struct ops *ops;

	as_x86_rcu_read_lock(set);
	ops = rcu_dereference_raw(READY->rcu[idx]);
	if (ops)
		ops->fn(idx, arg);
	as_x86_rcu_read_unlock(set);
}))
LOOPS(spinlock_model, ({
	as_x86_spin_lock(set, &model_spinlock);
	if (READY->locked[idx])
		READY->locked[idx](idx, arg);
	as_x86_spin_unlock(set, &model_spinlock);
}))
LOOPS(sleepable, handler_table_handle_sleepable(set->sleepable, idx, arg))
LOOPS(tracepoint, trace_handler_table_bench_call(idx, arg))

#define PEERS(_mode)							\
	ROW(_mode, static_call, array, .uml = true),			\
	ROW(_mode, raw_notifier, array),				\
	ROW(_mode, atomic_notifier, array, .uml = true),		\
	ROW(_mode, blocking_notifier, array, .uml = true),		\
	ROW(_mode, srcu_notifier, array, .uml = true),			\
	ROW(_mode, rcu_ops, array, .uml = true),			\
	ROW(_mode, spinlock, array, .uml = true),			\
	ROW(_mode, rwlock, array, .uml = true),				\
	ROW(_mode, percpu_rwsem, array, .uml = true),			\
	ROW(_mode, sleepable, array, .uml = true),			\
	ROW(_mode, atomic_notifier_model, array),			\
	ROW(_mode, rcu_ops_model, array),				\
	ROW(_mode, spinlock_model, array)

/* A probe that does something would be another one, and the table of one handler. */
static const struct bench_row rows_fixed[] = {
	PEERS(fixed), ROW(fixed, tracepoint, array, .uml = true)
};

static const struct bench_row rows_busy[] = {
	PEERS(busy), ROW(busy, tracepoint, array, .uml = true)
};

static const struct bench_row rows_chain[] = { PEERS(chain) };

const struct bench_rows bench_peers[BENCH_MODES] = {
	[BENCH_FIXED] = { rows_fixed, ARRAY_SIZE(rows_fixed) },
	[BENCH_BUSY] = { rows_busy, ARRAY_SIZE(rows_busy) },
	[BENCH_CHAIN] = { rows_chain, ARRAY_SIZE(rows_chain) },
};

int bench_peers_init(void)
{
	unsigned int i, j;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(ready) && !ret; i++) {
		struct notifiers *r = &ready[i];

		RAW_INIT_NOTIFIER_HEAD(&r->raw);
		ATOMIC_INIT_NOTIFIER_HEAD(&r->atomic);
		BLOCKING_INIT_NOTIFIER_HEAD(&r->blocking);
		srcu_init_notifier_head(&r->srcu);
		for (j = 0; j < ARRAY_SIZE(r->block); j++)
			r->block[j].notifier_call = i ? notified_chained : notified_empty;
		r->ops.fn = i ? bench_chained : bench_empty;
		for (j = 0; j < ARRAY_SIZE(r->rcu); j++) {
			RCU_INIT_POINTER(r->rcu[j], &r->ops);
			r->locked[j] = r->ops.fn;
		}
		ret = raw_notifier_chain_register(&r->raw, &r->block[0]) ?:
		      atomic_notifier_chain_register(&r->atomic, &r->block[1]) ?:
		      blocking_notifier_chain_register(&r->blocking, &r->block[2]) ?:
		      srcu_notifier_chain_register(&r->srcu, &r->block[3]);
	}
	return ret ?: register_trace_handler_table_bench_call(probe_empty, NULL);
}

void bench_peers_exit(void)
{
	unsigned int i;

	unregister_trace_handler_table_bench_call(probe_empty, NULL);
	tracepoint_synchronize_unregister();
	for (i = 0; i < ARRAY_SIZE(ready); i++) {
		srcu_notifier_chain_unregister(&ready[i].srcu, &ready[i].block[3]);
		srcu_cleanup_notifier_head(&ready[i].srcu);
	}
}
