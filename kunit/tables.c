// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: defined and allocated tables.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_tables
 */
#include <linux/align.h>
#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "harness.h"

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

DEFINE_STATIC_HANDLER_TABLE(smallest_table, 1);
DEFINE_STATIC_HANDLER_TABLE(largest_table, 65536);
DEFINE_HANDLER_TABLE(handler_table_kunit_global, 5);

static struct handler_table * const defined_tables[] = {
	&smallest_table, &largest_table, &handler_table_kunit_global,
};

/* Fills @t with two handlers in turn, dispatches each slot, and empties it. */
static void expect_each_slot_works(struct kunit *test, struct handler_table *t)
{
	unsigned int i, wrong = 0;
	handler_fn_t fn;

	for (i = 0; i < t->nr; i++) {
		fn = i & 1 ? handler_a : handler_b;
		wrong += !!handler_table_peek(t, i);
		wrong += !!handler_table_register(t, i, fn);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0U);

	for (i = 0; i < t->nr; i++) {
		fn = i & 1 ? handler_a : handler_b;
		wrong += !handler_table_handle(t, i, &wrong);
		wrong += !ran_once(fn, i, &wrong);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0U);

	/* Every third slot goes first, so that no neighbour goes with it. */
	for (i = 0; i < t->nr; i += 3)
		wrong += !handler_table_unregister(t, i);
	for (i = 0; i < t->nr; i++) {
		fn = i & 1 ? handler_a : handler_b;
		wrong += handler_table_remove(t, i, fn) != (i % 3 ? 0 : -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0U);
	KUNIT_EXPECT_TRUE(test, is_empty(t));
}

static void expect_boundaries_hold(struct kunit *test, struct handler_table *t)
{
	struct check check = {};

	check_boundaries(&check, t);
	KUNIT_EXPECT_NULL_MSG(test, check.text, "%u slots, line %d: %s", t->nr,
			      check.line, check.text);
}

static void expect_slots_are_aligned(struct kunit *test,
				     struct handler_table *t)
{
	unsigned long start = (unsigned long)t->slots;

	KUNIT_EXPECT_TRUE_MSG(test, IS_ALIGNED(start, SMP_CACHE_BYTES),
			      "the slots of a table of %u start at %lu of a cache line",
			      t->nr, start % SMP_CACHE_BYTES);
}

static void handler_table_test_header_should_fit_in_64_bytes(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, offsetofend(struct handler_table, pub), (size_t)64);
	/* Where a cache line is longer, the slots start at the next one. */
	KUNIT_EXPECT_LE(test, offsetof(struct handler_table, slots),
			max_t(size_t, 64, SMP_CACHE_BYTES));
}

static void handler_table_test_slot_should_be_one_word(struct kunit *test)
{
	struct handler_table *t = &largest_table;

	KUNIT_EXPECT_EQ(test, sizeof(t->slots[0]), sizeof(long));
	KUNIT_EXPECT_EQ(test, (char *)&t->slots[65535] - (char *)&t->slots[0],
			(ptrdiff_t)(65535 * sizeof(long)));
	KUNIT_EXPECT_PTR_EQ(test, (void *)t->slots,
			    (void *)t + offsetof(struct handler_table, slots));
}

static void handler_table_test_defined_table_should_be_ready(struct kunit *test)
{
	static const char * const names[] = {
		"smallest_table", "largest_table", "handler_table_kunit_global",
	};
	static const unsigned int sizes[] = { 1, 65536, 5 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(defined_tables); i++) {
		struct handler_table *t = defined_tables[i];

		KUNIT_EXPECT_EQ(test, t->nr, sizes[i]);
		KUNIT_EXPECT_STREQ(test, t->name, names[i]);
		KUNIT_EXPECT_PTR_EQ(test, t->owner, THIS_MODULE);
		KUNIT_EXPECT_NULL(test, t->pub);
		KUNIT_EXPECT_TRUE(test, is_empty(t));
		expect_slots_are_aligned(test, t);
	}
}

static void handler_table_test_each_slot_of_defined_table_should_work(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(defined_tables); i++) {
		expect_each_slot_works(test, defined_tables[i]);
		expect_boundaries_hold(test, defined_tables[i]);
	}
}

