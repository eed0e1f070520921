// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: functions that run after a wait of more than RCU
 *
 * For plain tables handler_table_call() is RCU's own. Where handlers sleep it
 * would be SRCU's, but that takes locks which sleep on PREEMPT_RT, and handlers of
 * any table are more than one kind of RCU can wait for. So here a work item waits
 * as handler_table_synchronize() does, once for all that were queued before.
 *
 * One work item for each domain, so that none of them waits for another, and in
 * the place of domain 0, which has no use for it, the one for any table.
 */
#include <linux/bottom_half.h>
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "internal.h"

static void run_deferred(struct work_struct *work);

static struct deferred {
	struct llist_head	heads;
	struct work_struct	work;
} deferred[HANDLER_TABLE_DOMAINS] = {
	[0].work = __WORK_INITIALIZER(deferred[0].work, run_deferred),
	[1].work = __WORK_INITIALIZER(deferred[1].work, run_deferred),
	[2].work = __WORK_INITIALIZER(deferred[2].work, run_deferred),
	[3].work = __WORK_INITIALIZER(deferred[3].work, run_deferred),
	[4].work = __WORK_INITIALIZER(deferred[4].work, run_deferred),
};

static_assert(sizeof(struct llist_node) <= offsetof(struct rcu_head, func));

static void run_deferred(struct work_struct *work)
{
	struct deferred *d = container_of(work, struct deferred, work);
	unsigned int domain = d - deferred;
	struct llist_node *node, *next;
	struct rcu_head *head;

	node = llist_reverse_order(llist_del_all(&d->heads));
	handler_table_wait(domain ? BIT(domain) : HANDLER_TABLE_ALL_DOMAINS);
	llist_for_each_safe(node, next, node) {
		head = (struct rcu_head *)node;
		local_bh_disable();
		head->func(head);
		local_bh_enable();
		cond_resched();
	}
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
	struct deferred *d = &deferred[t ? handler_table_domain(t) : 0];

	head->func = func;
	/* Whoever finds the list empty starts the work. */
	if (llist_add((struct llist_node *)head, &d->heads))
		queue_work(system_long_wq, &d->work);
}

/* handler_table_flush_deferred - wait until all of these have run */
void handler_table_flush_deferred(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(deferred); i++)
		flush_work(&deferred[i].work);
}
