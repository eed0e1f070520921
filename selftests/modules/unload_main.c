// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_unload: dispatches from every context, on every CPU
 *
 * Modules with handlers come and go, see unload_client.c. Meanwhile a thread on
 * each CPU goes through all slots of both tables, again and again, and has a
 * tasklet, an irq_work, an hrtimer and an NMI, the last on the next CPU, do the
 * same. In task context a handler is asked to linger now and then, for longer
 * than a grace period of RCU takes: the module loader waits for one itself.
 *
 * The parameter "counts" has a name and a number a line: how many handlers ran
 * in each context, on the CPU that had the fewest; how many modules went in
 * which way, and with how many handlers left; and what was wrong.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat.h"
#include "unload.h"

#define LINGER_MS	300
#define LINGER_EVERY_MS	600
#define HRTIMER_NS	(50 * NSEC_PER_USEC)

DEFINE_HANDLER_TABLE(unload_first, UNLOAD_NR_SLOTS);
EXPORT_SYMBOL_GPL(unload_first);
DEFINE_HANDLER_TABLE(unload_second, UNLOAD_NR_SLOTS);
EXPORT_SYMBOL_GPL(unload_second);

struct station {
	struct task_struct	*task;
	struct tasklet_struct	 tasklet;
	struct irq_work		 irq_work;
	struct hrtimer		 hrtimer;
	unsigned long		 ran[UNLOAD_CONTEXTS];
};

static DEFINE_PER_CPU(struct station, stations);

static atomic_t went[UNLOAD_WAYS];
static atomic_t forgotten, violations;

static const char * const context_names[UNLOAD_CONTEXTS] = {
	[UNLOAD_TASK]		= "task",
	[UNLOAD_SOFTIRQ]	= "softirq",
	[UNLOAD_IRQ_WORK]	= "irq_work",
	[UNLOAD_HRTIMER]	= "hrtimer",
	[UNLOAD_NMI]		= "nmi",
};

static const char * const way_names[UNLOAD_WAYS] = {
	[UNLOAD_PROPERLY]	= "properly",
	[UNLOAD_HURRIED]	= "hurried",
	[UNLOAD_FORGETFUL]	= "forgetful",
};

void unload_goes(enum unload_way way, unsigned int nr_handlers)
{
	atomic_inc(&went[way]);
	if (way == UNLOAD_FORGETFUL)
		atomic_add(nr_handlers, &forgotten);
}
EXPORT_SYMBOL_GPL(unload_goes);

void unload_violation(void)
{
	atomic_inc(&violations);
}
EXPORT_SYMBOL_GPL(unload_violation);

void unload_sweep(enum unload_context context, unsigned int linger_ms)
{
	struct unload_call call = { .linger_ms = linger_ms };
	unsigned int i;

	for (i = 0; i < UNLOAD_NR_SLOTS; i++) {
		if (handler_table_dispatch(&unload_first, i, &call))
			this_cpu_inc(stations.ran[context]);
		if (handler_table_dispatch(&unload_second, i, &call))
			this_cpu_inc(stations.ran[context]);
	}
}

static void sweep_in_tasklet(struct tasklet_struct *unused)
{
	unload_sweep(UNLOAD_SOFTIRQ, 0);
}

static void sweep_in_irq_work(struct irq_work *unused)
{
	unload_sweep(UNLOAD_IRQ_WORK, 0);
}

static enum hrtimer_restart sweep_in_hrtimer(struct hrtimer *unused)
{
	unload_sweep(UNLOAD_HRTIMER, 0);
	return HRTIMER_NORESTART;
}

static void interrupt(struct station *station, unsigned int next_cpu)
{
	/* It runs when bottom halves are enabled again. */
	local_bh_disable();
	tasklet_schedule(&station->tasklet);
	local_bh_enable();
	irq_work_queue(&station->irq_work);
	if (!hrtimer_active(&station->hrtimer))
		hrtimer_start(&station->hrtimer, ns_to_ktime(HRTIMER_NS),
			      HRTIMER_MODE_REL_PINNED_HARD);
	unload_nmi_send(next_cpu);
}

