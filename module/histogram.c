// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: what to learn from a histogram, see histogram.h
 */
#include <linux/math64.h>
#include <linux/seq_file.h>

#include "histogram.h"

/* The largest value that falls into a bucket. */
static u64 upper_bound(unsigned int bucket)
{
	unsigned int row = bucket >> HT_HISTOGRAM_SUB_BITS;
	u64 top;

	if (!row)
		return bucket;
	/* The reverse of ht_histogram_bucket(). */
	top = bucket - ((row - 1) << HT_HISTOGRAM_SUB_BITS);
	return ((top + 1) << (row - 1)) - 1;
}

void ht_histogram_merge(struct ht_histogram *into,
			const struct ht_histogram *from)
{
	unsigned int i;

	if (!from->count)
		return;
	into->min = into->count ? min(into->min, from->min) : from->min;
	into->max = max(into->max, from->max);
	into->sum += from->sum;
	into->count += from->count;
	for (i = 0; i < HT_HISTOGRAM_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
}

u64 ht_histogram_mean(const struct ht_histogram *h)
{
	return h->count ? div64_u64(h->sum, h->count) : 0;
}

/*
 * The value which that many of a thousand do not exceed: never too low, and at
 * most 1/32 too high, or the maximum if it falls into the last bucket. 0 of an
 * empty histogram.
 */
u64 ht_histogram_permille(const struct ht_histogram *h, unsigned int permille)
{
	u64 rank = div_u64(h->count * permille + 999, 1000);
	u64 seen = 0;
	unsigned int i;

	for (i = 0; i < HT_HISTOGRAM_BUCKETS - 1; i++) {
		seen += h->buckets[i];
		if (seen >= rank && seen)
			return clamp(upper_bound(i), h->min, h->max);
	}
	return h->max;
}

void ht_histogram_summarize(const struct ht_histogram *h,
			    struct ht_latency *latency)
{
	latency->samples = h->count;
	latency->min = h->min;
	latency->mean = ht_histogram_mean(h);
	latency->p50 = ht_histogram_permille(h, 500);
	latency->p99 = ht_histogram_permille(h, 990);
	latency->p999 = ht_histogram_permille(h, 999);
	latency->max = h->max;
}

/* For operators, in a file of lines "key value". */
void ht_latency_show(struct seq_file *m, const struct ht_latency *latency)
{
	seq_printf(m, "latency_samples %llu\n", latency->samples);
	seq_printf(m, "latency_min %llu\n", latency->min);
	seq_printf(m, "latency_mean %llu\n", latency->mean);
	seq_printf(m, "latency_p50 %llu\n", latency->p50);
	seq_printf(m, "latency_p99 %llu\n", latency->p99);
	seq_printf(m, "latency_p99.9 %llu\n", latency->p999);
	seq_printf(m, "latency_max %llu\n", latency->max);
}
