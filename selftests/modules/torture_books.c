// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: counters, and the laws that they have to obey
 *
 * Whoever sees at once that something is wrong counts a violation, and ends the
 * run. The laws about sums can only be checked while nobody is at work, which is
 * when torture_audit() is called: at each pause and at the end.
 *
 *	dispatches = handled + empty, and handlers counted as many calls
 *	what was put into a table, less what was taken out, is in its slots
 *	as many elements of a kind think that they are in a table
 *	after handler_table_barrier() no callback is on its way
 *
 * Counters are per CPU and changed by this_cpu_inc(), which no interrupt can
 * divide.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/seq_buf.h>
#include <linux/time64.h>

#include "torture.h"

static unsigned int stat_interval = 60;
module_param(stat_interval, uint, 0444);
MODULE_PARM_DESC(stat_interval, "seconds between statistics, 0: at the end only");

struct torture_books {
	u64 counts[TORTURE_COUNTS];
};

static_assert((int)COUNT_TASK == HT_CONTEXT_TASK);
static_assert((int)COUNT_SOFTIRQ == HT_CONTEXT_SOFTIRQ);
static_assert((int)COUNT_HARDIRQ == HT_CONTEXT_HARDIRQ);

static DEFINE_PER_CPU(struct torture_books, torture_books);
/* In nanoseconds, of all waits so far. */
static atomic64_t longest_wait;
/* Writers and readers are at work while they hold it for reading. */
DECLARE_RWSEM(torture_at_work);

static const char * const count_names[TORTURE_COUNTS] = {
	[COUNT_TASK]		= "task",
	[COUNT_SOFTIRQ]		= "softirq",
	[COUNT_HARDIRQ]		= "hardirq",
	[COUNT_TIMER]		= "timer",
	[COUNT_NMI]		= "nmi",
	[COUNT_HANDLED]		= "handled",
	[COUNT_EMPTY]		= "empty",
	[COUNT_REGISTER]	= "register",
	[COUNT_REMOVE]		= "remove",
	[COUNT_REPLACE]		= "replace",
	[COUNT_UNREGISTER]	= "unregister",
	[COUNT_SWAP]		= "swap",
	[COUNT_REMOVE_SYNC]	= "remove_sync",
	[COUNT_UNREGISTER_SYNC]	= "unregister_sync",
	[COUNT_REFUSED]		= "refused",
	[COUNT_SYNCHRONIZE]	= "synchronize",
	[COUNT_CALL]		= "call",
	[COUNT_INSIDE]		= "inside",
	[COUNT_MET]		= "met",
	[COUNT_TABLE]		= "table",
	[COUNT_PUBLISH]		= "publish",
	[COUNT_UNPUBLISH]	= "unpublish",
	[COUNT_OFFLINE]		= "offline",
	[COUNT_SHUFFLE]		= "shuffle",
	[COUNT_AUDIT]		= "audit",
	[VIOLATION_CALL]	= "late_or_wrong_call",
	[VIOLATION_RESULT]	= "wrong_result",
	[VIOLATION_BEYOND]	= "beyond_the_end",
	[VIOLATION_MIXED]	= "function_of_another",
	[VIOLATION_POISON]	= "read_after_free",
	[VIOLATION_TWICE]	= "taken_out_twice",
	[VIOLATION_ERRNO]	= "wrong_errno",
	[VIOLATION_CONTEXT]	= "wrong_context",
	[VIOLATION_CALLBACK]	= "callback_after_barrier",
	[VIOLATION_DISPATCHES]	= "dispatches_unbalanced",
	[VIOLATION_SLOTS]	= "slots_unbalanced",
	[VIOLATION_LEFT]	= "left_over",
};

/* Any context. */
void torture_count(enum torture_count which)
{
	this_cpu_inc(torture_books.counts[which]);
}

/* Ends the run: in an NMI, which may not wake anybody, at the next audit. */
void torture_violation(enum torture_count which)
{
	torture_count(which);
	if (!in_nmi())
		ht_engine_quit(&torture_engine);
}

