// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: handlers that watch over themselves. No sound
 * table makes them complain, so here they are called as none may be.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_subject
 *
 * A copy of the suite's own, under other names, as in histogram.c.
 */
#include "harness.h"

#define ht_subject_fns		kunit_subject_fns
#define ht_subjects		kunit_subjects
#define ht_subject_books	kunit_subject_books
#define ht_subject_watch	kunit_subject_watch
#define ht_subject_reset	kunit_subject_reset
#define ht_subject_revive	kunit_subject_revive
#define ht_subject_bury		kunit_subject_bury
#define ht_subject_sum		kunit_subject_sum

#if __has_include("../module/subject.c")
#include "../module/subject.c"
#else
#include "../subject.c"
#endif

static int subject_init(struct kunit *test)
{
	ht_subject_reset();
	return 0;
}

static void expect_counts(struct kunit *test, u64 calls, u64 late, u64 wrong)
{
	struct ht_subject_counts sum;

	ht_subject_sum(&sum);
	KUNIT_EXPECT_EQ(test, sum.calls, calls);
	KUNIT_EXPECT_EQ(test, sum.late, late);
	KUNIT_EXPECT_EQ(test, sum.wrong, wrong);
}

/* Calls subject @nr for slot @idx with a ticket of @ticket_idx. */
static unsigned int call_subject(unsigned int nr, unsigned int idx,
				 unsigned int ticket_idx)
{
	struct ht_ticket ticket = { .self = &ticket, .idx = ticket_idx };

	ht_subject_fns[nr](idx, &ticket);
	return ticket.calls;
}

/* Each of the functions is one of its own, and knows which. */
static void handler_table_test_subject_alive(struct kunit *test)
{
	unsigned int nr;

	for (nr = 0; nr < HT_SUBJECTS; nr++) {
		ht_subject_revive(&ht_subjects[nr], 100 + nr);
		KUNIT_EXPECT_EQ(test, call_subject(nr, 100 + nr, 100 + nr), 1U);
	}
	expect_counts(test, HT_SUBJECTS, 0, 0);
}

static void handler_table_test_subject_dead_is_late(struct kunit *test)
{
	ht_subject_revive(&ht_subjects[3], 0);
	call_subject(3, 0, 0);
	expect_counts(test, 1, 0, 0);

	ht_subject_bury(&ht_subjects[3]);
	call_subject(3, 0, 0);
	expect_counts(test, 2, 1, 0);

	ht_subject_revive(&ht_subjects[3], 0);
	call_subject(3, 0, 0);
	expect_counts(test, 3, 1, 0);
}

static void handler_table_test_subject_wrong_slot(struct kunit *test)
{
	ht_subject_revive(&ht_subjects[3], 7);
	call_subject(3, 8, 8);
	expect_counts(test, 1, 0, 1);
	call_subject(3, 7, 8);
	expect_counts(test, 2, 0, 2);

	ht_subject_revive(&ht_subjects[HT_SUBJECT_ANYWHERE], HT_ANY_SLOT);
	call_subject(HT_SUBJECT_ANYWHERE, 8, 8);
	expect_counts(test, 3, 0, 2);
}

static void handler_table_test_subject_wrong_argument(struct kunit *test)
{
	struct ht_ticket forged = {};

	ht_subject_revive(&ht_subjects[3], 0);
	ht_subject_fns[3](0, NULL);
	expect_counts(test, 1, 0, 1);
	ht_subject_fns[3](0, &forged);
	expect_counts(test, 2, 0, 2);
	KUNIT_EXPECT_EQ(test, forged.calls, 0U);
}

static void handler_table_test_subject_reset(struct kunit *test)
{
	ht_subject_revive(&ht_subjects[3], 7);
	call_subject(3, 8, 8);
	ht_subject_reset();
	expect_counts(test, 0, 0, 0);
	call_subject(3, 7, 7);
	expect_counts(test, 1, 1, 0);
}

static struct kunit_case subject_cases[] = {
	KUNIT_CASE(handler_table_test_subject_alive),
	KUNIT_CASE(handler_table_test_subject_dead_is_late),
	KUNIT_CASE(handler_table_test_subject_wrong_slot),
	KUNIT_CASE(handler_table_test_subject_wrong_argument),
	KUNIT_CASE(handler_table_test_subject_reset),
	{}
};

struct kunit_suite handler_table_subject_suite = {
	.name = "handler_table_subject",
	.init = subject_init,
	.test_cases = subject_cases,
};
