/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_STRESS_READER_H
#define _HANDLER_TABLE_STRESS_READER_H

#include "histogram.h"
#include "stress_run.h"
#include "subject.h"

struct handler_table;

/* A thread that dispatches, and what it knows of it. */
struct ht_stress_reader {
	struct ht_thread		thread;
	struct ht_context		context;
	struct handler_table		*table;
	unsigned int			contexts;
	enum ht_context_kind		kind;
	unsigned int			idx;
	u64				dispatches;
	struct ht_stress_dispatches	counts;
	struct ht_histogram		latency;
};

void ht_stress_read(struct ht_thread *thread);
enum ht_context_kind ht_stress_next_kind(enum ht_context_kind kind,
					 unsigned int contexts);

#endif /* _HANDLER_TABLE_STRESS_READER_H */