static void handler_table_test_each_slot_of_allocated_table_should_work(struct kunit *test)
{
	/* Around cache lines, pages, and the largest table. */
	static const unsigned int sizes[] = {
		1, 2, 7, 8, 9, 63, 64, 65, 255, 256, 503, 504, 505, 511, 512,
		513, 1023, 1024, 1025, 65535, 65536, 65537, 1048576,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct handler_table *t = table_for_test(test, "t", sizes[i]);

		KUNIT_EXPECT_EQ(test, t->nr, sizes[i]);
		expect_slots_are_aligned(test, t);
		expect_each_slot_works(test, t);
		expect_boundaries_hold(test, t);
		KUNIT_EXPECT_STREQ(test, t->name, "t");
		cond_resched();
	}
}

static void handler_table_test_alloc_should_refuse_bad_sizes(struct kunit *test)
{
	static const unsigned int sizes[] = {
		0, 1048577, 1048576 * 2, INT_MAX, (unsigned int)INT_MAX + 1,
		UINT_MAX,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct handler_table *t;

		t = handler_table_alloc("t", sizes[i], GFP_KERNEL);
		KUNIT_EXPECT_NULL_MSG(test, t, "%u slots", sizes[i]);
		free_after_test(test, t);
	}
}

static void handler_table_test_alloc_should_refuse_null_name(struct kunit *test)
{
	struct handler_table *t = handler_table_alloc(NULL, 1, GFP_KERNEL);

	KUNIT_EXPECT_NULL(test, t);
	free_after_test(test, t);
}

static void handler_table_test_alloc_should_align_small_tables(struct kunit *test)
{
	unsigned int nr, i;

	/* Several of a size: the first of a slab is always aligned. */
	for (nr = 1; nr <= 64; nr++) {
		for (i = 0; i < (nr <= 4 ? 5 : 1); i++)
			expect_slots_are_aligned(test,
						 table_for_test(test, "t", nr));
	}
}

static void handler_table_test_alloc_should_align_whatever_the_name(struct kunit *test)
{
	char name[65] = "";
	unsigned int len;

	for (len = 0; len < sizeof(name); len++) {
		struct handler_table *t = table_for_test(test, name, 1);

		expect_slots_are_aligned(test, t);
		KUNIT_EXPECT_STREQ(test, t->name, name);
		name[len] = 'x';
		if (len + 1 < sizeof(name))
			name[len + 1] = '\0';
	}
}

static void handler_table_test_alloc_should_copy_the_name(struct kunit *test)
{
	char name[] = "original";
	struct handler_table *t = table_for_test(test, name, 1);

	strscpy(name, "changed", sizeof(name));
	KUNIT_EXPECT_STREQ(test, t->name, "original");
	KUNIT_EXPECT_PTR_NE(test, t->name, (const char *)name);
	/* And shares no cache line with the slots. */
	KUNIT_EXPECT_EQ(test, (unsigned long)t->name % SMP_CACHE_BYTES, 0UL);
}

/*
 * White box: the name is the last thing in memory that is rounded up to a
 * power of two. Where there is nothing to round, the next table is next to it.
 */
static void handler_table_test_alloc_should_terminate_the_name(struct kunit *test)
{
	size_t size = offsetof(struct handler_table, slots[1]);
	size_t len = roundup_pow_of_two(size) - size;
	struct handler_table *tables[16];
	char name[SMP_CACHE_BYTES + 64] = "";
	unsigned int i;

	KUNIT_ASSERT_LT(test, len, sizeof(name));
	memset(name, 'x', len);
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		tables[i] = table_for_test(test, name, 1);
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		KUNIT_EXPECT_STREQ(test, tables[i]->name, name);
}

static void handler_table_test_alloc_should_set_the_owner(struct kunit *test)
{
	struct handler_table *t = table_for_test(test, "t", 1);

	KUNIT_EXPECT_PTR_EQ(test, t->owner, THIS_MODULE);
}