static unsigned int cpu_after(unsigned int cpu)
{
	unsigned int next = cpumask_next(cpu, cpu_online_mask);

	return next < nr_cpu_ids ? next : cpumask_first(cpu_online_mask);
}

/* On a CPU of its own. */
static int sweep_all_the_time(void *data)
{
	struct station *station = data;
	unsigned int next_cpu = cpu_after(raw_smp_processor_id());
	unsigned long linger_at = jiffies;
	unsigned int linger_ms;

	/* Those who load and unload are to get on. */
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		linger_ms = 0;
		if (time_after_eq(jiffies, linger_at)) {
			linger_ms = LINGER_MS;
			linger_at = jiffies + msecs_to_jiffies(LINGER_EVERY_MS);
		}
		unload_sweep(UNLOAD_TASK, linger_ms);
		interrupt(station, next_cpu);
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static unsigned long fewest(enum unload_context context)
{
	unsigned long n = ULONG_MAX;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		n = min(n, READ_ONCE(per_cpu(stations, cpu).ran[context]));
	return n;
}

static int get_counts(char *buffer, const struct kernel_param *kp)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < UNLOAD_CONTEXTS; i++) {
		if (i != UNLOAD_NMI || unload_has_nmi)
			len += sprintf(buffer + len, "%s %lu\n",
				       context_names[i], fewest(i));
	}
	for (i = 0; i < UNLOAD_WAYS; i++)
		len += sprintf(buffer + len, "%s %d\n", way_names[i],
			       atomic_read(&went[i]));
	return len + sprintf(buffer + len, "forgotten %d\nviolations %d\n",
			     atomic_read(&forgotten), atomic_read(&violations));
}

static const struct kernel_param_ops counts_ops = { .get = get_counts };
module_param_cb(counts, &counts_ops, NULL, 0444);
MODULE_PARM_DESC(counts, "what happened so far");

static void stop_stations(void)
{
	struct station *station;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		station = per_cpu_ptr(&stations, cpu);
		if (!IS_ERR_OR_NULL(station->task))
			kthread_stop(station->task);
		tasklet_kill(&station->tasklet);
		hrtimer_cancel(&station->hrtimer);
		irq_work_sync(&station->irq_work);
	}
	unload_nmi_teardown();
	/* Some kernels look at an irq_work once more after irq_work_sync(). */
	synchronize_rcu();
}

static void set_up(struct station *station)
{
	tasklet_setup(&station->tasklet, sweep_in_tasklet);
	station->irq_work = IRQ_WORK_INIT_HARD(sweep_in_irq_work);
	hrtimer_setup(&station->hrtimer, sweep_in_hrtimer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED_HARD);
}

static int start_stations(void)
{
	struct station *station;
	unsigned int cpu;

	unload_nmi_setup();
	for_each_online_cpu(cpu)
		set_up(per_cpu_ptr(&stations, cpu));
	for_each_online_cpu(cpu) {
		station = per_cpu_ptr(&stations, cpu);
		station->task = kthread_create_on_cpu(sweep_all_the_time,
						      station, cpu,
						      "unload/%u");
		if (IS_ERR(station->task)) {
			stop_stations();
			return PTR_ERR(station->task);
		}
		wake_up_process(station->task);
	}
	return 0;
}

static int __init test_init(void)
{
	int ret;

	ret = handler_table_publish(&unload_first, 0);
	if (ret)
		return ret;
	ret = handler_table_publish(&unload_second, 0);
	if (!ret)
		ret = start_stations();
	if (ret) {
		handler_table_unpublish(&unload_second);
		handler_table_unpublish(&unload_first);
	}
	return ret;
}

static void __exit test_exit(void)
{
	stop_stations();
	handler_table_unpublish(&unload_second);
	handler_table_unpublish(&unload_first);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: dispatch while handlers come and go");
MODULE_LICENSE("GPL");
