// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_trouble: what must not be done
 *
 * The parameter "what" names a mistake, which is made twice while the module
 * loads. The kernel's log has to have a report then, and only one. That a
 * removal took effect all the same is seen to here: else loading fails with
 * -EIO. Where the kernel cannot see the mistake it fails with -EOPNOTSUPP.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/context_tracking.h>
#include <linux/delay.h>
#include <linux/handler_table_typed.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* What it takes to see a mistake. */
#define SEES_HANDLERS						\
	(IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC) ||			\
	 (!__HANDLER_TABLE_TASKS_RCU && IS_ENABLED(CONFIG_PREEMPT_RCU)))
#define SEES_SLEEPERS	IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC)
#define SEES_ATOMIC	IS_ENABLED(CONFIG_PREEMPT_COUNT)
#define SEES_SLEEP						\
	(__HANDLER_TABLE_TASKS_RCU && IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP))
#define SEES_RCU						\
	(__HANDLER_TABLE_TASKS_RCU && IS_ENABLED(CONFIG_PROVE_RCU) &&	\
	 IS_ENABLED(CONFIG_CONTEXT_TRACKING_IDLE))

#define OPERATOR_SECONDS 60

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "the mistake to make");

DEFINE_STATIC_HANDLER_TABLE(table, 2);
DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(sleepable, 2);
DEFINE_STATIC_TYPED_HANDLER_TABLE(typed, 2, void (void));
static bool ran_anyway;
static struct handler_table *other_table;
static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spinlock);
static DECLARE_COMPLETION(made);

static void idle(unsigned int idx, void *arg)
{
}

/* What is in tables that are dispatched in the wrong way. */
static void run_anyway(unsigned int idx, void *arg)
{
	ran_anyway = true;
}

static void run_typed_anyway(void)
{
	ran_anyway = true;
}

static void synchronize(unsigned int idx, void *arg)
{
	handler_table_remove(&table, 0, synchronize);
	handler_table_synchronize(&table);
}

static void remove_sync(unsigned int idx, void *arg)
{
	handler_table_remove_sync(&table, 0, remove_sync);
}

static void unregister_sync(unsigned int idx, void *arg)
{
	handler_table_unregister_sync(&table, 0);
}

static void free_table(unsigned int idx, void *arg)
{
	handler_table_unregister(&table, 0);
	handler_table_free(other_table);
}

static void barrier_inside(unsigned int idx, void *arg)
{
	handler_table_unregister(&table, 0);
	handler_table_barrier();
}

static void unpublish(unsigned int idx, void *arg)
{
	handler_table_unregister(&table, 0);
	handler_table_unpublish(&table);
	complete(&made);
}

static void sleep(unsigned int idx, void *arg)
{
	handler_table_unregister(&table, 0);
	usleep_range(1000, 2000);
}

static void lock_mutex(unsigned int idx, void *arg)
{
	handler_table_unregister(&table, 0);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
}

static void remove_here(void)
{
	handler_table_remove_sync(&table, 0, idle);
}

static void with_preempt_off(void)
{
	preempt_disable();
	remove_here();
	preempt_enable();
}

static void with_irqs_off(void)
{
	local_irq_disable();
	remove_here();
	local_irq_enable();
}

static void under_spinlock(void)
{
	spin_lock(&spinlock);
	remove_here();
	spin_unlock(&spinlock);
}

static void tasklet_fn(struct tasklet_struct *unused)
{
	/* Whatever is there: a handler, which waits, or what is to be removed. */
	if (handler_table_peek(&table, 0) == idle)
		remove_here();
	else
		handler_table_dispatch(&table, 0, NULL);
	complete(&made);
}

static DECLARE_TASKLET(tasklet, tasklet_fn);

static void from_softirq(void)
{
	tasklet_schedule(&tasklet);
	wait_for_completion(&made);
}

static void irq_work_fn(struct irq_work *unused)
{
	remove_here();
	complete(&made);
}

static struct irq_work irq_work = IRQ_WORK_INIT_HARD(irq_work_fn);

static void from_hardirq(void)
{
	irq_work_queue(&irq_work);
	wait_for_completion(&made);
}

static void from_task(void)
{
	handler_table_dispatch(&table, 0, NULL);
}

/* Who writes to the table's file while it is there. */
static void from_operator(void)
{
	if (handler_table_publish(&table, HANDLER_TABLE_ALLOW_DISPATCH))
		return;
	wait_for_completion_timeout(&made, OPERATOR_SECONDS * HZ);
	handler_table_unpublish(&table);
}

