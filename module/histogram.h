/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_HISTOGRAM_H
#define _HANDLER_TABLE_HISTOGRAM_H

/*
 * Log-linear histogram of nanoseconds
 *
 * Each power of two is divided into 32 buckets of equal width, so a value is
 * known to 1/32, at any magnitude, in a fixed 9 KiB. Values below 32 have a
 * bucket each, those from 2^40 (18 minutes) on share the last one. Minimum,
 * maximum and mean are exact.
 *
 * A histogram has one writer at a time and no atomics: whoever measures has
 * one of his own, and they are merged when all is over.
 */

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/types.h>

struct seq_file;

#define HT_HISTOGRAM_SUB_BITS	5
#define HT_HISTOGRAM_MAX_BITS	40
#define HT_HISTOGRAM_BUCKETS						\
	((HT_HISTOGRAM_MAX_BITS - HT_HISTOGRAM_SUB_BITS + 1) <<		\
	 HT_HISTOGRAM_SUB_BITS)

struct ht_histogram {
	u64 count;
	u64 sum;
	u64 min;	/* of no meaning while count is 0 */
	u64 max;
	u64 buckets[HT_HISTOGRAM_BUCKETS];
};

/* The top bits of @value: where its first one is, and the five after that. */
static inline unsigned int ht_histogram_bucket(u64 value)
{
	unsigned int shift;

	if (value >> HT_HISTOGRAM_MAX_BITS)
		return HT_HISTOGRAM_BUCKETS - 1;
	if (!(value >> HT_HISTOGRAM_SUB_BITS))
		return value;
	shift = fls64(value) - 1 - HT_HISTOGRAM_SUB_BITS;
	/* The leading one of the shifted value adds one to the row. */
	return (shift << HT_HISTOGRAM_SUB_BITS) + (value >> shift);
}

/* Any context, but one at a time. Zeroed memory is an empty histogram. */
static inline void ht_histogram_add(struct ht_histogram *h, u64 value)
{
	h->min = h->count ? min(h->min, value) : value;
	h->max = max(h->max, value);
	h->sum += value;
	h->count++;
	h->buckets[ht_histogram_bucket(value)]++;
}

/* What of it is told, in ns. */
struct ht_latency {
	u64 samples;
	u64 min;
	u64 mean;
	u64 p50;
	u64 p99;
	u64 p999;
	u64 max;
};

void ht_histogram_merge(struct ht_histogram *into,
			const struct ht_histogram *from);
u64 ht_histogram_mean(const struct ht_histogram *h);
u64 ht_histogram_permille(const struct ht_histogram *h, unsigned int permille);
void ht_histogram_summarize(const struct ht_histogram *h,
			    struct ht_latency *latency);
void ht_latency_show(struct seq_file *m, const struct ht_latency *latency);

#endif /* _HANDLER_TABLE_HISTOGRAM_H */
