// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: when a handler is gone
 *
 * A dispatch is a read-side section from before it loads the slot until after
 * the handler has returned, see __handler_table_read_lock(). Once a slot has
 * changed, a grace period therefore means that nobody runs the old handler:
 *
 *	CPU 0					CPU 1
 *	remove(t, 0, fn)			read-side section
 *						  load the slot
 *	wait for a grace period			  fn() if it was still there
 *	  ...					end of the section
 *	return: fn runs nowhere
 *
 * A dispatch that began before the wait ends before it does, and one that
 * begins later loads the slot after the removal. All effects of the former
 * are visible to the waiter. A wait is needed once for any number of
 * removals that came before it.
 *
 * Where Tasks RCU is the means nothing marks the section, and the argument is:
 *
 *   a task	runs the handler without switching voluntarily, may be preempted
 *		in it, and keeps the grace period from ending until it has
 *		switched voluntarily, gone to user space, or exited
 *   softirq, hardirq and NMI
 *		cannot be preempted; the ordinary grace period that ends one of
 *		Tasks RCU waits for what cannot be preempted, in the idle loop
 *		too, as long as RCU is watching
 *   a task that exits
 *		is not on the list of tasks from some point on; Tasks RCU waits
 *		for those between that point and their last, non-preemptible,
 *		instruction
 *
 * PREEMPT_RT is left out: there a handler may wait for a spinlock_t, which
 * counts as a voluntary switch.
 */
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/find.h>
#include <linux/handler_table.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "events.h"
#include "internal.h"

#ifdef CONFIG_DEBUG_LOCK_ALLOC
static struct lock_class_key handler_table_lock_key;
/* Held in every dispatch. Read only, as RCU's: it knows no order. */
struct lockdep_map handler_table_lock_map =
	STATIC_LOCKDEP_MAP_INIT("handler_table_dispatch",
				&handler_table_lock_key);
EXPORT_SYMBOL_GPL(handler_table_lock_map);

static bool in_handler(void)
{
	return debug_locks && lock_is_held(&handler_table_lock_map) > 0;
}
#else
static bool in_handler(void)
{
	return false;
}
#endif

#if __HANDLER_TABLE_TASKS_RCU
/* call-sees-effects.litmus */
static void call_after_readers(struct rcu_head *head, rcu_callback_t func)
{
	call_rcu_tasks(head, func);
}

/* barrier-waits-for-calls.litmus */
static void wait_for_calls(void)
{
	rcu_barrier_tasks();
}
#else
/* call-sees-effects.litmus */
static void call_after_readers(struct rcu_head *head, rcu_callback_t func)
{
	call_rcu(head, func);
}

/* barrier-waits-for-calls.litmus */
static void wait_for_calls(void)
{
	rcu_barrier();
}
#endif

/* When a wait that does not end is reported, and how often after that. */
#define FIRST_REPORT	10
#define NEXT_REPORT	60

/* A wait in a domain, which can be on its way beside others. */
struct wait {
	struct rcu_synchronize done;
	long began;
};

/*
 * A callback leaves the waiter free to say how long it has been waiting. RCU
 * says so itself, and its own wait is the faster one: a callback may be held
 * back to save power, and synchronize_rcu() may be expedited.
 */
static bool waits_for_callback(unsigned int domain)
{
	return domain || __HANDLER_TABLE_TASKS_RCU;
}

static void begin_wait(struct wait *wait, unsigned int domain)
{
	wait->began = handler_table_displaced_wait_begins(domain);
	if (!waits_for_callback(domain))
		return;
	init_rcu_head_on_stack(&wait->done.head);
	init_completion(&wait->done.completion);
	if (domain)
		handler_table_sleepable_call(domain, &wait->done.head, wakeme_after_rcu);
	else
		call_after_readers(&wait->done.head, wakeme_after_rcu);
}

/*
 * As the kernel's own synchronize_rcu_tasks() and synchronize_srcu(), but not in
 * silence. What is asked of it: remove-synchronize.litmus,
 * remove-sync-sees-effects.litmus, sleepable-remove-synchronize.litmus.
 */
