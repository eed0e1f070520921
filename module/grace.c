// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: when a handler is gone
 *
 * A dispatch holds rcu_read_lock() from before it loads the slot until after
 * the handler has returned, see __handler_table_read_lock(). Once a slot has
 * changed, a grace period therefore means that nobody runs the old handler:
 *
 *	CPU 0					CPU 1
 *	remove(t, 0, fn)			rcu_read_lock()
 *						  load the slot
 *	synchronize_rcu()			  fn() if it was still there
 *	  ...					rcu_read_unlock()
 *	return: fn runs nowhere
 *
 * A dispatch that began before the wait ends before it does, and one that
 * begins later loads the slot after the removal. All effects of the former
 * are visible to the waiter. A wait is needed once for any number of
 * removals that came before it.
 */
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/module.h>

/**
 * handler_table_synchronize - wait until displaced handlers have returned
 * @t: the table; NULL: any table
 *
 * On return no handler that was removed, replaced or swapped out of @t before
 * the call is still running, on any CPU, and all it wrote is visible. It says
 * nothing about handlers that are still in the table.
 *
 * Must not be called from a handler: it would wait for itself.
 *
 * Context: May sleep.
 * Ordering: A full memory barrier on both sides of the wait.
 */
void handler_table_synchronize(struct handler_table *t)
{
	might_sleep();
	synchronize_rcu();
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
	handler_fn_t fn;

	might_sleep();
	fn = handler_table_unregister(t, idx);
	if (fn)
		handler_table_synchronize(t);
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
	int ret;

	might_sleep();
	ret = handler_table_remove(t, idx, fn);
	if (!ret)
		handler_table_synchronize(t);
	return ret;
}
EXPORT_SYMBOL_GPL(handler_table_remove_sync);

/**
 * handler_table_call - run a function once displaced handlers have returned
 * @t: the table; NULL: any table
 * @head: for the core's use until @func runs, usually inside the object that
 *	  @func frees
 * @func: what to run, with @head as its argument, in softirq context or as if
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
	call_rcu(head, func);
}
EXPORT_SYMBOL_GPL(handler_table_call);

/**
 * handler_table_barrier - wait for all pending handler_table_call() functions
 *
 * For the exit function of a module that uses handler_table_call(), after it
 * has made sure that no new calls are made.
 *
 * Context: May sleep. Not from a handler, nor from a function that
 * handler_table_call() runs.
 */
void handler_table_barrier(void)
{
	rcu_barrier();
}
EXPORT_SYMBOL_GPL(handler_table_barrier);
