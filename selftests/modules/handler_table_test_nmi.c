// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_nmi: dispatches in NMIs, counted twice
 *
 * A thread dispatches and swaps on a CPU of its own, in a plain and in a typed
 * table. Whoever writes N to the parameter "run" has it start, sends that CPU N
 * NMIs, each of which does the same in between, and has it stop. "books" has what
 * the tables' statistics have to say, as those of handler_table_test_stats; "nmi" is
 * how many NMIs there were, 0 where there is no way to send any.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/handler_table_typed.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

/* It calls unload_sweep() in an NMI. */
#include "unload_nmi.c"

#define NR_SLOTS	2	/* the first has a handler */

DEFINE_STATIC_HANDLER_TABLE(nmi_plain, NR_SLOTS);
DEFINE_STATIC_TYPED_HANDLER_TABLE(nmi_typed, NR_SLOTS, void (unsigned long *seen));

struct books {
	unsigned long	rounds, seen;
};

/* Each is written by one CPU, the second one in NMIs. */
static struct books of_task, of_nmi;
static DEFINE_MUTEX(run_mutex);

static void plain(unsigned int idx, void *arg)
{
	(*(unsigned long *)arg)++;
}

static void typed(unsigned long *seen)
{
	(*seen)++;
}

/* In each table one handler, one empty slot, one event out of range. */
static void dispatch_all(struct books *books)
{
	unsigned int idx;

	for (idx = 0; idx <= NR_SLOTS; idx++) {
		handler_table_dispatch(&nmi_plain, idx, &books->seen);
		handler_table_dispatch_typed_void(&nmi_typed, idx, &books->seen);
	}
	handler_table_swap(&nmi_plain, 0, plain, NULL);
	WRITE_ONCE(books->rounds, books->rounds + 1);
}

void unload_sweep(enum unload_context context, unsigned int linger_ms)
{
	dispatch_all(&of_nmi);
}

static int work(void *unused)
{
	while (!kthread_should_stop()) {
		dispatch_all(&of_task);
		cond_resched();
	}
	return 0;
}

static int send_nmis(unsigned int cpu, unsigned long n)
{
	unsigned long until = READ_ONCE(of_nmi.rounds) + n;

	while (unload_has_nmi && READ_ONCE(of_nmi.rounds) < until) {
		unload_nmi_send(cpu);
		if (fatal_signal_pending(current))
			return -EINTR;
		usleep_range(20, 50);
	}
	return 0;
}

static int set_run(const char *value, const struct kernel_param *kp)
{
	struct task_struct *task;
	unsigned long n;
	unsigned int cpu;
	int ret = kstrtoul(value, 0, &n);

	if (ret)
		return ret;
	mutex_lock(&run_mutex);
	/* The last one, so that the writer is on another one, if there is. */
	cpus_read_lock();
	cpu = cpumask_last(cpu_online_mask);
	task = kthread_create_on_cpu(work, NULL, cpu, "ht_nmi/%u");
	if (IS_ERR(task)) {
		ret = PTR_ERR(task);
	} else {
		wake_up_process(task);
		ret = send_nmis(cpu, n);
		kthread_stop(task);
	}
	cpus_read_unlock();
	mutex_unlock(&run_mutex);
	return ret;
}

static int get_books(char *buffer, const struct kernel_param *kp)
{
	unsigned long rounds = of_task.rounds + of_nmi.rounds;
	unsigned long missed = 2 * rounds - of_task.seen - of_nmi.seen;

	return sysfs_emit(buffer, "nmi_plain %lu %lu %lu %lu\nnmi_typed %lu %lu 0 0\n",
			  rounds, 2 * rounds, rounds, missed, rounds, 2 * rounds);
}

static const struct kernel_param_ops run_ops = { .set = set_run };
module_param_cb(run, &run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "dispatch until so many NMIs have done so");

static const struct kernel_param_ops books_ops = { .get = get_books };
module_param_cb(books, &books_ops, NULL, 0400);
MODULE_PARM_DESC(books, "TABLE HANDLED EMPTY SWAPS WRONG, for each table");

module_param_named(nmi, of_nmi.rounds, ulong, 0400);
MODULE_PARM_DESC(nmi, "how many NMIs there were");

static void clear(void)
{
	unload_nmi_teardown();
	handler_table_unregister(&nmi_plain, 0);
	handler_table_unregister_typed(&nmi_typed, 0);
	handler_table_unpublish(&nmi_plain);
	handler_table_unpublish(handler_table_untyped(&nmi_typed));
	handler_table_synchronize(NULL);
}

static int __init test_init(void)
{
	int ret;

	unload_nmi_setup();
	ret = handler_table_register(&nmi_plain, 0, plain) ?:
	      handler_table_register_typed(&nmi_typed, 0, typed) ?:
	      handler_table_publish(&nmi_plain, 0) ?:
	      handler_table_publish(handler_table_untyped(&nmi_typed), 0);
	if (ret)
		clear();
	return ret;
}

module_init(test_init);
module_exit(clear);

MODULE_DESCRIPTION("handler_table test: dispatches in NMIs against books");
MODULE_LICENSE("GPL");
