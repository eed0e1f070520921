// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: what the stress makes of latencies.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_histogram
 *
 * The module exports none of this, so the suite has a copy of its own: under
 * other names, as in a kernel that has both built in they would clash. In a
 * kernel tree the module's sources are around this folder, else beside it.
 */
#include <linux/bits.h>
#include <linux/limits.h>

#include "harness.h"

#define ht_histogram_merge	kunit_histogram_merge
#define ht_histogram_mean	kunit_histogram_mean
#define ht_histogram_permille	kunit_histogram_permille
#define ht_histogram_summarize	kunit_histogram_summarize
#define ht_latency_show		kunit_latency_show

#if __has_include("../module/histogram.c")
#include "../module/histogram.c"
#else
#include "../histogram.c"
#endif

static int histogram_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct ht_histogram),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void expect_permilles(struct kunit *test, const struct ht_histogram *h,
			     u64 p50, u64 p99, u64 p999)
{
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 500), p50);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 990), p99);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 999), p999);
}

static void add_from_to(struct ht_histogram *h, u64 first, u64 last)
{
	for (; first <= last; first++)
		ht_histogram_add(h, first);
}

static void handler_table_test_histogram_empty(struct kunit *test)
{
	struct ht_histogram *h = test->priv;

	KUNIT_EXPECT_EQ(test, ht_histogram_mean(h), 0ULL);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 0), 0ULL);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 1000), 0ULL);
	expect_permilles(test, h, 0, 0, 0);
}

/* All are that one exactly, wherever in its bucket it is. */
static void handler_table_test_histogram_one_sample(struct kunit *test)
{
	static const u64 values[] = {
		0, 1, 31, 32, 33, 1000, 123456789, BIT_ULL(40) - 1, BIT_ULL(40),
		U64_MAX
	};
	struct ht_histogram *h = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		memset(h, 0, sizeof(*h));
		ht_histogram_add(h, values[i]);
		KUNIT_EXPECT_EQ(test, h->count, 1ULL);
		KUNIT_EXPECT_EQ(test, h->min, values[i]);
		KUNIT_EXPECT_EQ(test, h->max, values[i]);
		KUNIT_EXPECT_EQ(test, ht_histogram_mean(h), values[i]);
		expect_permilles(test, h, values[i], values[i], values[i]);
	}
}

/* Below 32 every value has its bucket, so all is exact. */
static void handler_table_test_histogram_small_values(struct kunit *test)
{
	struct ht_histogram *h = test->priv;
	unsigned int i;

	for (i = 0; i < 100; i++)
		add_from_to(h, 1, 10);
	KUNIT_EXPECT_EQ(test, h->min, 1ULL);
	KUNIT_EXPECT_EQ(test, h->max, 10ULL);
	KUNIT_EXPECT_EQ(test, ht_histogram_mean(h), 5ULL);
	expect_permilles(test, h, 5, 10, 10);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 100), 1ULL);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 101), 2ULL);
}

/* A percentile is a rank that is rounded up: 2 of 3 are more than a half. */
static void handler_table_test_histogram_rank_rounds_up(struct kunit *test)
{
	struct ht_histogram *h = test->priv;

	add_from_to(h, 1, 3);
	expect_permilles(test, h, 2, 3, 3);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 333), 1ULL);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 334), 2ULL);
}

/* One in a thousand is above p99.9, two are not. */
static void handler_table_test_histogram_tail(struct kunit *test)
{
	struct ht_histogram *h = test->priv;
	unsigned int i;

	for (i = 0; i < 999; i++)
		ht_histogram_add(h, 7);
	ht_histogram_add(h, 1000000);
	expect_permilles(test, h, 7, 7, 7);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 1000), 1000000ULL);

	ht_histogram_add(h, 1000000);
	expect_permilles(test, h, 7, 7, 1000000);
	KUNIT_EXPECT_EQ(test, h->max, 1000000ULL);
}

/* 1 to 1000: the upper end of the bucket that the rank is in. */
static void handler_table_test_histogram_known_values(struct kunit *test)
{
	struct ht_histogram *h = test->priv;

	add_from_to(h, 1, 1000);
	KUNIT_EXPECT_EQ(test, h->min, 1ULL);
	KUNIT_EXPECT_EQ(test, ht_histogram_mean(h), 500ULL);
	/* 496 to 503; 976 to 991; 992 to 1007, and no more than the maximum. */
	expect_permilles(test, h, 503, 991, 1000);
	KUNIT_EXPECT_EQ(test, h->max, 1000ULL);
}

