// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: one run of the stress
 *
 * The table has two slots for each writer, and at the start a handler that is
 * nobody's in every other one: dispatches meet both full and empty slots, and
 * writers meet each other.
 *
 * Three books are kept by parties that know nothing of each other:
 *
 *	readers		dispatches = handled + empty
 *	handlers	calls
 *	writers		what they put in, and what they took out
 *
 * They balance if handled = calls, and if what went into the empty slots of the
 * table is what was taken out, down to the last handler.
 *
 * All waits here and in the threads are uninterruptible but the one for time to
 * pass, and short: a run ends as soon as it is told to. It needs the subjects for
 * itself, so there is one run at a time, which the caller sees to.
 */
#include <linux/errno.h>
#include <linux/handler_table.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "stress_reader.h"
#include "stress_writer.h"

/* A multiple of two. */
#define SLOTS_A_WRITER		2

struct stress_run {
	struct handler_table		*table;
	struct ht_stress_reader		*readers;
	struct ht_stress_writer		*writers;
	struct ht_histogram		*latency;
	struct ht_stress_changes	changes;	/* before and after */
};

static void free_run(struct stress_run *run)
{
	/* Its grace period is the one that ht_context_destroy() asks for. */
	handler_table_free(run->table);
	kvfree(run->readers);
	kvfree(run->writers);
	kvfree(run->latency);
}

static int alloc_run(struct stress_run *run,
		     const struct ht_stress_params *params)
{
	unsigned int slots = SLOTS_A_WRITER * max(params->writers, 1U);

	memset(run, 0, sizeof(*run));
	run->table = handler_table_alloc("stress", slots, GFP_KERNEL);
	/* One more than asked for, as that may be none. */
	run->readers = kvcalloc(params->readers + 1, sizeof(*run->readers),
				GFP_KERNEL);
	run->writers = kvcalloc(params->writers + 1, sizeof(*run->writers),
				GFP_KERNEL);
	run->latency = kvzalloc(sizeof(*run->latency), GFP_KERNEL);
	if (run->table && run->readers && run->writers && run->latency)
		return 0;
	free_run(run);
	return -ENOMEM;
}

static void fill_table(struct stress_run *run)
{
	unsigned int idx;

	ht_subject_reset();
	ht_subject_revive(&ht_subjects[HT_SUBJECT_ANYWHERE], HT_ANY_SLOT);
	for (idx = 0; idx < run->table->nr; idx += 2) {
		if (handler_table_register(run->table, idx,
					   ht_subject_fns[HT_SUBJECT_ANYWHERE]))
			run->changes.wrong++;
		else
			run->changes.registers++;
	}
}

/* Each writer has taken out what was his, so nothing is left after this. */
static void empty_table(struct stress_run *run)
{
	unsigned int idx;

	for (idx = 0; idx < run->table->nr; idx++) {
		if (!handler_table_remove(run->table, idx,
					  ht_subject_fns[HT_SUBJECT_ANYWHERE]))
			run->changes.removes++;
		if (handler_table_peek(run->table, idx))
			run->changes.wrong++;
	}
}

static int start_readers(struct stress_run *run, struct ht_engine *engine,
			 const struct ht_stress_params *params)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < params->readers && !ret; i++) {
		run->readers[i].table = run->table;
		run->readers[i].contexts = params->contexts;
		run->readers[i].idx = i;
		ret = ht_engine_start(engine, &run->readers[i].thread,
				      ht_stress_read, "ht_reader/%u");
	}
	return ret;
}

static void init_writer(struct ht_stress_writer *writer, unsigned int nr)
{
	unsigned int i;

	writer->random = nr + 1;
	for (i = 0; i < HT_STRESS_SUBJECTS; i++)
		writer->pairs[i / 2].subject[i % 2] =
			HT_STRESS_SUBJECTS * nr + i;
}