static void wait_for_readers(struct wait *wait, unsigned int domain)
{
	unsigned long waited = 0, timeout = FIRST_REPORT;

	if (!waits_for_callback(domain)) {
		synchronize_rcu();
		return;
	}
	while (!wait_for_completion_timeout(&wait->done.completion, timeout * HZ)) {
		waited += timeout;
		handler_table_report_stall(domain, waited);
		timeout = NEXT_REPORT;
	}
	destroy_rcu_head_on_stack(&wait->done.head);
}

/**
 * handler_table_can_wait - may the caller wait for handlers?
 * @domains: those in which it would wait, a bit each
 *
 * From a handler it would wait for itself: for ever, or, where Tasks RCU is the
 * means, not at all, as going to sleep is what that waits for. There only
 * lockdep can tell that it is in a handler, unless the handler runs where
 * sleeping is not allowed for another reason; and not any more once it has
 * reported something and switched itself off. Of a handler that may sleep, too,
 * only lockdep can tell; that one may wait for handlers that do not.
 *
 * Return: false, with a warning, if not.
 */
bool handler_table_can_wait(unsigned long domains)
{
	bool atomic = rcu_preempt_depth() ||
		      (IS_ENABLED(CONFIG_PREEMPT_COUNT) ?
		       !preemptible() : in_interrupt() || irqs_disabled());
	bool itself = in_handler() ||
		      (domains & ~BIT(0) && handler_table_in_sleepable_handler());

	if (WARN_ONCE(itself,
		      "handler_table: a handler would wait for itself, it does not\n"))
		return false;
	if (WARN_ONCE(atomic,
		      "handler_table: no wait for handlers where sleeping is not allowed\n"))
		return false;
	might_sleep();
	return true;
}

/**
 * handler_table_wait - wait for handlers, with notes for the guard
 * @domains: those in which to wait, a bit each; all at the same time
 */
void handler_table_wait(unsigned long domains)
{
	struct wait waits[HANDLER_TABLE_DOMAINS];
	u64 began = ktime_get_mono_fast_ns();
	unsigned int domain;

	handler_table_report(wait_begin, domains);
	for_each_set_bit(domain, &domains, HANDLER_TABLE_DOMAINS)
		begin_wait(&waits[domain], domain);
	for_each_set_bit(domain, &domains, HANDLER_TABLE_DOMAINS) {
		wait_for_readers(&waits[domain], domain);
		handler_table_displaced_wait_ended(domain, waits[domain].began);
	}
	handler_table_report(wait_end, domains, ktime_get_mono_fast_ns() - began);
}

/**
 * handler_table_synchronize - wait until displaced handlers have returned
 * @t: the table; NULL: any table
 *
 * On return no handler that was removed, replaced or swapped out of @t before
 * the call is still running, on any CPU, and all it wrote is visible. It says
 * nothing about handlers that are still in the table.
 *
 * Must not be called from a handler: it would wait for itself. Kernels that
 * can tell, those with CONFIG_DEBUG_LOCK_ALLOC, warn and do not wait, as they do
 * where the caller must not sleep. A handler that may sleep may wait for tables
 * of handlers that do not.
 *
 * The wait is as long as the slowest handler; where handlers may sleep, the slowest
 * of all tables that share @t's domain, sleepable.c. Where Tasks RCU is the means it
 * takes 0.1 to 1 s, and does not end while some kernel thread runs on without
 * ever switching voluntarily: such a thread has to call
 * cond_resched_tasks_rcu_qs() now and then. After 10 s, and every minute from
 * then on, the log names the tasks that hold it up.
 *
 * Context: May sleep.
 * Ordering: A full memory barrier on both sides of the wait.
 */
void handler_table_synchronize(struct handler_table *t)
{
	unsigned long domains = handler_table_domains(t);

	if (handler_table_can_wait(domains))
		handler_table_wait(domains);
}
EXPORT_SYMBOL_GPL(handler_table_synchronize);

