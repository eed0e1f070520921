// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_removal: is a removed handler gone?
 *
 * Handlers that take 1 to 20 ms are dispatched in threads, several for each
 * CPU so that they preempt each other, in threads that exit, from interrupts,
 * and by whoever writes to the file "dispatch" in debugfs. Meanwhile each slot
 * has a thread that registers the handler, lets it run, removes it, waits with
 * handler_table_synchronize() and then declares it gone. What was registered
 * has a number, the slot's "born", and so have what was removed last and what
 * was declared gone last:
 *
 *	slot's thread			handler
 *	born = n			mine = born
 *	register			  ...
 *	remove				  ...
 *	removed = n			  ...
 *	synchronize			  gone >= mine?  a violation
 *	gone = n			removed >= mine? it outlived the removal
 *
 * Only handlers that outlive the removal have put the wait to the test, so it
 * comes when one is running, if possible. The threads pause for a third of each
 * second, so that interrupts hit the idle loop; every other handler stays long
 * enough in the table to be there then.
 *
 * All runs from load to unload; the file "report" in debugfs has a name and a
 * number a line, and says nothing of places that this kernel does not have.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/handler_table.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>

#include "removal.h"

#define NR_SLOTS	24
#define THREADS_PER_CPU	3
#define MAX_THREADS	32
#define HANDLER_MAX_MS	20
#define INTERRUPT_MS	10	/* from one to the next */
#define QUIET_INTERRUPT_MS 4
#define STAY_MAX_MS	30	/* in the table */
#define LONG_STAY_MAX_MS 500	/* every other one */
#define PATIENCE_MS	100

DEFINE_STATIC_HANDLER_TABLE(table, NR_SLOTS);

static struct slot {
	unsigned long born, removed, gone;
	atomic_t running;
} slots[NR_SLOTS];

enum place {
	IN_TASK,
	IN_NOHZ_FULL,	/* a task on a CPU that goes without ticks */
	IN_EXIT,	/* a task past the point of exit_notify() */
	IN_SOFTIRQ,
	IN_HARDIRQ,
	IN_IDLE,	/* a hardirq that came in the idle loop */
	IN_NMI,
	NR_PLACES
};

static const char * const place_names[NR_PLACES] = {
	[IN_TASK]	= "task",
	[IN_NOHZ_FULL]	= "nohz_full",
	[IN_EXIT]	= "exit",
	[IN_SOFTIRQ]	= "softirq",
	[IN_HARDIRQ]	= "hardirq",
	[IN_IDLE]	= "idle",
	[IN_NMI]	= "nmi",
};

static struct tally {
	atomic_long_t runs, outlived, violations;
} tallies[NR_PLACES];

static atomic_long_t removals, failures;
static atomic64_t waited_ns, longest_ns;

static struct task_struct *threads[NR_SLOTS + MAX_THREADS + 2];
static unsigned int nr_threads;
static DEFINE_SPINLOCK(contended);

unsigned int any_below(unsigned int n)
{
	static atomic_long_t calls;

	return ((u64)hash_long(atomic_long_inc_return(&calls), 16) * n) >> 16;
}

bool is_quiet_time(void)
{
	return jiffies % HZ < HZ / 3;
}

static enum place here(void)
{
	if (in_nmi())
		return IN_NMI;
	if (in_hardirq())
		return is_idle_task(current) ? IN_IDLE : IN_HARDIRQ;
	if (in_serving_softirq())
		return IN_SOFTIRQ;
	if (current->exit_state)
		return IN_EXIT;
	return tick_nohz_full_cpu(raw_smp_processor_id()) ? IN_NOHZ_FULL : IN_TASK;
}

static bool exists(enum place place)
{
	switch (place) {
	case IN_NOHZ_FULL:
		return tick_nohz_full_enabled();
	case IN_EXIT:
		return has_exit;
	case IN_NMI:
		return has_nmi;
	default:
		return true;
	}
}

/* Lingers, and looks all the time whether it should be gone. */
static bool is_late_by(u64 end, struct slot *slot, unsigned long mine)
{
	bool late = false;

	while (ktime_get_mono_fast_ns() < end) {
		cpu_relax();
		late |= READ_ONCE(slot->gone) >= mine;
	}
	return late;
}

