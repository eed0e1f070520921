// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_torture: dispatches, in every context
 *
 * A reader dispatches in task, softirq and hardirq context in turn. Meanwhile a
 * timer interrupts whoever runs, wherever that is, and dispatches, too, and so does an
 * NMI, which the reader sends to any CPU. Some handlers take their time; those that may
 * sleep do that. Some change slots. Some dispatches go beyond the end of a table.
 */
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/preempt.h>
#include <linux/slab.h>

#include "compat.h"
#include "torture.h"

/* Short enough for a hard interrupt. */
#define BATCH			32
#define TIMER_BATCH		4
#define LINGER_ONE_OF		4
#define LINGER_MAX_US		200
#define SLEEP_MAX_US		500
/* Longer than a grace period of RCU. */
#define LONG_ONE_OF		32	/* of those that sleep */
#define LONG_US			100000
#define BEYOND_ONE_OF		16
#define INSIDE_ONE_OF		16
/* Not where a reader is wanted. */
#define ELSEWHERE_ONE_OF	4
#define TIMER_MAX_NS		(2 * NSEC_PER_MSEC)

struct torture_reader {
	struct torture_worker	worker;
	enum ht_context_kind	kind;
	struct hrtimer		timer;
	struct rnd_state	timer_random;
};

static struct torture_reader *readers;
static unsigned int nr_readers;

static unsigned int choose_index(struct rnd_state *random)
{
	if (torture_below(random, BEYOND_ONE_OF))
		return torture_below(random, TORTURE_SLOTS);
	if (torture_below(random, 2))
		return TORTURE_SLOTS + torture_below(random, TORTURE_FENCES);
	return UINT_MAX - torture_below(random, 2);
}

static void choose_linger(struct ht_ticket *ticket, struct rnd_state *random)
{
	if (torture_below(random, LINGER_ONE_OF))
		return;
	if (!ticket->may_sleep)
		ticket->linger_us = 1 + torture_below(random, LINGER_MAX_US);
	else if (torture_below(random, LONG_ONE_OF))
		ticket->linger_us = 1 + torture_below(random, SLEEP_MAX_US);
	else
		ticket->linger_us = LONG_US;
}

static void announce(struct torture_table *tt, const struct ht_ticket *ticket,
		     bool lingers)
{
	if (ticket->linger_us && ticket->idx < TORTURE_SLOTS)
		WRITE_ONCE(tt->lingers[ticket->idx], lingers);
}

static void dispatch_in(struct torture_table *tt, struct handler_table *t,
			struct rnd_state *random)
{
	struct torture_ticket ticket = {
		.ticket.self = &ticket.ticket,
		.ticket.idx = choose_index(random),
		.ticket.may_sleep = tt->kind->sleepable,
		.tt = tt,
		.t = t,
		.random = random,
	};
	bool handled;

	choose_linger(&ticket.ticket, random);
	/* An NMI can have nothing buried. */
	if (!in_nmi() && !torture_below(random, INSIDE_ONE_OF))
		ticket.ticket.inside = torture_change_inside;
	announce(tt, &ticket.ticket, true);
	handled = torture_ops.dispatch(tt, t, ticket.ticket.idx, &ticket);
	announce(tt, &ticket.ticket, false);
	torture_count(handled ? COUNT_HANDLED : COUNT_EMPTY);
	if (ticket.ticket.calls != handled)
		torture_violation(VIOLATION_RESULT);
	if (handled && ticket.ticket.idx >= TORTURE_SLOTS)
		torture_violation(VIOLATION_BEYOND);
	if (ticket.ticket.flaws)
		torture_violation(VIOLATION_CALL);
}

/* In any context, but sleepable tables in tasks only. */
void torture_dispatch(enum torture_count where, struct rnd_state *random)
{
	struct torture_table *tt = READ_ONCE(torture_wanted);
	struct handler_table *t;
	int cookie;

	if (!tt || !torture_below(random, ELSEWHERE_ONE_OF))
		tt = &torture_tables[torture_below(random, torture_nr_tables)];
	if (tt->kind->sleepable && where != COUNT_TASK)
		return;
	t = torture_table_enter(tt, &cookie);
	if (t) {
		torture_count(where);
		dispatch_in(tt, t, random);
	}
	torture_table_leave(cookie);
}

static ktime_t any_time(struct rnd_state *random)
{
	return ns_to_ktime(1 + torture_below(random, TIMER_MAX_NS));
}

static enum hrtimer_restart dispatch_in_timer(struct hrtimer *timer)
{
	struct torture_reader *reader =
		container_of(timer, struct torture_reader, timer);
	unsigned int i;

	for (i = 0; i < TIMER_BATCH; i++)
		torture_dispatch(COUNT_TIMER, &reader->timer_random);
	hrtimer_forward_now(timer, any_time(&reader->timer_random));
	return HRTIMER_RESTART;
}

static void dispatch_batch(void *data)
{
	struct torture_reader *reader = data;
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		torture_dispatch((enum torture_count)reader->kind,
				 &reader->worker.random);
}

static void read_round(struct torture_worker *worker)
{
	struct torture_reader *reader =
		container_of(worker, struct torture_reader, worker);

	if (!hrtimer_active(&reader->timer))
		hrtimer_start(&reader->timer, any_time(&worker->random),
			      HRTIMER_MODE_REL_PINNED_HARD);
	for (reader->kind = 0; reader->kind < HT_CONTEXT_KINDS; reader->kind++) {
		if (!ht_context_run(&worker->context, reader->kind,
				    dispatch_batch, reader))
			torture_violation(VIOLATION_CONTEXT);
	}
	torture_nmi_send(&worker->random);
}

static void read_all_the_time(struct ht_thread *thread)
{
	struct torture_reader *reader =
		container_of(thread, struct torture_reader, worker.thread);

	ht_context_init(&reader->worker.context);
	torture_work(&reader->worker, read_round);
	ht_context_destroy(&reader->worker.context);
	hrtimer_cancel(&reader->timer);
}

int torture_readers_start(unsigned int nr)
{
	unsigned int i;
	int ret = 0;

	readers = kcalloc(nr, sizeof(*readers), GFP_KERNEL);
	if (!readers)
		return -ENOMEM;
	for (i = 0; i < nr && !ret; i++) {
		prandom_seed_state(&readers[i].worker.random, i);
		prandom_seed_state(&readers[i].timer_random, ~(u64)i);
		hrtimer_setup(&readers[i].timer, dispatch_in_timer,
			      CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
		nr_readers++;
		ret = ht_engine_start(&torture_engine, &readers[i].worker.thread,
				      read_all_the_time, "torture_read/%u");
	}
	return ret;
}

/* Until the next round of each. Nobody is at work. */
void torture_readers_pause(void)
{
	unsigned int i;

	for (i = 0; i < nr_readers; i++)
		hrtimer_cancel(&readers[i].timer);
}

/* They have ended, and an RCU grace period has passed, see context.c. */
void torture_readers_free(void)
{
	kfree(readers);
}