static void dispatch_sleepable(void)
{
	ran_anyway |= handler_table_dispatch(&sleepable, 0, NULL);
	handler_table_unregister(&table, 0);
}

static void handle_sleepable_plainly(void)
{
	ran_anyway |= handler_table_handle(&sleepable, 0, NULL);
	handler_table_unregister(&table, 0);
}

static void dispatch_untyped(void)
{
	ran_anyway |= handler_table_dispatch(handler_table_untyped(&typed), 0, NULL);
	handler_table_unregister(&table, 0);
}

static void handle_plain_as_sleepable(void)
{
	ran_anyway |= handler_table_handle_sleepable(&table, 0, NULL);
	handler_table_unregister(&table, 0);
}

static void sleeper_remove_sync(unsigned int idx, void *arg)
{
	handler_table_remove_sync(&sleepable, 1, sleeper_remove_sync);
}

static void from_sleepable_handler(void)
{
	if (!handler_table_register(&sleepable, 1, sleeper_remove_sync))
		handler_table_handle_sleepable(&sleepable, 1, NULL);
	if (!handler_table_peek(&sleepable, 1))
		handler_table_unregister(&table, 0);
}

static void where_rcu_is_not_watching(void)
{
#ifdef CONFIG_CONTEXT_TRACKING_IDLE
	local_irq_disable();
	ct_idle_enter();
	handler_table_dispatch(&table, 0, NULL);
	ct_idle_exit();
	local_irq_enable();
#endif
	handler_table_unregister(&table, 0);
}

static const struct mistake {
	const char	*name;
	bool		 seen;
	bool		 once;	/* or each time would be reported */
	handler_fn_t	 handler;
	void		 (*make)(void);
} mistakes[] = {
	{ "synchronize", SEES_HANDLERS, false, synchronize, from_task },
	{ "remove_sync", SEES_HANDLERS, false, remove_sync, from_task },
	{ "unregister_sync", SEES_HANDLERS, false, unregister_sync, from_task },
	{ "free", SEES_HANDLERS, false, free_table, from_task },
	{ "barrier", SEES_HANDLERS, false, barrier_inside, from_task },
	{ "unpublish", SEES_HANDLERS, false, unpublish, from_operator },
	{ "sleepable_remove_sync", SEES_SLEEPERS, false, idle, from_sleepable_handler },
	{ "dispatch_sleepable", true, false, idle, dispatch_sleepable },
	{ "handle_sleepable", true, false, idle, handle_sleepable_plainly },
	{ "dispatch_untyped", true, false, idle, dispatch_untyped },
	{ "handle_plain", true, false, run_anyway, handle_plain_as_sleepable },
	{ "handler_in_softirq", SEES_ATOMIC, false, remove_sync, from_softirq },
	{ "preempt_off", SEES_ATOMIC, false, idle, with_preempt_off },
	{ "irqs_off", SEES_ATOMIC, false, idle, with_irqs_off },
	{ "spinlock", SEES_ATOMIC, false, idle, under_spinlock },
	{ "softirq", SEES_ATOMIC, false, idle, from_softirq },
	{ "hardirq", SEES_ATOMIC, false, idle, from_hardirq },
	{ "sleep", SEES_SLEEP, true, sleep, from_task },
	{ "mutex", SEES_SLEEP, true, lock_mutex, from_task },
	{ "not_watching", SEES_RCU, false, idle, where_rcu_is_not_watching },
};

static int make(const struct mistake *mistake)
{
	int times = mistake->once ? 1 : 2;

	if (!mistake->seen)
		return -EOPNOTSUPP;
	while (times--) {
		if (handler_table_register(&table, 0, mistake->handler))
			return -EIO;
		mistake->make();
		if (handler_table_peek(&table, 0)) {
			pr_err("%s: the handler was not removed\n", what);
			return -EIO;
		}
		if (ran_anyway) {
			pr_err("%s: a handler ran that must not\n", what);
			return -EIO;
		}
	}
	return 0;
}

static int __init test_init(void)
{
	unsigned int i;
	int ret = -EINVAL;

	other_table = handler_table_alloc("other", 1, GFP_KERNEL);
	if (!other_table)
		return -ENOMEM;
	if (handler_table_register(&sleepable, 0, run_anyway) ||
	    handler_table_register_typed(&typed, 0, run_typed_anyway))
		return -EIO;
	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (!strcmp(mistakes[i].name, what))
			ret = make(&mistakes[i]);
	}
	tasklet_kill(&tasklet);
	irq_work_sync(&irq_work);
	/* The handler that tried to has not freed it. */
	handler_table_free(other_table);
	return ret;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: mistakes that are to be reported");
MODULE_LICENSE("GPL");