static void linger(unsigned int idx, void *arg)
{
	struct slot *slot = &slots[idx];
	struct tally *tally = &tallies[here()];
	unsigned long mine = READ_ONCE(slot->born);
	u64 end = ktime_get_mono_fast_ns() +
		  (1 + any_below(HANDLER_MAX_MS)) * (u64)NSEC_PER_MSEC;
	bool late;

	atomic_long_inc(&tally->runs);
	atomic_inc(&slot->running);
	/* Where this can sleep, that must not pass for the handler's end. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && preemptible()) {
		spin_lock(&contended);
		late = is_late_by(end, slot, mine);
		spin_unlock(&contended);
	} else {
		late = is_late_by(end, slot, mine);
	}
	atomic_dec(&slot->running);
	if (READ_ONCE(slot->removed) >= mine)
		atomic_long_inc(&tally->outlived);
	if (late || READ_ONCE(slot->gone) >= mine)
		atomic_long_inc(&tally->violations);
}

bool dispatch_any(void)
{
	unsigned int first = any_below(NR_SLOTS), i;

	for (i = 0; i < NR_SLOTS; i++) {
		if (handler_table_dispatch(&table, (first + i) % NR_SLOTS, NULL))
			return true;
	}
	return false;
}

static int dispatcher(void *unused)
{
	while (!kthread_should_stop()) {
		if (is_quiet_time() || !dispatch_any())
			usleep_range(500, 1000);
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static int interrupter(void *unused)
{
	int cpu = -1;

	/* Not a real-time one: interrupts that take long count as its time. */
	set_user_nice(current, MIN_NICE);
	while (!kthread_should_stop()) {
		msleep(is_quiet_time() ? QUIET_INTERRUPT_MS : INTERRUPT_MS);
		cpus_read_lock();
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		interrupt_cpu(cpu);
		cpus_read_unlock();
	}
	return 0;
}

static void wait_until_gone(void)
{
	s64 began = ktime_get_ns(), took, longest;

	handler_table_synchronize(&table);
	took = ktime_get_ns() - began;
	atomic64_add(took, &waited_ns);
	longest = atomic64_read(&longest_ns);
	while (took > longest &&
	       !atomic64_try_cmpxchg(&longest_ns, &longest, took))
		;
}

/* The worst moment to remove it, if that comes soon. */
static void wait_until_it_runs(struct slot *slot)
{
	unsigned int ms;

	for (ms = 0; ms < PATIENCE_MS && !atomic_read(&slot->running); ms += 4)
		usleep_range(4000, 5000);
}

static int remover(void *data)
{
	struct slot *slot = data;
	unsigned int idx = slot - slots;
	unsigned int stay_max_ms = idx % 2 ? LONG_STAY_MAX_MS : STAY_MAX_MS;

	while (!kthread_should_stop()) {
		WRITE_ONCE(slot->born, slot->born + 1);
		if (handler_table_register(&table, idx, linger))
			atomic_long_inc(&failures);
		msleep(any_below(stay_max_ms));
		wait_until_it_runs(slot);
		if (handler_table_remove(&table, idx, linger))
			atomic_long_inc(&failures);
		WRITE_ONCE(slot->removed, slot->born);
		wait_until_gone();
		WRITE_ONCE(slot->gone, slot->born);
		atomic_long_inc(&removals);
	}
	return 0;
}

static int report_show(struct seq_file *m, void *unused)
{
	long nr = atomic_long_read(&removals);
	unsigned int i;

	seq_printf(m, "removals %ld\nfailures %ld\n", nr,
		   atomic_long_read(&failures));
	seq_printf(m, "grace_period_mean_us %llu\ngrace_period_max_us %llu\n",
		   div64_u64(atomic64_read(&waited_ns), max(nr, 1L) * 1000),
		   div_u64(atomic64_read(&longest_ns), 1000));
	for (i = 0; i < NR_PLACES; i++) {
		if (!exists(i))
			continue;
		seq_printf(m, "%s_runs %ld\n%s_outlived %ld\n%s_violations %ld\n",
			   place_names[i], atomic_long_read(&tallies[i].runs),
			   place_names[i], atomic_long_read(&tallies[i].outlived),
			   place_names[i], atomic_long_read(&tallies[i].violations));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(report);

static int dispatch_set(void *unused, u64 value)
{
	dispatch_any();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(dispatch_fops, NULL, dispatch_set, "%llu\n");

static struct dentry *dir;

static int start(int (*threadfn)(void *), void *data, const char *what)
{
	struct task_struct *task = kthread_run(threadfn, data, "ht_%s", what);

	if (IS_ERR(task))
		return PTR_ERR(task);
	threads[nr_threads++] = task;
	return 0;
}

static int start_all(void)
{
	unsigned int i, nr = min(THREADS_PER_CPU * num_online_cpus(), MAX_THREADS + 0U);
	int ret = start(interrupter, NULL, "interrupt");

	if (!ret && has_exit)
		ret = start(exit_all_the_time, NULL, "exit");
	for (i = 0; !ret && i < NR_SLOTS; i++)
		ret = start(remover, &slots[i], "remove");
	for (i = 0; !ret && i < nr; i++)
		ret = start(dispatcher, NULL, "dispatch");
	return ret;
}

static void stop_all(void)
{
	while (nr_threads)
		kthread_stop(threads[--nr_threads]);
	exit_teardown();
	places_exit();
	debugfs_remove(dir);
}

static int __init test_init(void)
{
	int ret;

	places_init();
	exit_setup();
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("report", 0400, dir, NULL, &report_fops);
	debugfs_create_file("dispatch", 0200, dir, NULL, &dispatch_fops);
	ret = start_all();
	if (ret)
		stop_all();
	return ret;
}

static void __exit test_exit(void)
{
	stop_all();
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: a removed handler is gone");
MODULE_LICENSE("GPL");
