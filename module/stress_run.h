/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_STRESS_RUN_H
#define _HANDLER_TABLE_STRESS_RUN_H

/*
 * One run of the stress: readers dispatch through a table while writers
 * change it, and in the end the books have to balance.
 */

#include <linux/types.h>

#include "context.h"
#include "engine.h"
#include "histogram.h"

#define HT_STRESS_MAX_READERS	64
#define HT_STRESS_MAX_WRITERS	16
#define HT_STRESS_MAX_SECONDS	3600

/* @contexts: a bit for each of &enum ht_context_kind, one at least. */
struct ht_stress_params {
	unsigned int	readers;
	unsigned int	writers;
	unsigned int	seconds;
	unsigned int	contexts;
};

/* What a reader did, or all of them did. */
struct ht_stress_dispatches {
	u64 in_context[HT_CONTEXT_KINDS];
	u64 handled;
	u64 empty;
	u64 wrong;		/* neither the one nor the other */
	u64 wrong_context;	/* batches */
};

/* What a writer did, or all of them did. Only what succeeded. */
struct ht_stress_changes {
	u64 registers;
	u64 removes;		/* and unregisters that found a handler */
	u64 swaps;
	u64 swaps_into_empty;	/* of these */
	u64 replaces;
	u64 syncs;		/* removals that were waited for */
	u64 wrong;		/* results that can not be */
};

struct ht_stress_report {
	struct ht_stress_params		params;
	bool				interrupted;
	u64				elapsed_ns;
	u64				dispatches;
	struct ht_stress_dispatches	read;
	struct ht_stress_changes	write;
	u64				calls;	/* that the handlers counted */
	u64				late_calls;
	u64				wrong_calls;
	struct ht_latency		latency;
};

int ht_stress_run(struct ht_engine *engine,
		  const struct ht_stress_params *params,
		  struct ht_stress_report *report);
u64 ht_stress_violations(const struct ht_stress_report *report);
bool ht_stress_balanced(const struct ht_stress_report *report);

#endif /* _HANDLER_TABLE_STRESS_RUN_H */
