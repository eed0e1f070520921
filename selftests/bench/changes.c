// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: a handler is changed
 *
 * The limit of a change is one atomic instruction. Some of the others wait for a grace
 * period or interrupt all CPUs, which takes a thousand times as long: they have rounds
 * of their own, fewer.
 *
 * What user-mode Linux does otherwise than x86-64 is marked: it patches nothing and
 * interrupts nobody, where x86-64 does.
 */
#include <linux/atomic.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include "bench.h"

#include "bench_trace.h"

#define CHANGES(_name, _change...)					\
static noinline void change_##_name(struct bench_set *set, unsigned long n) \
{									\
	unsigned long i;						\
									\
	for (i = 0; i < n; i++) {					\
		/* Another one each time. */				\
		handler_fn_t fn = i & 1 ? bench_empty : bench_other;	\
		handler_fn_t old = i & 1 ? bench_other : bench_empty;	\
									\
		(void)fn, (void)old;					\
		_change;						\
	}								\
}

static void nothing(void *data, unsigned int idx, void *arg)
{
}

static int notified(struct notifier_block *nb, unsigned long idx, void *arg)
{
	return NOTIFY_OK;
}

static atomic_long_t word;
static void *guarded;
static DEFINE_SPINLOCK(lock);
static void __rcu *pointer;
static RAW_NOTIFIER_HEAD(raw_chain);
static ATOMIC_NOTIFIER_HEAD(atomic_chain);
static BLOCKING_NOTIFIER_HEAD(blocking_chain);
static struct notifier_block block = { .notifier_call = notified };
DEFINE_STATIC_CALL(bench_static_change, bench_empty);
static DEFINE_STATIC_KEY_FALSE(key);

/* Slot 0 holds bench_empty() before, and slots from 1 on are empty. */
static void prepare(struct bench_set *set)
{
	unsigned int i;

	handler_table_swap(set->plain, 0, bench_empty, NULL);
	for (i = 1; i < set->nr; i++)
		handler_table_unregister(set->plain, i);
}

static void prepare_full(struct bench_set *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		handler_table_swap(set->plain, i, bench_empty, NULL);
}

/* The result does not matter, but has to be looked at. */
#define DONE(_change)	((void)((_change) ? 1 : 0))

CHANGES(nothing_changed, barrier())
CHANGES(bare_xchg, (void)atomic_long_xchg(&word, (long)fn))
CHANGES(bare_cmpxchg, DONE(atomic_long_cmpxchg(&word, (long)old, (long)fn)))
CHANGES(bare_store_release, atomic_long_set_release(&word, (long)fn))
CHANGES(swap, handler_table_swap(set->plain, 0, fn, NULL))
CHANGES(replace, DONE(handler_table_replace(set->plain, 0, old, fn)))
CHANGES(registration, DONE(handler_table_register(set->plain, 1 + i, fn)))
CHANGES(removal, DONE(handler_table_remove(set->plain, i, bench_empty)))
CHANGES(spinlocked, spin_lock(&lock); WRITE_ONCE(guarded, fn); spin_unlock(&lock))
CHANGES(rcu_pointer, rcu_assign_pointer(pointer, (void *)fn))
CHANGES(raw_notifier, DONE(raw_notifier_chain_register(&raw_chain, &block));
		      raw_notifier_chain_unregister(&raw_chain, &block))

/* Each waits for a grace period, or for all CPUs. */
/* To what it is already it would not be updated, and one batch may be one change. */
static bool updated;

CHANGES(static_call, static_call_update(bench_static_change,
					updated ? bench_empty : bench_other);
		     updated = !updated)
CHANGES(static_key, static_branch_enable(&key); static_branch_disable(&key))
CHANGES(tracepoint, DONE(register_trace_handler_table_bench_change(nothing, NULL));
		    unregister_trace_handler_table_bench_change(nothing, NULL))
CHANGES(atomic_notifier, DONE(atomic_notifier_chain_register(&atomic_chain, &block));
			 atomic_notifier_chain_unregister(&atomic_chain, &block))
CHANGES(blocking_notifier, DONE(blocking_notifier_chain_register(&blocking_chain, &block));
			   blocking_notifier_chain_unregister(&blocking_chain, &block))
CHANGES(rcu_pointer_wait, rcu_assign_pointer(pointer, (void *)fn); synchronize_rcu())
CHANGES(swap_wait, handler_table_swap(set->plain, 0, fn, NULL);
		   handler_table_synchronize(set->plain))

/* What is patched has to be somewhere. */
static noinline void __used patched(unsigned int idx, void *arg)
{
	static_call(bench_static_change)(idx, arg);
	if (static_branch_unlikely(&key))
		bench_extra();
	trace_handler_table_bench_change(idx, arg);
}

#define ROW(_name, _loop, _limit, ...)					\
	{ .name = _name, .limit = _limit, .loop = _loop, ##__VA_ARGS__ }

static const struct bench_row rows[] = {
	ROW("nothing", change_nothing_changed, "xchg"),
	ROW("xchg", change_bare_xchg, "xchg"),
	ROW("cmpxchg", change_bare_cmpxchg, "xchg"),
	ROW("store_release", change_bare_store_release, "xchg"),
	ROW("swap", change_swap, "xchg", .before = prepare),
	ROW("replace", change_replace, "xchg", .before = prepare),
	ROW("register", change_registration, "xchg", .before = prepare, .max = 4095),
	ROW("remove", change_removal, "xchg", .before = prepare_full, .max = 4096),
	ROW("spinlocked_store", change_spinlocked, "xchg", .uml = true),
	ROW("rcu_assign_pointer", change_rcu_pointer, "xchg"),
	ROW("raw_notifier_add_remove", change_raw_notifier, "xchg"),
};

static const struct bench_row slow_rows[] = {
	ROW("swap", change_swap, "swap", .before = prepare, .max = 1),
	ROW("static_call_update", change_static_call, "swap", .max = 4, .uml = true),
	ROW("static_key_on_off", change_static_key, "swap", .max = 4, .uml = true),
	ROW("tracepoint_on_off", change_tracepoint, "swap", .max = 1, .uml = true),
	ROW("atomic_notifier_add_remove", change_atomic_notifier, "swap", .max = 1),
	ROW("blocking_notifier_add_remove", change_blocking_notifier, "swap", .max = 4),
	ROW("rcu_assign_and_wait", change_rcu_pointer_wait, "swap", .max = 1),
	ROW("swap_and_wait", change_swap_wait, "swap", .before = prepare, .max = 1),
};

const struct bench_rows bench_changes = { rows, ARRAY_SIZE(rows) };
const struct bench_rows bench_slow_changes = { slow_rows, ARRAY_SIZE(slow_rows) };

/* Once and for all: to free a table is a grace period, which interrupts others. */
static struct bench_set changed;

void bench_run_changes(struct ht_thread *thread)
{
	bench_measure(thread, "changes", "fast", &changed, &bench_changes, bench_rounds);
	bench_measure(thread, "changes", "slow", &changed, &bench_slow_changes,
		      bench_rounds / 20 + 1);
}

/* The row of that name, untimed. -ENOENT if there is none. */
int bench_make_changes(const char *name, unsigned long n)
{
	const struct bench_row *row = bench_find(&bench_slow_changes, name) ?:
				      bench_find(&bench_changes, name);

	if (!row)
		return -ENOENT;
	if (row->before)
		row->before(&changed);
	row->loop(&changed, n);
	return 0;
}

int bench_changes_init(void)
{
	return bench_set_make(&changed, 4096, BENCH_NOTHING);
}

void bench_changes_exit(void)
{
	bench_set_free(&changed);
}
