// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_guard: tables for others to forget their handlers in
 *
 * The mistakes are made by copies of guard_client.c. This module owns the
 * tables, has a thread that dispatches one slot all the time, and outlives the
 * others. Its parameters are what the test looks at and where it intervenes:
 *
 *   running	handlers that have begun and have not ended
 *   hidden	slots in use of the table that is not published
 *   adopted	the reading dispatches through the table that somebody has left
 *		behind: Y if any handler ran
 *   unpublish	while Y, the thread is about to unpublish that table, or doing so
 *   occupy	while Y, guard_occupy() does not return once it has begun
 *   hog	while Y, a thread never switches voluntarily, which holds up
 *		grace periods of Tasks RCU
 *   hogging	it does so now
 *   tasks_rcu	is it that which this build waits for?
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

#include "guard.h"

DEFINE_HANDLER_TABLE(guard_first, 16);
EXPORT_SYMBOL_GPL(guard_first);
DEFINE_HANDLER_TABLE(guard_second, 16);
EXPORT_SYMBOL_GPL(guard_second);
DEFINE_HANDLER_TABLE(guard_hidden, 16);
EXPORT_SYMBOL_GPL(guard_hidden);

/* Should nobody tell it to return. */
#define OCCUPY_SECONDS	60

static atomic_t running;
static struct handler_table *adopted;
static struct task_struct *busy_task, *hog_task;

static bool tasks_rcu = __HANDLER_TABLE_TASKS_RCU;
module_param(tasks_rcu, bool, 0444);
MODULE_PARM_DESC(tasks_rcu, "removal waits for Tasks RCU");
static bool unpublish;
module_param(unpublish, bool, 0644);
MODULE_PARM_DESC(unpublish, "unpublish the table that was handed over");
static bool occupy;
module_param(occupy, bool, 0644);
MODULE_PARM_DESC(occupy, "keep handlers running");
static bool hog;
module_param(hog, bool, 0644);
MODULE_PARM_DESC(hog, "hold up grace periods of Tasks RCU");
static bool hogging;
module_param(hogging, bool, 0444);
MODULE_PARM_DESC(hogging, "they are held up");

void guard_handler_begins(void)
{
	atomic_inc(&running);
}
EXPORT_SYMBOL_GPL(guard_handler_begins);

void guard_handler_ends(void)
{
	atomic_dec(&running);
}
EXPORT_SYMBOL_GPL(guard_handler_ends);

bool guard_handler_runs(void)
{
	return atomic_read(&running);
}
EXPORT_SYMBOL_GPL(guard_handler_runs);

void guard_occupy(unsigned int idx, void *arg)
{
	unsigned long end = jiffies + OCCUPY_SECONDS * HZ;

	guard_handler_begins();
	while (READ_ONCE(occupy) && time_before(jiffies, end))
		cpu_relax();
	guard_handler_ends();
}
EXPORT_SYMBOL_GPL(guard_occupy);

void guard_adopt(struct handler_table *t)
{
	adopted = t;
}
EXPORT_SYMBOL_GPL(guard_adopt);

static int get_running(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%d\n", atomic_read(&running));
}

static int get_hidden(char *buffer, const struct kernel_param *kp)
{
	unsigned int i, used = 0;

	for (i = 0; i < guard_hidden.nr; i++)
		used += !!handler_table_peek(&guard_hidden, i);
	return sprintf(buffer, "%u\n", used);
}

static int get_adopted(char *buffer, const struct kernel_param *kp)
{
	unsigned int i;
	bool ran = false;

	for (i = 0; adopted && i < adopted->nr; i++)
		ran |= handler_table_dispatch(adopted, i, NULL);
	return sprintf(buffer, "%c\n", ran ? 'Y' : 'N');
}

static const struct kernel_param_ops running_ops = { .get = get_running };
module_param_cb(running, &running_ops, NULL, 0444);
MODULE_PARM_DESC(running, "handlers that are running");
static const struct kernel_param_ops hidden_ops = { .get = get_hidden };
module_param_cb(hidden, &hidden_ops, NULL, 0444);
MODULE_PARM_DESC(hidden, "slots in use of the table that is not published");
static const struct kernel_param_ops adopted_ops = { .get = get_adopted };
module_param_cb(adopted, &adopted_ops, NULL, 0444);
MODULE_PARM_DESC(adopted, "dispatch through the table that was left behind");

static int keep_busy(void *unused)
{
	while (!kthread_should_stop()) {
		if (READ_ONCE(unpublish)) {
			handler_table_unpublish(adopted);
			adopted = NULL;
			WRITE_ONCE(unpublish, false);
		}
		handler_table_dispatch(&guard_first, GUARD_BUSY_SLOT, NULL);
		usleep_range(500, 1000);
	}
	return 0;
}

static int hold_up(void *unused)
{
	/* The test itself is to get on. */
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		while (READ_ONCE(hog)) {
			WRITE_ONCE(hogging, true);
			cond_resched();
		}
		WRITE_ONCE(hogging, false);
		usleep_range(500, 1000);
	}
	return 0;
}

static void stop_threads(void)
{
	WRITE_ONCE(hog, false);
	if (!IS_ERR_OR_NULL(busy_task))
		kthread_stop(busy_task);
	if (!IS_ERR_OR_NULL(hog_task))
		kthread_stop(hog_task);
}

static int start_threads(void)
{
	busy_task = kthread_run(keep_busy, NULL, "guard/busy");
	hog_task = kthread_run(hold_up, NULL, "guard/hog");
	if (!IS_ERR(busy_task) && !IS_ERR(hog_task))
		return 0;
	stop_threads();
	return -ENOMEM;
}

static int __init test_init(void)
{
	int ret;

	ret = handler_table_publish(&guard_first, HANDLER_TABLE_ALLOW_DISPATCH);
	if (ret)
		return ret;
	ret = handler_table_publish(&guard_second,
				    HANDLER_TABLE_ALLOW_DISPATCH);
	if (!ret)
		ret = start_threads();
	if (ret) {
		handler_table_unpublish(&guard_second);
		handler_table_unpublish(&guard_first);
	}
	return ret;
}

static void __exit test_exit(void)
{
	stop_threads();
	handler_table_unpublish(&guard_second);
	handler_table_unpublish(&guard_first);
	/* Nobody else does: its owner is gone. */
	handler_table_free(adopted);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: tables for others to forget handlers in");
MODULE_LICENSE("GPL");