static void handler_table_test_alloc_should_empty_used_memory(struct kunit *test)
{
	unsigned int round, i;

	/* Memory comes back soon after it was freed, full of handlers. */
	for (round = 0; round < 8; round++) {
		struct handler_table *t;

		t = handler_table_alloc("t", 100, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, t);
		KUNIT_EXPECT_TRUE(test, is_empty(t));
		for (i = 0; i < 100; i++) {
			handler_table_unregister(t, i);
			KUNIT_EXPECT_EQ(test, 0,
					handler_table_register(t, i, handler_a));
		}
		handler_table_free(t);
	}
}

static void handler_table_test_free_should_take_null(struct kunit *test)
{
	handler_table_free(NULL);
}

static void handler_table_test_free_should_take_table_with_handlers(struct kunit *test)
{
	struct handler_table *t = handler_table_alloc("t", 3, GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, t);
	ret = handler_table_register(t, 1, handler_a);
	handler_table_free(t);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_TRUE(test, nothing_ran());
}

static struct handler_table *atomic_table, *nowait_table;

static void alloc_body(struct check *check, struct handler_table *unused)
{
	/* In task context this is what makes sleeping wrong. */
	preempt_disable();
	atomic_table = handler_table_alloc("atomic", 16, GFP_ATOMIC);
	nowait_table = handler_table_alloc("nowait", 16,
					   GFP_NOWAIT | __GFP_NOWARN);
	preempt_enable();

	CHECK(check, atomic_table);
	if (atomic_table)
		check_boundaries(check, atomic_table);
	/* GFP_NOWAIT may fail, if rarely. */
	if (nowait_table)
		check_boundaries(check, nowait_table);
}

static void handler_table_test_alloc_should_do_without_sleeping(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "PREEMPT_RT has no allocation in atomic context");

	atomic_table = NULL;
	nowait_table = NULL;
	run_in_context(test, alloc_body);
	free_after_test(test, atomic_table);
	free_after_test(test, nowait_table);
}

static void handler_table_test_large_alloc_should_not_sleep_either(struct kunit *test)
{
	struct handler_table *t;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "no allocation without preemption on PREEMPT_RT");

	/* NULL is as good: whether there is such a piece is up to the kernel. */
	preempt_disable();
	t = handler_table_alloc("large", 1048576,
				GFP_ATOMIC | __GFP_NOWARN);
	preempt_enable();
	free_after_test(test, t);
	if (t)
		expect_boundaries_hold(test, t);
}

/* The tables of this file outlive a case that failed halfway. */
static void tables_exit(struct kunit *test)
{
	unsigned int i, idx;

	for (i = 0; i < ARRAY_SIZE(defined_tables); i++) {
		for (idx = 0; idx < defined_tables[i]->nr; idx++)
			handler_table_unregister(defined_tables[i], idx);
	}
}

static struct kunit_case tables_cases[] = {
	KUNIT_CASE(handler_table_test_header_should_fit_in_64_bytes),
	KUNIT_CASE(handler_table_test_slot_should_be_one_word),
	KUNIT_CASE(handler_table_test_defined_table_should_be_ready),
	KUNIT_CASE(handler_table_test_each_slot_of_defined_table_should_work),
	KUNIT_CASE(handler_table_test_each_slot_of_allocated_table_should_work),
	KUNIT_CASE(handler_table_test_alloc_should_refuse_bad_sizes),
	KUNIT_CASE(handler_table_test_alloc_should_refuse_null_name),
	KUNIT_CASE(handler_table_test_alloc_should_align_small_tables),
	KUNIT_CASE(handler_table_test_alloc_should_align_whatever_the_name),
	KUNIT_CASE(handler_table_test_alloc_should_copy_the_name),
	KUNIT_CASE(handler_table_test_alloc_should_terminate_the_name),
	KUNIT_CASE(handler_table_test_alloc_should_set_the_owner),
	KUNIT_CASE(handler_table_test_alloc_should_empty_used_memory),
	KUNIT_CASE(handler_table_test_free_should_take_null),
	KUNIT_CASE(handler_table_test_free_should_take_table_with_handlers),
	KUNIT_CASE(handler_table_test_large_alloc_should_not_sleep_either),
	IN_CONTEXTS(handler_table_test_alloc_should_do_without_sleeping),
	{}
};

struct kunit_suite handler_table_tables_suite = {
	.name = "handler_table_tables",
	.init = context_suite_init,
	.exit = tables_exit,
	.test_cases = tables_cases,
};
