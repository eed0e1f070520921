// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_removal: dispatches from tasks that exit
 *
 * Threads are made that end at once. Nobody waits for a thread of the kernel, so
 * it takes itself off the list of all tasks, and then removes its entries in
 * /proc, as what it has left to do can still be preempted:
 *
 *	do_exit()
 *	  exit_tasks_rcu_start()	Tasks RCU has to look out for it
 *	  exit_notify()
 *	    release_task()
 *	      __exit_signal()		off the list
 *	      proc_flush_pid()		<- here
 *	  exit_tasks_rcu_finish()
 *
 * A callback of the function tracer dispatches there. One that does not ask for
 * protection from recursion is called as the function is, with preemption on.
 */
#include <linux/kconfig.h>

#include "removal.h"

bool has_exit;

#if defined(CONFIG_DYNAMIC_FTRACE) && defined(CONFIG_PROC_FS)

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

static struct task_struct *leaver;

static void arrive_at_exit(unsigned long ip, unsigned long parent_ip,
			   struct ftrace_ops *op, struct ftrace_regs *fregs)
{
	if (current == READ_ONCE(leaver))
		dispatch_any();
}

static struct ftrace_ops exit_ops = {
	.func	= arrive_at_exit,
};

static int do_nothing(void *unused)
{
	return 0;
}

static void have_one_exit(void)
{
	struct task_struct *task = kthread_create(do_nothing, NULL, "ht_leaver");

	if (IS_ERR(task))
		return;
	get_task_struct(task);
	WRITE_ONCE(leaver, task);
	kthread_stop(task);
	/* That was not its last instruction. */
	while (READ_ONCE(task->__state) != TASK_DEAD)
		usleep_range(500, 1000);
	WRITE_ONCE(leaver, NULL);
	put_task_struct(task);
}

int exit_all_the_time(void *unused)
{
	while (!kthread_should_stop()) {
		if (!is_quiet_time())
			have_one_exit();
		usleep_range(500, 1000);
	}
	return 0;
}

void exit_setup(void)
{
	static unsigned char function[] = "proc_flush_pid";

	if (ftrace_set_filter(&exit_ops, function, sizeof(function) - 1, 1))
		return;
	has_exit = !register_ftrace_function(&exit_ops);
	if (!has_exit)
		ftrace_free_filter(&exit_ops);
}

void exit_teardown(void)
{
	if (!has_exit)
		return;
	unregister_ftrace_function(&exit_ops);
	ftrace_free_filter(&exit_ops);
}

#else

int exit_all_the_time(void *unused)
{
	return 0;
}

void exit_setup(void)
{
}

void exit_teardown(void)
{
}

#endif
