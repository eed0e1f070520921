// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: rows by turns
 *
 * The machine is not ours alone, and not the same from one minute to the next. So a
 * round times a batch of each row, after some warm-up, and there are many rounds, each
 * of which begins with another row. What is told of a row is the median, and between
 * what the middle four fifths of the rounds were; and the same of how much dearer it
 * was than its limit in the same round, which is steadier than either. Nothing is
 * subtracted: what the loop itself costs is a row.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "bench.h"

#define BATCH_NS	50000
#define MAX_BATCH	1000000UL

static u64 ps_per_1024_ticks;

/*
 * A tenth of a second, unless something comes between the two clocks' being read: then
 * all times of this load are off by the same factor, which no ratio sees.
 */
void bench_calibrate(void)
{
	u64 ns = ktime_get_ns(), ticks = bench_now(), until = ns + 100 * NSEC_PER_MSEC;
	u64 now;

	do {
		now = ktime_get_ns();
	} while (now < until);
	ticks = bench_now() - ticks;
	ps_per_1024_ticks = div64_u64((now - ns) * 1000 * 1024, ticks);
}

u64 bench_ticks_to_ps(u64 ticks)
{
	return mul_u64_u64_shr(ticks, ps_per_1024_ticks, 10);
}

u64 bench_ns_to_ticks(u64 ns)
{
	return div64_u64(ns * 1000 * 1024, ps_per_1024_ticks);
}

const struct bench_row *bench_find(const struct bench_rows *rows, const char *name)
{
	unsigned int i;

	for (i = 0; i < rows->nr; i++) {
		if (!strcmp(rows->rows[i].name, name))
			return &rows->rows[i];
	}
	return NULL;
}

static u64 time_batch(const struct bench_row *row, struct bench_set *set, unsigned long n)
{
	u64 began;

	if (row->before)
		row->before(set);
	began = bench_now();
	row->loop(set, n);
	return bench_now() - began;
}

/* How many of it take about BATCH_NS. */
static unsigned long batch_of(const struct bench_row *row, struct bench_set *set)
{
	u64 enough = bench_ns_to_ticks(BATCH_NS);
	unsigned long most = row->max ?: MAX_BATCH, n = 1;

	while (n < most && time_batch(row, set, n) < enough)
		n = min(2 * n, most);
	return n;
}

static int compare(const void *a, const void *b)
{
	const s64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

struct spread {
	s64 median, low, high;
};

static struct spread spread_of(s64 *values, unsigned int nr)
{
	sort(values, nr, sizeof(*values), compare, NULL);
	return (struct spread){
		.median = values[nr / 2],
		.low = values[nr / 10],
		.high = values[nr - 1 - nr / 10],
	};
}

/* A line: section, mode, name, median, low, high, unit, note, and the differences. */
void bench_tell(const char *section, const char *mode, const char *name,
		s64 *values, unsigned int nr, const char *unit, const char *note)
{
	struct spread s = spread_of(values, nr);

	bench_print("%s\t%s\t%s\t%lld\t%lld\t%lld\t%s\t%s\t-\t0\t0\t0\n", section, mode, name,
		    s.median, s.low, s.high, unit, note);
}

static void tell(const char *section, const char *mode, const struct bench_rows *rows,
		 unsigned int nr, const s64 *ps, s64 *scratch, unsigned int rounds)
{
	const struct bench_row *row = &rows->rows[nr];
	const struct bench_row *limit = row->limit ? bench_find(rows, row->limit) : NULL;
	struct spread s, more = {};
	unsigned int i;

	if (limit) {
		const s64 *theirs = ps + (limit - rows->rows) * rounds;

		for (i = 0; i < rounds; i++)
			scratch[i] = ps[nr * rounds + i] - theirs[i];
		more = spread_of(scratch, rounds);
	}
	memcpy(scratch, ps + nr * rounds, rounds * sizeof(*scratch));
	s = spread_of(scratch, rounds);
	bench_print("%s\t%s\t%s\t%lld\t%lld\t%lld\tps\t%s\t%s\t%lld\t%lld\t%lld\n", section, mode,
		    row->name, s.median, s.low, s.high,
		    row->uml && IS_ENABLED(CONFIG_UML) ? "uml" : "-",
		    limit ? limit->name : "-", more.median, more.low, more.high);
}

/* Until it is done, or the thread is told to stop: nothing is told then. */
void bench_measure(struct ht_thread *thread, const char *section, const char *mode,
		   struct bench_set *set, const struct bench_rows *rows,
		   unsigned int rounds)
{
	s64 *ps = kvcalloc((rows->nr + 1) * rounds, sizeof(*ps), GFP_KERNEL);
	unsigned long *n = kvcalloc(rows->nr, sizeof(*n), GFP_KERNEL);
	unsigned int round, i;

	if (!ps || !n)
		goto out;
	for (i = 0; i < rows->nr; i++)
		n[i] = batch_of(&rows->rows[i], set);
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < rows->nr; i++) {
			unsigned int nr = (round + i) % rows->nr;
			const struct bench_row *row = &rows->rows[nr];

			if (!bench_goes_on(thread))
				goto out;
			time_batch(row, set, n[nr] / 8 + 1);
			ps[nr * rounds + round] =
				div64_u64(bench_ticks_to_ps(time_batch(row, set, n[nr])),
					  n[nr]);
		}
	}
	for (i = 0; i < rows->nr; i++)
		tell(section, mode, rows, i, ps, ps + rows->nr * rounds, rounds);
out:
	kvfree(ps);
	kvfree(n);
}