/* The buckets follow each other without a gap, and none is too wide. */
static void handler_table_test_histogram_boundaries(struct kunit *test)
{
	unsigned int i;
	u64 top, low = 0;

	for (i = 0; i < HT_HISTOGRAM_BUCKETS; i++) {
		top = upper_bound(i);
		KUNIT_ASSERT_EQ(test, ht_histogram_bucket(low), i);
		KUNIT_ASSERT_EQ(test, ht_histogram_bucket(top), i);
		KUNIT_ASSERT_LE(test, 32 * (top - low), low);
		low = top + 1;
	}
	KUNIT_EXPECT_EQ(test, low, BIT_ULL(40));
}

static void handler_table_test_histogram_largest_values(struct kunit *test)
{
	const unsigned int last = HT_HISTOGRAM_BUCKETS - 1;
	struct ht_histogram *h = test->priv;

	KUNIT_EXPECT_EQ(test, ht_histogram_bucket(BIT_ULL(40)), last);
	KUNIT_EXPECT_EQ(test, ht_histogram_bucket(BIT_ULL(63)), last);
	KUNIT_EXPECT_EQ(test, ht_histogram_bucket(U64_MAX), last);

	ht_histogram_add(h, BIT_ULL(50));
	ht_histogram_add(h, BIT_ULL(60));
	expect_permilles(test, h, BIT_ULL(60), BIT_ULL(60), BIT_ULL(60));
	KUNIT_EXPECT_EQ(test, ht_histogram_mean(h),
			BIT_ULL(49) + BIT_ULL(59));
}

/* A year of dispatches: neither sum nor count fits in 32 bits. */
static void handler_table_test_histogram_large_numbers(struct kunit *test)
{
	struct ht_histogram *h = test->priv;

	h->count = 6000000000000ULL;
	h->sum = 7 * h->count;
	h->min = 4;
	h->max = 9;
	h->buckets[4] = h->count / 2;
	h->buckets[8] = h->count / 1000 * 490;
	h->buckets[9] = h->count / 1000 * 10;
	KUNIT_EXPECT_EQ(test, ht_histogram_mean(h), 7ULL);
	expect_permilles(test, h, 4, 8, 9);
	KUNIT_EXPECT_EQ(test, ht_histogram_permille(h, 501), 8ULL);
}

static void handler_table_test_histogram_merge(struct kunit *test)
{
	struct ht_histogram *h = test->priv;
	struct ht_histogram *other, *all;

	other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	all = kunit_kzalloc(test, sizeof(*all), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_ASSERT_NOT_NULL(test, all);

	/* The minimum of what has no samples is of no meaning. */
	add_from_to(h, 500, 1500);
	ht_histogram_merge(all, h);
	KUNIT_EXPECT_EQ(test, memcmp(all, h, sizeof(*h)), 0);
	ht_histogram_merge(all, other);
	KUNIT_EXPECT_EQ(test, memcmp(all, h, sizeof(*h)), 0);

	add_from_to(other, 100, 5000);
	ht_histogram_merge(all, other);
	add_from_to(h, 100, 5000);
	KUNIT_EXPECT_EQ(test, memcmp(all, h, sizeof(*h)), 0);
}

static struct kunit_case histogram_cases[] = {
	KUNIT_CASE(handler_table_test_histogram_empty),
	KUNIT_CASE(handler_table_test_histogram_one_sample),
	KUNIT_CASE(handler_table_test_histogram_small_values),
	KUNIT_CASE(handler_table_test_histogram_rank_rounds_up),
	KUNIT_CASE(handler_table_test_histogram_tail),
	KUNIT_CASE(handler_table_test_histogram_known_values),
	KUNIT_CASE(handler_table_test_histogram_boundaries),
	KUNIT_CASE(handler_table_test_histogram_largest_values),
	KUNIT_CASE(handler_table_test_histogram_large_numbers),
	KUNIT_CASE(handler_table_test_histogram_merge),
	{}
};

struct kunit_suite handler_table_histogram_suite = {
	.name = "handler_table_histogram",
	.init = histogram_init,
	.test_cases = histogram_cases,
};
