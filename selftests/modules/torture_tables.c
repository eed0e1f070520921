// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: the tables, which come and go
 *
 * Two of each kind. A thread goes on taking one of them out of use and putting
 * another in its place, or has one appear in debugfs and vanish from there. Who
 * uses a table does that in a read-side section of SRCU, which serves to reach the
 * table only: what is in it is waited for by the table's own means. An NMI, which may
 * not use SRCU on all kernels, does it in one of RCU.
 *
 * A table is allocated with more slots than it then says it has. In those beyond
 * its end there are handlers that complain.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/srcu.h>
#include <linux/string.h>

#include "torture.h"

static unsigned int table_interval = 100;
module_param(table_interval, uint, 0444);
MODULE_PARM_DESC(table_interval, "milliseconds between tables that come, go, are published or unpublished, 0: none does");

#define PATIENCE_US	10000

struct torture_table torture_tables[TORTURE_TABLES];
unsigned int torture_nr_tables;
/* Where somebody hopes to meet a handler that runs. */
struct torture_table *torture_wanted;

DEFINE_STATIC_SRCU(torture_srcu);

/* NULL for a while, when it is being renewed. To be left in any case. */
struct handler_table *torture_table_enter(struct torture_table *tt, int *cookie)
	__acquires(&torture_srcu)
{
	if (in_nmi()) {
		rcu_read_lock();
		return rcu_dereference(tt->t);
	}
	*cookie = srcu_read_lock(&torture_srcu);
	return srcu_dereference(tt->t, &torture_srcu);
}

void torture_table_leave(int cookie)
	__releases(&torture_srcu)
{
	if (in_nmi())
		rcu_read_unlock();
	else
		srcu_read_unlock(&torture_srcu, cookie);
}

/* Nobody is at work, or it is in nobody's reach. */
static struct handler_table *table_of(struct torture_table *tt)
{
	return rcu_dereference_protected(tt->t, true);
}

static struct torture_table *find_table(const struct handler_table *t)
{
	unsigned int i;

	for (i = 0; i < torture_nr_tables; i++) {
		if (rcu_access_pointer(torture_tables[i].t) == t)
			return &torture_tables[i];
	}
	return NULL;
}

static bool one_lingers(struct torture_table *tt, struct handler_table *t,
			unsigned int *idx)
{
	unsigned int i;

	for (i = 0; i < TORTURE_SLOTS; i++) {
		if (READ_ONCE(tt->lingers[i]) && handler_table_peek(t, i)) {
			*idx = i;
			return true;
		}
	}
	return false;
}

/*
 * The worst moment to take a handler out, if that comes soon. *@idx is a slot, and
 * becomes the one with that handler. May sleep.
 */
void torture_wait_until_one_runs(struct handler_table *t, unsigned int *idx)
{
	struct torture_table *tt = find_table(t);
	unsigned int us;

	/* It may just be on its way out. */
	if (!tt)
		return;
	WRITE_ONCE(torture_wanted, tt);
	for (us = 0; us < PATIENCE_US; us++) {
		if (one_lingers(tt, t, idx)) {
			torture_count(COUNT_MET);
			break;
		}
		udelay(1);
		if (us % 1000 == 999)
			cond_resched();
	}
	WRITE_ONCE(torture_wanted, NULL);
}

unsigned int torture_table_occupied(struct torture_table *tt)
{
	struct handler_table *t = table_of(tt);
	unsigned int idx, nr = 0;

	for (idx = 0; t && idx < TORTURE_SLOTS; idx++)
		nr += !!handler_table_peek(t, idx);
	return nr;
}

/*
 * Somebody has been told that he took @word out. Only one can have been. NULL if
 * it was not him, or if there is no such element.
 */
struct torture_element *torture_taken_out(struct torture_table *tt,
					  handler_fn_t word)
{
	struct torture_element *e = torture_element_of(tt->kind, word);

	atomic_long_inc(&tt->taken_out);
	if (e && atomic_cmpxchg(&e->state, TORTURE_IN, TORTURE_HELD) == TORTURE_IN)
		return e;
	torture_violation(VIOLATION_TWICE);
	return NULL;
}

