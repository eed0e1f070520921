// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_stall: a thread that never switches voluntarily
 *
 * It gives way whenever somebody else wants its CPU, but only as cond_resched()
 * does. Once the parameter "quiesce" is written it uses the call that Tasks RCU
 * takes notice of. Another thread waits for handlers, or, with "barrier", for a
 * callback that does; "waited" says whether it has come to the end of that.
 */
#include <linux/handler_table.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

/* A plain one: its callbacks are RCU's, and the barrier waits for that. */
DEFINE_STATIC_HANDLER_TABLE(table, 1);

static bool quiesce;
module_param(quiesce, bool, 0644);
MODULE_PARM_DESC(quiesce, "call cond_resched_tasks_rcu_qs()");

static bool barrier;
module_param(barrier, bool, 0444);
MODULE_PARM_DESC(barrier, "wait for a callback");

static bool waited;
module_param(waited, bool, 0444);
MODULE_PARM_DESC(waited, "has the wait ended?");

static struct task_struct *busy_task, *wait_task;

static int keep_busy(void *unused)
{
	while (!kthread_should_stop()) {
		cpu_relax();
		if (READ_ONCE(quiesce))
			cond_resched_tasks_rcu_qs();
		else
			cond_resched();
	}
	return 0;
}

static void do_nothing(struct rcu_head *unused)
{
}

static int wait_for_handlers(void *unused)
{
	static struct rcu_head head;

	if (barrier) {
		handler_table_call(&table, &head, do_nothing);
		handler_table_barrier();
	} else {
		handler_table_synchronize(NULL);
	}
	WRITE_ONCE(waited, true);
	return 0;
}

static int __init test_init(void)
{
	busy_task = kthread_run(keep_busy, NULL, "ht_busy");
	if (IS_ERR(busy_task))
		return PTR_ERR(busy_task);
	wait_task = kthread_create(wait_for_handlers, NULL, "ht_wait");
	if (IS_ERR(wait_task)) {
		kthread_stop(busy_task);
		return PTR_ERR(wait_task);
	}
	/* So that kthread_stop() finds it though it has ended. */
	get_task_struct(wait_task);
	wake_up_process(wait_task);
	return 0;
}

static void __exit test_exit(void)
{
	kthread_stop(busy_task);
	kthread_stop(wait_task);
	put_task_struct(wait_task);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: a thread that holds up the wait for handlers");
MODULE_LICENSE("GPL");
