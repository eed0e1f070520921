// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_grace: does waiting wait?
 *
 * One CPU runs a handler that lingers until it is told to leave. Another one
 * takes the handler out and waits, in the way that the parameter "how" names.
 * The wait has to go on while the handler lingers, has to end once it has
 * left, and has to see what the handler wrote last.
 *
 * The module loads if all of that is so. Else the log says what was not, and
 * the load fails, with -EIO, or with -ENODEV on a single CPU. If the wait
 * never ends neither does the load: threads of this module hang in it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/handler_table.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>

/* For how long the wait has to go on under our eyes. */
#define WATCH_MS	200

static char *how = "remove_sync";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "how to wait: remove_sync, unregister_sync, remove, replace, swap, any, free or call");

static struct handler_table *table;
static struct rcu_head head;
static DECLARE_COMPLETION(handler_entered);
static DECLARE_COMPLETION(wait_begun);
static DECLARE_COMPLETION(wait_done);
static bool handler_may_leave;
static bool handler_left;
static bool seen_left;

static void linger(unsigned int idx, void *arg)
{
	complete(&handler_entered);
	while (!READ_ONCE(handler_may_leave))
		cpu_relax();
	/* Plain: the wait is what makes it visible. */
	handler_left = true;
}

static void other(unsigned int idx, void *arg)
{
}

static void wait_is_over(struct rcu_head *unused)
{
	seen_left = handler_left;
	complete(&wait_done);
}

static int wait_remove_sync(void)
{
	return handler_table_remove_sync(table, 0, linger);
}

static int wait_unregister_sync(void)
{
	return handler_table_unregister_sync(table, 0) == linger ? 0 : -EIO;
}

static int wait_remove(void)
{
	int ret = handler_table_remove(table, 0, linger);

	handler_table_synchronize(table);
	return ret;
}

static int wait_replace(void)
{
	int ret = handler_table_replace(table, 0, linger, other);

	handler_table_synchronize(table);
	return ret;
}

static int wait_swap(void)
{
	int ret = handler_table_swap(table, 0, other, NULL);

	handler_table_synchronize(table);
	return ret;
}

static int wait_any(void)
{
	int ret = handler_table_remove(table, 0, linger);

	handler_table_synchronize(NULL);
	return ret;
}

static int wait_free(void)
{
	handler_table_free(table);
	table = NULL;
	return 0;
}

static int wait_call(void)
{
	int ret = handler_table_remove(table, 0, linger);

	handler_table_call(table, &head, wait_is_over);
	/* Covers barrier too: nothing may be pending when it returns. */
	handler_table_barrier();
	return ret ?: completion_done(&wait_done) ? 0 : -EIO;
}

static const struct way {
	const char *name;
	int (*wait)(void);
} ways[] = {
	{ "remove_sync",	wait_remove_sync },
	{ "unregister_sync",	wait_unregister_sync },
	{ "remove",		wait_remove },
	{ "replace",		wait_replace },
	{ "swap",		wait_swap },
	{ "any",		wait_any },
	{ "free",		wait_free },
	{ "call",		wait_call },
};

static int dispatcher(void *unused)
{
	handler_table_dispatch(table, 0, NULL);
	return 0;
}

static int waiter(void *data)
{
	const struct way *way = data;
	int ret;

	complete(&wait_begun);
	ret = way->wait();
	if (ret)
		pr_err("%s: the removal itself failed: %d\n", way->name, ret);
	else if (way->wait != wait_call)
		wait_is_over(NULL);
	return ret;
}

/* With a reference, so that kthread_stop() finds it though it has ended. */
static struct task_struct *start(int (*threadfn)(void *), const void *data,
				 unsigned int cpu)
{
	struct task_struct *task;

	task = kthread_create_on_cpu(threadfn, (void *)data, cpu, "grace/%u");
	if (!IS_ERR(task)) {
		get_task_struct(task);
		wake_up_process(task);
	}
	return task;
}

static int stop(struct task_struct *task)
{
	int ret = kthread_stop(task);

	put_task_struct(task);
	return ret;
}

/* While the handler lingers the wait must begin, and must not end. */
static int watch_the_wait(const struct way *way, struct task_struct **task)
{
	*task = start(waiter, way, cpumask_first(cpu_online_mask));
	if (IS_ERR(*task))
		return PTR_ERR(*task);

	wait_for_completion(&wait_begun);
	/* All but free() change the slot before they wait. */
	while (way->wait != wait_free &&
	       handler_table_peek(table, 0) == linger)
		cond_resched();
	if (wait_for_completion_timeout(&wait_done,
					msecs_to_jiffies(WATCH_MS))) {
		pr_err("%s: the wait ended while the handler was running\n",
		       way->name);
		return -EIO;
	}
	return 0;
}

static int test(const struct way *way)
{
	struct task_struct *dispatch_task, *wait_task;
	int ret, wait_ret = 0;

	ret = handler_table_register(table, 0, linger);
	if (ret)
		return ret;
	dispatch_task = start(dispatcher, NULL, cpumask_last(cpu_online_mask));
	if (IS_ERR(dispatch_task))
		return PTR_ERR(dispatch_task);
	wait_for_completion(&handler_entered);

	ret = watch_the_wait(way, &wait_task);
	WRITE_ONCE(handler_may_leave, true);
	stop(dispatch_task);
	if (!IS_ERR(wait_task))
		wait_ret = stop(wait_task);

	if (!ret && !wait_ret && !seen_left) {
		pr_err("%s: the handler's last write was not seen\n",
		       way->name);
		return -EIO;
	}
	return ret ?: wait_ret;
}

static const struct way *find_way(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!strcmp(ways[i].name, how))
			return &ways[i];
	}
	return NULL;
}

static int __init test_init(void)
{
	const struct way *way = find_way();
	int ret;

	if (!way) {
		pr_err("how=%s: there is no such way\n", how);
		return -EINVAL;
	}
	if (num_online_cpus() < 2)
		return -ENODEV;

	table = handler_table_alloc("grace", 1, GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	ret = test(way);
	handler_table_free(table);
	return ret;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: removal waits for running handlers");
MODULE_LICENSE("GPL");
