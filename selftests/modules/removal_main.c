// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_removal: is a removed handler gone?
 *
 * Handlers that take 1 to 20 ms are dispatched in threads, several for each
 * CPU so that they preempt each other, and from interrupts. Meanwhile each slot
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
 * Only handlers that outlive the removal have put the wait to the test. The
 * threads pause for a quarter of each second, so that interrupts hit the idle
 * loop. All runs from load to unload; the file "report" in debugfs has a name
 * and a number a line.
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
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "removal.h"

#define NR_SLOTS	24
#define THREADS_PER_CPU	3
#define MAX_THREADS	32
#define HANDLER_MAX_MS	20
#define INTERRUPT_MS	10	/* from one to the next */
#define LINGER_MAX_MS	30	/* in the table */

DEFINE_STATIC_HANDLER_TABLE(table, NR_SLOTS);

static struct slot {
	unsigned long born, removed, gone;
} slots[NR_SLOTS];

static const char * const place_names[] = {
	"task", "softirq", "hardirq", "idle", "nmi"
};

static struct tally {
	atomic_long_t runs, outlived, violations;
} tallies[ARRAY_SIZE(place_names)];

static atomic_long_t removals, failures;
static atomic64_t waited_ns, longest_ns;

static struct task_struct *threads[NR_SLOTS + MAX_THREADS + 1];
static unsigned int nr_threads;
static DEFINE_SPINLOCK(contended);

unsigned int any_below(unsigned int n)
{
	static atomic_long_t calls;

	return ((u64)hash_long(atomic_long_inc_return(&calls), 16) * n) >> 16;
}

static unsigned int here(void)
{
	if (in_nmi())
		return 4;
	if (in_hardirq())
		return is_idle_task(current) ? 3 : 2;
	return in_serving_softirq() ? 1 : 0;
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
	/* Where this can sleep, that must not pass for the handler's end. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && preemptible()) {
		spin_lock(&contended);
		late = is_late_by(end, slot, mine);
		spin_unlock(&contended);
	} else {
		late = is_late_by(end, slot, mine);
	}
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
		if (jiffies % HZ < HZ / 4 || !dispatch_any())
			usleep_range(500, 1000);
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static int interrupter(void *unused)
{
	int cpu = -1;

	sched_set_fifo_low(current);
	while (!kthread_should_stop()) {
		msleep(INTERRUPT_MS);
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

static int remover(void *data)
{
	struct slot *slot = data;
	unsigned int idx = slot - slots;

	while (!kthread_should_stop()) {
		WRITE_ONCE(slot->born, slot->born + 1);
		if (handler_table_register(&table, idx, linger))
			atomic_long_inc(&failures);
		msleep(any_below(LINGER_MAX_MS));
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
	for (i = 0; i < ARRAY_SIZE(tallies); i++) {
		seq_printf(m, "%s_runs %ld\n%s_outlived %ld\n%s_violations %ld\n",
			   place_names[i], atomic_long_read(&tallies[i].runs),
			   place_names[i], atomic_long_read(&tallies[i].outlived),
			   place_names[i], atomic_long_read(&tallies[i].violations));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(report);

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
	places_exit();
	debugfs_remove(dir);
}

static int __init test_init(void)
{
	int ret;

	places_init();
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("report", 0400, dir, NULL, &report_fops);
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