static int start_writers(struct stress_run *run, struct ht_engine *engine,
			 const struct ht_stress_params *params)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < params->writers && !ret; i++) {
		run->writers[i].table = run->table;
		run->writers[i].contexts = params->contexts;
		init_writer(&run->writers[i], i);
		ret = ht_engine_start(engine, &run->writers[i].thread,
				      ht_stress_write, "ht_writer/%u");
	}
	return ret;
}

static void add_dispatches(struct ht_stress_dispatches *sum,
			   const struct ht_stress_dispatches *one)
{
	unsigned int i;

	for (i = 0; i < HT_CONTEXT_KINDS; i++)
		sum->in_context[i] += one->in_context[i];
	sum->handled += one->handled;
	sum->empty += one->empty;
	sum->wrong += one->wrong;
	sum->wrong_context += one->wrong_context;
}

static void add_changes(struct ht_stress_changes *sum,
			const struct ht_stress_changes *one)
{
	sum->registers += one->registers;
	sum->removes += one->removes;
	sum->swaps += one->swaps;
	sum->swaps_into_empty += one->swaps_into_empty;
	sum->replaces += one->replaces;
	sum->syncs += one->syncs;
	sum->wrong += one->wrong;
}

/* When all threads have ended: their books are nobody else's now. */
static void sum_up(const struct stress_run *run,
		   struct ht_stress_report *report)
{
	struct ht_subject_counts subjects;
	unsigned int i;

	for (i = 0; i < report->params.readers; i++) {
		report->dispatches += run->readers[i].dispatches;
		add_dispatches(&report->read, &run->readers[i].counts);
		ht_histogram_merge(run->latency, &run->readers[i].latency);
	}
	ht_histogram_summarize(run->latency, &report->latency);

	report->write = run->changes;
	for (i = 0; i < report->params.writers; i++) {
		add_changes(&report->write, &run->writers[i].changes);
		report->read.wrong_context += run->writers[i].wrong_context;
	}

	ht_subject_sum(&subjects);
	report->calls = subjects.calls;
	report->late_calls = subjects.late;
	report->wrong_calls = subjects.wrong;
}

/*
 * Runs until the time is over, a signal comes, or ht_engine_quit() is called on
 * @engine, which ht_engine_init() has set up. 0, and what happened in *@report,
 * also of a run that was cut short; or -ENOMEM, or -EINTR if the caller was
 * killed before all threads were there: *@report is untouched then. May sleep.
 */
int ht_stress_run(struct ht_engine *engine,
		  const struct ht_stress_params *params,
		  struct ht_stress_report *report)
{
	struct stress_run run;
	ktime_t began;
	int ret, why = 0;

	ret = alloc_run(&run, params);
	if (ret)
		return ret;

	fill_table(&run);
	began = ktime_get();
	ret = start_readers(&run, engine, params);
	if (!ret)
		ret = start_writers(&run, engine, params);
	if (!ret)
		why = ht_engine_wait(engine, params->seconds);
	ht_engine_stop(engine);

	if (!ret) {
		memset(report, 0, sizeof(*report));
		report->params = *params;
		report->interrupted = why;
		report->elapsed_ns = ktime_to_ns(ktime_sub(ktime_get(), began));
		empty_table(&run);
		sum_up(&run, report);
	}
	free_run(&run);
	return ret;
}

/* All that must not happen, however the books add up. */
u64 ht_stress_violations(const struct ht_stress_report *report)
{
	return report->late_calls + report->wrong_calls + report->read.wrong +
	       report->read.wrong_context + report->write.wrong;
}

bool ht_stress_balanced(const struct ht_stress_report *report)
{
	const struct ht_stress_changes *write = &report->write;
	u64 in_contexts = 0;
	unsigned int i;

	for (i = 0; i < HT_CONTEXT_KINDS; i++)
		in_contexts += report->read.in_context[i];

	return report->dispatches == in_contexts &&
	       report->dispatches == report->read.handled + report->read.empty &&
	       report->read.handled == report->calls &&
	       write->registers + write->swaps_into_empty == write->removes;
}