/* A wait for handlers, which began then, is over. */
void torture_waited(ktime_t began)
{
	s64 ns = ktime_to_ns(ktime_sub(ktime_get(), began));
	s64 longest = atomic64_read(&longest_wait);

	while (ns > longest && !atomic64_try_cmpxchg(&longest_wait, &longest, ns))
		;
}

/* Exact while nobody is at work. */
static u64 sum_of(enum torture_count which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(&torture_books, cpu)->counts[which]);
	return sum;
}

static void show(const char *what, enum torture_count from, enum torture_count to)
{
	enum torture_count i;
	char text[512];
	struct seq_buf s;

	seq_buf_init(&s, text, sizeof(text) - 1);
	for (i = from; i < to; i++)
		seq_buf_printf(&s, " %s %llu", count_names[i], sum_of(i));
	text[seq_buf_used(&s)] = '\0';
	pr_info(TORTURE " %s:%s\n", what, text);
}

void torture_books_show(void)
{
	show("dispatches", COUNT_TASK, COUNT_REGISTER);
	show("changes", COUNT_REGISTER, COUNT_TABLE);
	show("disturbances", COUNT_TABLE, VIOLATION_CALL);
	pr_info(TORTURE " waits: longest_us %llu\n",
		div_u64(atomic64_read(&longest_wait), NSEC_PER_USEC));
	show("violations", VIOLATION_CALL, TORTURE_COUNTS);
}

bool torture_books_are_clean(void)
{
	enum torture_count i;

	for (i = VIOLATION_CALL; i < TORTURE_COUNTS; i++) {
		if (sum_of(i))
			return false;
	}
	return true;
}

void torture_statistics(struct ht_thread *thread)
{
	while (stat_interval && torture_sleep(thread, stat_interval * MSEC_PER_SEC))
		torture_books_show();
}

static void audit_dispatches(void)
{
	struct ht_subject_counts subjects;
	enum torture_count i;
	u64 dispatches = 0;

	for (i = COUNT_TASK; i <= COUNT_NMI; i++)
		dispatches += sum_of(i);
	ht_subject_sum(&subjects);
	if (dispatches != sum_of(COUNT_HANDLED) + sum_of(COUNT_EMPTY) ||
	    subjects.calls != sum_of(COUNT_HANDLED)) {
		pr_err(TORTURE " %llu dispatches, handlers counted %llu calls\n",
		       dispatches, subjects.calls);
		torture_violation(VIOLATION_DISPATCHES);
	}
	if (subjects.late || subjects.wrong)
		torture_violation(VIOLATION_CALL);
}

static void audit_slots(void)
{
	unsigned int occupied[TORTURE_KINDS] = { }, here, i;
	struct torture_table *tt;

	for (i = 0; i < torture_nr_tables; i++) {
		tt = &torture_tables[i];
		here = torture_table_occupied(tt);
		occupied[tt->kind - torture_kinds] += here;
		if (atomic_long_read(&tt->put_in) -
		    atomic_long_read(&tt->taken_out) == here)
			continue;
		pr_err(TORTURE " %s: %ld put in, %ld taken out, %u there\n",
		       tt->name, atomic_long_read(&tt->put_in),
		       atomic_long_read(&tt->taken_out), here);
		torture_violation(VIOLATION_SLOTS);
	}
	for (i = 0; i < TORTURE_KINDS; i++) {
		if (torture_elements_in(&torture_kinds[i], TORTURE_IN) != occupied[i])
			torture_violation(VIOLATION_SLOTS);
	}
}

/* Nobody is at work. May sleep. */
void torture_audit(void)
{
	torture_call_one();
	torture_ops.wait_for_calls();
	if (atomic_read(&torture_callbacks))
		torture_violation(VIOLATION_CALLBACK);
	audit_dispatches();
	audit_slots();
	if (!torture_books_are_clean())
		ht_engine_quit(&torture_engine);
	torture_count(COUNT_AUDIT);
}
