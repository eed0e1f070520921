// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the stress's readers
 *
 * A reader dispatches one slot after the other, in batches, each batch in the
 * next of the contexts. Its books are plain variables: one context at a time
 * has the reader, see context.h.
 *
 * Time is taken by local_clock(): it does not go backwards on a CPU, may be
 * read in any context, and costs little where the processor has a counter,
 * whereas what timekeeping has to offer may have to ask a slow device. Between
 * two CPUs it may differ, so a reader that was moved in the middle of a dispatch
 * because its CPU went offline may measure something negative: taken as 0.
 */
#include <linux/handler_table.h>
#include <linux/sched/clock.h>

#include "stress_reader.h"

/* Short enough for a hard interrupt that the machine must not feel. */
#define BATCH		32
/*
 * A handler lingers in one dispatch of so many, which is not measured. Odd, as
 * the number of slots is even: each slot has its turn.
 */
#define LINGER_ONE_OF	31
#define LINGER_US	5

/* The next of the selected kinds after this one, in turn. */
enum ht_context_kind ht_stress_next_kind(enum ht_context_kind kind,
					 unsigned int contexts)
{
	do {
		kind = (kind + 1) % HT_CONTEXT_KINDS;
	} while (!(contexts & BIT(kind)));
	return kind;
}

static void measure_latency(struct ht_stress_reader *reader, u64 began,
			    u64 ended)
{
	ht_histogram_add(&reader->latency, ended > began ? ended - began : 0);
}

/* What the dispatch says, and what the handler did, have to agree. */
static void account_dispatch(struct ht_stress_reader *reader,
			     const struct ht_ticket *ticket, bool handled)
{
	if (ticket->calls != handled)
		reader->counts.wrong++;
	if (handled)
		reader->counts.handled++;
	else
		reader->counts.empty++;
}

static void dispatch_one(struct ht_stress_reader *reader)
{
	struct ht_ticket ticket = {
		.self = &ticket,
		.idx = reader->idx,
		/* A division of 64 bits would not link everywhere. */
		.linger_us = (u32)reader->dispatches % LINGER_ONE_OF ? 0 : LINGER_US,
	};
	u64 began, ended;
	bool handled;

	reader->dispatches++;
	reader->counts.in_context[reader->kind]++;

	began = local_clock();
	handled = handler_table_dispatch(reader->table, ticket.idx, &ticket);
	ended = local_clock();

	if (!ticket.linger_us)
		measure_latency(reader, began, ended);
	account_dispatch(reader, &ticket, handled);
}

static void dispatch_batch(void *data)
{
	struct ht_stress_reader *reader = data;
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		reader->idx = (reader->idx + 1) % reader->table->nr;
		dispatch_one(reader);
	}
}

void ht_stress_read(struct ht_thread *thread)
{
	struct ht_stress_reader *reader =
		container_of(thread, struct ht_stress_reader, thread);

	ht_context_init(&reader->context);
	while (ht_engine_goes_on(thread)) {
		reader->kind = ht_stress_next_kind(reader->kind,
						   reader->contexts);
		if (!ht_context_run(&reader->context, reader->kind,
				    dispatch_batch, reader))
			reader->counts.wrong_context++;
	}
	ht_context_destroy(&reader->context);
}
