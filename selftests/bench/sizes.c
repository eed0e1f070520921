// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: tables from one slot to a million
 *
 * The index is random, the handler the same everywhere, so that what grows is the cost
 * of finding the slot alone. All memory of user-mode Linux is mapped in small pages,
 * where a kernel of its own has large ones for most of it: what misses the translation
 * cache does so for our table and for a bare one.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "bench.h"

void bench_run_sizes(struct ht_thread *thread)
{
	static const char * const names[] = { "array", "plain", "array_bound", "bound" };
	struct bench_row rows[ARRAY_SIZE(names)];
	struct bench_rows all = { rows, ARRAY_SIZE(rows) };
	unsigned int bits, i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		rows[i] = *bench_find(&bench_calls[BENCH_RANDOM], names[i]);
	for (bits = 0; bits <= 20; bits += bits ? 1 : 3) {
		struct bench_set set;
		char mode[16];
		s64 bytes;

		if (bench_set_make(&set, 1U << bits, BENCH_CHAINED))
			continue;
		snprintf(mode, sizeof(mode), "%u", 1U << bits);
		bench_measure(thread, "sizes", mode, &set, &all, bench_rounds / 4 + 1);
		/* Of a table that is defined; with a slot more it would be a line longer. */
		bytes = offsetof(struct handler_table, slots) +
			sizeof(atomic_long_t) * __HANDLER_TABLE_PADDED(1U << bits);
		bench_tell("sizes", mode, "memory", &bytes, 1, "bytes", "-");
		bench_set_free(&set);
	}
}