static int make_table(struct torture_table *tt)
{
	unsigned int i, nr = TORTURE_SLOTS + TORTURE_FENCES;
	struct handler_table *t = tt->kind->alloc(tt->name, nr);
	int ret = t ? 0 : -ENOMEM;

	for (i = TORTURE_SLOTS; i < nr && !ret; i++)
		ret = handler_table_register(t, i, tt->kind->fence);
	if (ret) {
		handler_table_free(t);
		return ret;
	}
	t->nr = TORTURE_SLOTS;
	if (t->nr_plain)
		t->nr_plain = TORTURE_SLOTS;
	tt->published = false;
	rcu_assign_pointer(tt->t, t);
	torture_count(COUNT_TABLE);
	return 0;
}

static void empty_table(struct torture_table *tt, struct handler_table *t)
{
	struct torture_element *e;
	handler_fn_t word;
	unsigned int idx;

	for (idx = 0; idx < TORTURE_SLOTS; idx++) {
		word = torture_ops.unregister(t, idx);
		e = word ? torture_taken_out(tt, word) : NULL;
		if (e)
			torture_call(t, e);
	}
}

static void destroy_table(struct torture_table *tt)
{
	struct handler_table *t = table_of(tt);

	if (!t)
		return;
	rcu_assign_pointer(tt->t, NULL);
	synchronize_srcu(&torture_srcu);
	synchronize_rcu();
	empty_table(tt, t);
	handler_table_free(t);
	if (atomic_long_read(&tt->put_in) != atomic_long_read(&tt->taken_out))
		torture_violation(VIOLATION_SLOTS);
}

static void toggle_publication(struct torture_table *tt)
{
	struct handler_table *t = table_of(tt);
	int ret;

	if (tt->published) {
		handler_table_unpublish(t);
		tt->published = false;
		torture_count(COUNT_UNPUBLISH);
		return;
	}
	ret = handler_table_publish(t, 0);
	if (!ret) {
		tt->published = true;
		torture_count(COUNT_PUBLISH);
	} else if (ret != -ENOMEM) {
		torture_violation(VIOLATION_ERRNO);
	}
}

static void disturb_tables(struct torture_worker *worker)
{
	struct torture_table *tt =
		&torture_tables[torture_below(&worker->random, torture_nr_tables)];

	/* Without memory it is tried again. */
	if (!table_of(tt)) {
		make_table(tt);
	} else if (torture_below(&worker->random, 3)) {
		toggle_publication(tt);
	} else {
		destroy_table(tt);
		make_table(tt);
	}
}

void torture_renew(struct ht_thread *thread)
{
	struct torture_worker *worker =
		container_of(thread, struct torture_worker, thread);

	while (table_interval && torture_sleep(thread, table_interval))
		torture_round(worker, disturb_tables);
}

/* Those of one kind, or of all. */
int torture_tables_init(const char *type)
{
	struct torture_table *tt;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < TORTURE_TABLES && !ret; i++) {
		if (strcmp(type, "all") &&
		    strcmp(type, torture_kinds[i % TORTURE_KINDS].name))
			continue;
		tt = &torture_tables[torture_nr_tables++];
		tt->kind = &torture_kinds[i % TORTURE_KINDS];
		snprintf(tt->name, sizeof(tt->name), "torture_%s_%u",
			 tt->kind->name, i / TORTURE_KINDS);
		ret = make_table(tt);
	}
	if (!torture_nr_tables)
		return -EINVAL;
	return ret;
}

/* The threads have ended. No callback is on its way when this returns. */
void torture_tables_exit(void)
{
	unsigned int i;

	for (i = 0; i < torture_nr_tables; i++)
		destroy_table(&torture_tables[i]);
	/* Once more for what the callbacks of a broken variant call. */
	rcu_barrier();
	handler_table_barrier();
	handler_table_barrier();
	for (i = 0; i < TORTURE_KINDS; i++) {
		if (torture_elements_in(&torture_kinds[i], TORTURE_FREE) !=
		    torture_kinds[i].nr)
			torture_violation(VIOLATION_LEFT);
	}
}
