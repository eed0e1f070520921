// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: functions that run after a wait of more than RCU
 *
 * For plain tables handler_table_call() is RCU's own. Where handlers sleep it
 * would be SRCU's, but until 7.x that takes locks which sleep on PREEMPT_RT, and
 * handlers of any table are more than one kind of RCU can wait for. So here a work
 * item waits as handler_table_synchronize() does, once for all that were queued
 * before. It runs on any CPU, so that none which is isolated gets it.
 *
 * One work item for each domain, so that none of them waits for another, and in
 * the place of domain 0, which has no use for it, the one for any table.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "internal.h"

static void run_deferred(struct work_struct *work);

#define DEFERRED(_i)							\
	{ .work = __WORK_INITIALIZER(deferred[_i].work, run_deferred) }

static struct deferred {
	struct llist_head	heads;
	atomic_long_t		pending;	/* @heads, and those being run */
	struct work_struct	work;
} deferred[] = {
	DEFERRED(0), DEFERRED(1), DEFERRED(2), DEFERRED(3), DEFERRED(4),
	DEFERRED(5), DEFERRED(6), DEFERRED(7), DEFERRED(8),
};

static_assert(ARRAY_SIZE(deferred) == HANDLER_TABLE_DOMAINS);
static_assert(sizeof(struct llist_node) <= offsetof(struct rcu_head, func));

static void run_deferred(struct work_struct *work)
{
	struct deferred *d = container_of(work, struct deferred, work);
	unsigned int domain = d - deferred;
	struct llist_node *node, *next;
	struct rcu_head *head;

	node = llist_reverse_order(llist_del_all(&d->heads));
	if (!node)
		return;
	handler_table_wait(domain ? BIT(domain) : HANDLER_TABLE_ALL_DOMAINS);
	llist_for_each_safe(node, next, node) {
		head = (struct rcu_head *)node;
		local_bh_disable();
		head->func(head);
		local_bh_enable();
		/* Pairs with wait_for_deferred(): barrier-waits-for-calls.litmus */
		atomic_long_fetch_dec_release(&d->pending);
		cond_resched();
	}
}

static void defer(struct deferred *d, struct rcu_head *head, rcu_callback_t func)
{
	atomic_long_inc(&d->pending);
	head->func = func;
	llist_add((struct llist_node *)head, &d->heads);
	/* Always: who found the list empty may not get to it for a while. */
	queue_work(system_dfl_wq, &d->work);
}

/*
 * handler_table_defer - handler_table_call() for handlers that may sleep
 * @t: the table, of a sleepable kind; NULL: any table of any kind
 *
 * Ordering: llist_add() and llist_del_all() are fully ordered, so the wait comes
 * after what the caller did before (call-sees-effects.litmus).
 */
void handler_table_defer(struct handler_table *t, struct rcu_head *head,
			 rcu_callback_t func)
{
	defer(&deferred[t ? handler_table_domain(t) : 0], head, func);
}

/* Those of a domain run in the order in which they came, so be the last. */
static void wait_for_deferred(struct deferred *d)
{
	struct rcu_synchronize last;

	/* barrier-waits-for-calls.litmus */
	if (!atomic_long_read_acquire(&d->pending))
		return;
	init_completion(&last.completion);
	defer(d, &last.head, wakeme_after_rcu);
	wait_for_completion(&last.completion);
}

/*
 * handler_table_flush_deferred - wait until all that was queued has run
 *
 * Ordering: What these functions wrote is visible (barrier-waits-for-calls.litmus).
 */
void handler_table_flush_deferred(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deferred); i++)
		wait_for_deferred(&deferred[i]);
}

/* handler_table_deferred_exit - nobody is left who could queue anything */
void handler_table_deferred_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deferred); i++)
		cancel_work_sync(&deferred[i].work);
}
