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

/**
 * struct subject - the state of a handler
 * @dead: it must not be called
 * @slot: where it may be, while it lives
 *
 * Changed by the owner, who is the one that registers it, only.
 */
struct subject {
	bool		dead;
	unsigned int	slot;
};

struct subject_books {
	u64 calls[HT_SUBJECTS + 1];
	u64 late;
	u64 wrong;
};

static struct subject subjects[HT_SUBJECTS + 1];
static DEFINE_PER_CPU(struct subject_books, ht_subject_books);

static bool in_its_slot(unsigned int nr, unsigned int idx)
{
	return nr == HT_SUBJECT_ANYWHERE ||
	       READ_ONCE(subjects[nr].slot) == idx;
}

static noinline void watch_call(unsigned int nr, unsigned int idx, void *arg)
{
	struct ht_ticket *ticket = arg;
	struct subject *subject = &subjects[nr];
	bool late = READ_ONCE(subject->dead);

	this_cpu_inc(ht_subject_books.calls[nr]);
	if (!ticket || ticket->self != ticket) {
		this_cpu_inc(ht_subject_books.wrong);
		return;
	}
	ticket->calls++;
	if (ticket->idx != idx || !in_its_slot(nr, idx))
		this_cpu_inc(ht_subject_books.wrong);
	if (ticket->linger)
		udelay(HT_LINGER_US);
	if (late || READ_ONCE(subject->dead))
		this_cpu_inc(ht_subject_books.late);
}

#define SUBJECT(row, col)						\
static void subject_##row##_##col(unsigned int idx, void *arg)		\
{									\
	watch_call(8 * (row) + (col), idx, arg);				\
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
	watch_call(HT_SUBJECT_ANYWHERE, idx, arg);
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

	for (i = 0; i < ARRAY_SIZE(subjects); i++)
		ht_subject_bury(i);
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&ht_subject_books, cpu), 0,
		       sizeof(struct subject_books));
}

/*
 * Before it is registered, which is what makes this visible to the calls:
 * register-publishes.litmus.
 */
void ht_subject_revive(unsigned int nr, unsigned int slot)
{
	WRITE_ONCE(subjects[nr].slot, slot);
	WRITE_ONCE(subjects[nr].dead, false);
}

/*
 * After it was removed and waited for: from now on each call is late, and no
 * other sees this: swap-synchronize.litmus.
 */
void ht_subject_bury(unsigned int nr)
{
	WRITE_ONCE(subjects[nr].dead, true);
}

/* When nobody calls any more. */
void ht_subject_sum(struct ht_subject_counts *sum)
{
	const struct subject_books *c;
	unsigned int i;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(&ht_subject_books, cpu);
		for (i = 0; i < ARRAY_SIZE(c->calls); i++)
			sum->calls += c->calls[i];
		sum->late += c->late;
		sum->wrong += c->wrong;
	}
}
