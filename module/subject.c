// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: handlers that watch over themselves, see subject.h
 *
 * A handler is told no more than its index and the dispatcher's argument, so
 * what tells one subject from another has to be the function itself: they are
 * made by macros, eight at a time.
 *
 * The counters are per CPU and changed by this_cpu_inc(), which no interrupt
 * can divide: calls in task, softirq and hardirq context on one CPU are all
 * counted. They are summed when nobody calls any more.
 */
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/percpu.h>

#include "subject.h"

struct ht_subject ht_subjects[HT_SUBJECTS + 1];
static DEFINE_PER_CPU(struct ht_subject_counts, ht_subject_books);

static bool in_its_slot(const struct ht_subject *subject, unsigned int idx)
{
	unsigned int slot = READ_ONCE(subject->slot);

	return slot == HT_ANY_SLOT || slot == idx;
}

static void linger(const struct ht_ticket *ticket)
{
	if (!ticket->linger_us)
		return;
	if (ticket->may_sleep)
		usleep_range(ticket->linger_us, 2 * ticket->linger_us);
	else
		udelay(ticket->linger_us);
}

/* What the handler does whose state is @subject: see subject.h. */
noinline void ht_subject_watch(const struct ht_subject *subject,
			       unsigned int idx, void *arg)
{
	struct ht_ticket *ticket = arg;
	bool late = READ_ONCE(subject->dead);

	this_cpu_inc(ht_subject_books.calls);
	if (!ticket || ticket->self != ticket) {
		this_cpu_inc(ht_subject_books.wrong);
		return;
	}
	ticket->calls++;
	if (ticket->idx != idx || !in_its_slot(subject, idx)) {
		this_cpu_inc(ht_subject_books.wrong);
		ticket->flaws++;
	}
	linger(ticket);
	if (ticket->inside)
		ticket->inside(ticket);
	if (late || READ_ONCE(subject->dead)) {
		this_cpu_inc(ht_subject_books.late);
		ticket->flaws++;
	}
}

#define SUBJECT(row, col)						\
static void subject_##row##_##col(unsigned int idx, void *arg)		\
{									\
	ht_subject_watch(&ht_subjects[8 * (row) + (col)], idx, arg);	\
}

#define SUBJECT_ROW(row)						\
	SUBJECT(row, 0) SUBJECT(row, 1) SUBJECT(row, 2) SUBJECT(row, 3)	\
	SUBJECT(row, 4) SUBJECT(row, 5) SUBJECT(row, 6) SUBJECT(row, 7)

#define SUBJECT_ROW_FNS(row)						\
	subject_##row##_0, subject_##row##_1, subject_##row##_2,	\
	subject_##row##_3, subject_##row##_4, subject_##row##_5,	\
	subject_##row##_6, subject_##row##_7

SUBJECT_ROW(0)
SUBJECT_ROW(1)
SUBJECT_ROW(2)
SUBJECT_ROW(3)
SUBJECT_ROW(4)
SUBJECT_ROW(5)
SUBJECT_ROW(6)
SUBJECT_ROW(7)

static void subject_anywhere(unsigned int idx, void *arg)
{
	ht_subject_watch(&ht_subjects[HT_SUBJECT_ANYWHERE], idx, arg);
}

const handler_fn_t ht_subject_fns[HT_SUBJECTS + 1] = {
	SUBJECT_ROW_FNS(0), SUBJECT_ROW_FNS(1), SUBJECT_ROW_FNS(2),
	SUBJECT_ROW_FNS(3), SUBJECT_ROW_FNS(4), SUBJECT_ROW_FNS(5),
	SUBJECT_ROW_FNS(6), SUBJECT_ROW_FNS(7),
	[HT_SUBJECT_ANYWHERE] = subject_anywhere,
};

/* Begins a run: all are dead and have not been called. Nobody calls. */
void ht_subject_reset(void)
{
	unsigned int i;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(ht_subjects); i++)
		ht_subject_bury(&ht_subjects[i]);
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&ht_subject_books, cpu), 0,
		       sizeof(struct ht_subject_counts));
}

/*
 * Before it is registered, which is what makes this visible to the calls:
 * register-publishes.litmus.
 */
void ht_subject_revive(struct ht_subject *subject, unsigned int slot)
{
	WRITE_ONCE(subject->slot, slot);
	WRITE_ONCE(subject->dead, false);
}

/*
 * After it was removed and waited for: from now on each call is late, and no
 * other sees this: swap-synchronize.litmus.
 */
void ht_subject_bury(struct ht_subject *subject)
{
	WRITE_ONCE(subject->dead, true);
}

/* When nobody calls any more. */
void ht_subject_sum(struct ht_subject_counts *sum)
{
	const struct ht_subject_counts *c;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(&ht_subject_books, cpu);
		sum->calls += c->calls;
		sum->late += c->late;
		sum->wrong += c->wrong;
	}
}
