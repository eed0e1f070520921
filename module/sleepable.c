// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: tables whose handlers may sleep
 *
 * RCU does not let a handler sleep, and Tasks RCU takes its sleep for its end.
 * So a dispatch in these tables is a read-side section of SRCU:
 *
 *	CPU 0					CPU 1
 *	remove(t, 0, fn)			srcu_read_lock()
 *						  load the slot
 *	call_srcu(), and a wait			  fn() if it was still there
 *	  ...					    sleeps
 *	  ...					srcu_read_unlock()
 *	return: fn runs nowhere
 *
 * A wait is as long as the longest sleep in the same srcu_struct. One for each
 * table would be best, but it takes some 400 bytes for each possible CPU, which a
 * table that is defined, without heap and before any init code, has nowhere to get
 * from. So the tables share a few, by the hash of their address. Plain tables are
 * not concerned at all.
 *
 * Tasks Trace RCU, the other RCU for readers that sleep, costs its readers less,
 * but has one domain for the whole kernel: each removal would wait for all
 * handlers that sleep, and for BPF programs that do. Documentation/sleepable.rst
 * has the measurements.
 *
 * An operation on a slot is such a section, too, for the reasons that displaced.c
 * gives, and may be done in an NMI. Hence the calls that end in _nmisafe, which
 * are the same as the others where the architecture can count in an NMI.
 */
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>

#include "internal.h"

DEFINE_STATIC_SRCU(handler_table_srcu_1);
DEFINE_STATIC_SRCU(handler_table_srcu_2);
DEFINE_STATIC_SRCU(handler_table_srcu_3);
DEFINE_STATIC_SRCU(handler_table_srcu_4);
DEFINE_STATIC_SRCU(handler_table_srcu_5);
DEFINE_STATIC_SRCU(handler_table_srcu_6);
DEFINE_STATIC_SRCU(handler_table_srcu_7);
DEFINE_STATIC_SRCU(handler_table_srcu_8);

static struct srcu_struct * const domains[] = {
	NULL,	/* which has nothing to do with SRCU */
	&handler_table_srcu_1,
	&handler_table_srcu_2,
	&handler_table_srcu_3,
	&handler_table_srcu_4,
	&handler_table_srcu_5,
	&handler_table_srcu_6,
	&handler_table_srcu_7,
	&handler_table_srcu_8,
};

static_assert(ARRAY_SIZE(domains) == HANDLER_TABLE_DOMAINS);

/*
 * handler_table_sleepable_enter - begin to look behind the words of a table
 * @t: the table; nothing is done if its handlers do not sleep
 *
 * Sparse cannot follow that a section depends on @t, and is told that there is
 * none.
 *
 * Return: what to pass to handler_table_sleepable_leave().
 */
int handler_table_sleepable_enter(const struct handler_table *t)
{
	unsigned int domain = handler_table_domain(t);
	int cookie;

	if (!domain)
		return 0;
	cookie = srcu_read_lock_nmisafe(domains[domain]);
	__release(domains[domain]);
	return cookie;
}

void handler_table_sleepable_leave(const struct handler_table *t, int cookie)
{
	unsigned int domain = handler_table_domain(t);

	if (!domain)
		return;
	__acquire(domains[domain]);
	srcu_read_unlock_nmisafe(domains[domain], cookie);
}

/* sleepable-remove-synchronize.litmus */
void handler_table_sleepable_call(unsigned int domain, struct rcu_head *head,
				  rcu_callback_t func)
{
	call_srcu(domains[domain], head, func);
}

/* Only lockdep can tell, as long as it works; without, the answer is no. */
bool handler_table_in_sleepable_handler(void)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	unsigned int i;

	for (i = 1; debug_locks && i < ARRAY_SIZE(domains); i++) {
		if (lock_is_held(&domains[i]->dep_map) > 0)
			return true;
	}
#endif
	return false;
}

/**
 * __handler_table_sleepable_lock - begin a dispatch in a table of sleepable handlers
 * @t: the table, of any sleepable kind
 *
 * Context: May sleep.
 * Return: what to pass to __handler_table_sleepable_unlock().
 */
int __handler_table_sleepable_lock(const void *t)
{
	might_sleep();
	return handler_table_sleepable_enter(t);
}
EXPORT_SYMBOL_GPL(__handler_table_sleepable_lock);

/**
 * __handler_table_sleepable_unlock - end a dispatch
 * @t: the table
 * @cookie: what __handler_table_sleepable_lock() returned, in the same task
 */
void __handler_table_sleepable_unlock(const void *t, int cookie)
{
	handler_table_sleepable_leave(t, cookie);
}
EXPORT_SYMBOL_GPL(__handler_table_sleepable_unlock);

/**
 * handler_table_handle_sleepable - run the handler of an event, which may sleep
 * @t: the table, from DEFINE_SLEEPABLE_HANDLER_TABLE() or its kin
 * @idx: the index of the event
 * @arg: passed to the handler as it is
 *
 * A table of another kind is refused, with a warning.
 *
 * Context: May sleep. Not from a handler of a table of another kind.
 * Ordering: An acquire load of the slot. What was written before the handler
 * was installed is visible to it.
 * Return: true if a handler ran; false if the slot is empty, @t is NULL or not
 * of this kind, or @idx out of range.
 */
bool handler_table_handle_sleepable(struct handler_table *t, unsigned int idx,
				    void *arg)
{
	handler_fn_t fn;
	int cookie;
	bool ran;

	if (!t)
		return false;
	if (t->kind != &handler_table_kind_sleepable) {
		handler_table_refuse(t);
		return false;
	}
	cookie = __handler_table_sleepable_lock(t);
	if (static_branch_unlikely(&handler_table_watched.key))
		ran = handler_table_run_watched(t, idx, arg, _RET_IP_);
	else
		ran = __handler_table_run_in((void)0, (void)0, t, t->nr, idx, fn,
					     fn(idx, arg));
	__handler_table_sleepable_unlock(t, cookie);
	return ran;
}
EXPORT_SYMBOL_GPL(handler_table_handle_sleepable);
