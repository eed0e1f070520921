// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: who holds up a grace period
 *
 * A grace period of Tasks RCU waits for each task that was running, or ready
 * to, when it began, until the task has switched voluntarily or gone to user
 * space. Those that it still waits for are marked as holdouts. After the
 * seconds that a wait has to take before it is reported, what is left is a
 * kernel thread that does neither, or a task that gets no time to.
 *
 * Of SRCU's readers nobody keeps a list. A handler that sleeps for long is in
 * its right, but who waits for it ought to know.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* Enough to go on with, and no flood. */
#define MAX_TASKS	8

static void report_holdouts(void)
{
#if __HANDLER_TABLE_TASKS_RCU
	struct task_struct *process, *task;
	unsigned int nr = 0;

	rcu_read_lock();
	for_each_process_thread(process, task) {
		if (!READ_ONCE(task->rcu_tasks_holdout) || ++nr > MAX_TASKS)
			continue;
		pr_warn("held up by task %s/%d on CPU %u, which has not switched voluntarily\n",
			task->comm, task_pid_nr(task), task_cpu(task));
	}
	rcu_read_unlock();
	if (nr > MAX_TASKS)
		pr_warn("held up by %u more tasks\n", nr - MAX_TASKS);
	else if (!nr)
		pr_warn("held up by no task that could be found, see what RCU says\n");
#endif
}

static void report_sleepers(unsigned long seconds)
{
	static struct ratelimit_state others =
		RATELIMIT_STATE_INIT_FLAGS(others, 5 * HZ, 1,
					   RATELIMIT_MSG_ON_RELEASE);

	if (__ratelimit(&others))
		pr_warn("have been waiting for handlers that sleep for %lu s\n",
			seconds);
}

/*
 * handler_table_report_stall - name the tasks that handlers are waited for
 *
 * Many may be waiting for the same ones: one report does for all.
 */
void handler_table_report_stall(unsigned int domain, unsigned long seconds)
{
	static struct ratelimit_state others =
		RATELIMIT_STATE_INIT_FLAGS(others, 5 * HZ, 1,
					   RATELIMIT_MSG_ON_RELEASE);

	if (domain) {
		report_sleepers(seconds);
	} else if (__ratelimit(&others)) {
		pr_warn("have been waiting for handlers for %lu s\n", seconds);
		report_holdouts();
	}
}