/**
 * handler_table_unregister_sync - empty a slot and wait until it is quiet
 * @t: the table
 * @idx: the slot
 *
 * handler_table_unregister(), then, if there was a handler,
 * handler_table_synchronize(). It does not wait for a handler that somebody
 * else has taken out before, see handler_table_remove_sync().
 *
 * Context: May sleep. Not from a handler.
 * Ordering: As handler_table_synchronize() if there was a handler.
 * Return: the handler that was there, which is not running any more; NULL if
 * there was none, or if @t is NULL or @idx out of range.
 */
handler_fn_t handler_table_unregister_sync(struct handler_table *t,
					   unsigned int idx)
{
	unsigned long domains = handler_table_domains(t);
	bool can_wait = handler_table_can_wait(domains);
	handler_fn_t fn = handler_table_unregister_for(t, idx, _RET_IP_);

	if (fn && can_wait)
		handler_table_wait(domains);
	return fn;
}
EXPORT_SYMBOL_GPL(handler_table_unregister_sync);

/**
 * handler_table_remove_sync - remove a handler and wait until it is gone
 * @t: the table
 * @idx: the slot
 * @fn: the handler that it should hold
 *
 * handler_table_remove(), then, if that succeeded,
 * handler_table_synchronize(). To remove many handlers, use
 * handler_table_remove() on each and wait once.
 *
 * After -ENOENT there was no wait: if somebody else swapped @fn out, it may
 * still be running. Before @fn goes away, call handler_table_synchronize()
 * unless the slot was nobody else's to change.
 *
 * Context: May sleep. Not from a handler.
 * Ordering: As handler_table_synchronize() if it succeeds.
 * Return: 0; -ENOENT if the slot does not hold @fn, and is left alone;
 * -EINVAL if @t or @fn is NULL or @idx out of range.
 */
int handler_table_remove_sync(struct handler_table *t, unsigned int idx,
			      handler_fn_t fn)
{
	unsigned long domains = handler_table_domains(t);
	bool can_wait = handler_table_can_wait(domains);
	int ret = handler_table_remove_for(t, idx, fn, _RET_IP_);

	if (!ret && can_wait)
		handler_table_wait(domains);
	return ret;
}
EXPORT_SYMBOL_GPL(handler_table_remove_sync);

/**
 * handler_table_call - run a function once displaced handlers have returned
 * @t: the table; NULL: any table
 * @head: for the core's use until @func runs, usually inside the object that
 *	  @func frees
 * @func: what to run, with @head as its argument; bottom halves are off then,
 *	  and it must not sleep
 *
 * The wait of handler_table_synchronize() for those who cannot wait. @func
 * must have run before its module goes, see handler_table_barrier().
 *
 * Context: Any but NMI; from a handler too.
 * Ordering: What the displaced handlers wrote, and what the caller wrote
 * before the call, is visible to @func.
 */
void handler_table_call(struct handler_table *t, struct rcu_head *head,
			rcu_callback_t func)
{
	long began;

	if (!t || handler_table_domain(t)) {
		handler_table_defer(t, head, func);
		return;
	}
	began = handler_table_displaced_wait_begins(0);
	call_after_readers(head, func);
	handler_table_displaced_call_queued(began);
}
EXPORT_SYMBOL_GPL(handler_table_call);

/**
 * handler_table_barrier - wait for all pending handler_table_call() functions
 *
 * For the exit function of a module that uses handler_table_call(), after it
 * has made sure that no new calls are made. It waits for those of all tables and
 * all modules, and so for handlers that sleep, if any of them does.
 *
 * Context: May sleep. Not from a handler, nor from a function that
 * handler_table_call() runs.
 * Ordering: What these functions wrote, and the handlers that they waited for,
 * is visible on return.
 */
void handler_table_barrier(void)
{
	long queued = handler_table_displaced_calls();

	if (!handler_table_can_wait(HANDLER_TABLE_ALL_DOMAINS))
		return;
	handler_table_flush_deferred();
	/* The longer part of the wait, which is not a silent one. */
	if (handler_table_displaced_call_pending())
		handler_table_wait(BIT(0));
	wait_for_calls();
	handler_table_displaced_wait_ended(0, queued);
}
EXPORT_SYMBOL_GPL(handler_table_barrier);
