// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: the notes of handlers that are out of their
 * table but may be running. The guard acts on them, and the counters that they
 * are made of wrap only on 32-bit machines, so here they are asked directly.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_displaced
 *
 * A copy of the suite's own, under other names, as in histogram.c.
 */
#include <linux/handler_table.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "harness.h"

#define handler_table_displaced			kunit_displaced
#define handler_table_displaced_wait_begins	kunit_displaced_wait_begins
#define handler_table_displaced_wait_ended	kunit_displaced_wait_ended
#define handler_table_displaced_call_queued	kunit_displaced_call_queued
#define handler_table_displaced_calls		kunit_displaced_calls
#define handler_table_displaced_call_pending	kunit_displaced_call_pending
#define handler_table_displaced_within		kunit_displaced_within
#define handler_table_displaced_unknown		kunit_displaced_unknown
#define handler_table_displaced_forget		kunit_displaced_forget

#if __has_include("../module/displaced.c")
#include "../module/displaced.c"
#else
#include "../displaced.c"
#endif

/* Handlers are numbers of pages here, and a module is a range of them. */
#define HANDLER(_page)	((handler_fn_t)((unsigned long)(_page) << PAGE_SHIFT))

static unsigned long first_page, last_page;
/* What the functions below are about. */
static unsigned int domain;

static bool within_pages(unsigned long addr, const struct module *mod)
{
	unsigned long page = addr >> PAGE_SHIFT;

	return page >= first_page && page <= last_page;
}

static bool pending(unsigned long first, unsigned long last)
{
	first_page = first;
	last_page = last;
	return handler_table_displaced_within(NULL, within_pages) & BIT(domain);
}

static void forget(unsigned long first, unsigned long last)
{
	first_page = first;
	last_page = last;
	handler_table_displaced_forget(NULL, within_pages);
}

static bool unknown(void)
{
	return handler_table_displaced_unknown() & BIT(domain);
}

static void displace(unsigned long page)
{
	handler_table_displaced(domain, HANDLER(page));
}

static long begin_wait(void)
{
	return handler_table_displaced_wait_begins(domain);
}

static void end_wait(long began)
{
	handler_table_displaced_wait_ended(domain, began);
}

/* As if nothing had happened yet, a number of epochs from the beginning. */
static void begin_at(long start)
{
	unsigned int i;

	memset(sets, 0, sizeof(sets));
	for (i = 0; i < HANDLER_TABLE_DOMAINS; i++) {
		atomic_long_set(&domains[i].epoch, start);
		atomic_long_set(&domains[i].over, start - 1);
		atomic_long_set(&domains[i].crowded_out, start - 1);
	}
	atomic_long_set(&queued, start - 1);
}

static int displaced_init(struct kunit *test)
{
	domain = 0;
	begin_at(1);
	return 0;
}

static void wait_once(void)
{
	end_wait(begin_wait());
}

static void handler_table_test_displaced_should_be_pending_until_waited_for(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
	displace(15);
	KUNIT_EXPECT_TRUE(test, pending(10, 20));
	KUNIT_EXPECT_FALSE(test, pending(16, 20));
	wait_once();
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
	displace(15);
	KUNIT_EXPECT_TRUE(test, pending(10, 20));
}

/* A wait that had begun before does not count, and may end last. */
static void handler_table_test_displaced_should_outlast_older_waits(struct kunit *test)
{
	long older = begin_wait();
	long newer;

	displace(15);
	end_wait(older);
	KUNIT_EXPECT_TRUE(test, pending(10, 20));

	older = begin_wait();
	newer = begin_wait();
	end_wait(newer);
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
	end_wait(older);
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
}

static void handler_table_test_displaced_should_be_over_after_barrier(struct kunit *test)
{
	long began;

	displace(15);
	began = begin_wait();
	handler_table_displaced_call_queued(began);
	KUNIT_EXPECT_TRUE(test, pending(10, 20));
	KUNIT_EXPECT_TRUE(test, handler_table_displaced_call_pending());
	end_wait(handler_table_displaced_calls());
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
	KUNIT_EXPECT_FALSE(test, handler_table_displaced_call_pending());
}

/* The first @nr pages from @page on that share a set. */
static void displace_colliding(unsigned long page, unsigned int nr)
{
	unsigned long hash = hash_long(page << PAGE_SHIFT, SET_BITS);

	for (; nr; page++) {
		if (hash_long(page << PAGE_SHIFT, SET_BITS) != hash)
			continue;
		displace(page);
		nr--;
	}
}

static void handler_table_test_displaced_should_count_for_all_without_room(struct kunit *test)
{
	displace_colliding(1000, SET_SIZE);
	KUNIT_EXPECT_FALSE(test, unknown());
	displace_colliding(1000, SET_SIZE + 1);
	KUNIT_EXPECT_TRUE(test, unknown());
	wait_once();
	KUNIT_EXPECT_FALSE(test, unknown());

	/* Those that are gone make room. */
	forget(1000, 1000);
	displace_colliding(1000, 1);
	KUNIT_EXPECT_FALSE(test, unknown());
	KUNIT_EXPECT_TRUE(test, pending(1000, 1000));
}

/* Across the point where the counters wrap, and half a turn from old notes. */
static void handler_table_test_displaced_should_survive_wrapping(struct kunit *test)
{
	static const long starts[] = { LONG_MAX - 2, -3, -1, LONG_MIN };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		begin_at(starts[i]);
		for (j = 0; j < 6; j++) {
			displace(15);
			KUNIT_EXPECT_TRUE(test, pending(10, 20));
			wait_once();
			KUNIT_EXPECT_FALSE(test, pending(10, 20));
		}
		/* Nothing happens to that page for a long time. */
		atomic_long_add(LONG_MAX, &domains[0].epoch);
		wait_once();
		KUNIT_EXPECT_FALSE(test, pending(10, 20));
		KUNIT_EXPECT_FALSE(test, unknown());
		displace(15);
		KUNIT_EXPECT_TRUE(test, pending(10, 20));
		wait_once();
		KUNIT_EXPECT_FALSE(test, pending(10, 20));
	}
}

/* What is waited for in one domain may be running in another. */
static void handler_table_test_displaced_should_know_domains(struct kunit *test)
{
	displace(15);
	domain = HANDLER_TABLE_DOMAINS - 1;
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
	displace(15);
	KUNIT_EXPECT_EQ(test,
			handler_table_displaced_within(NULL, within_pages),
			BIT(0) | BIT(domain));
	wait_once();
	KUNIT_EXPECT_EQ(test,
			handler_table_displaced_within(NULL, within_pages),
			BIT(0));
	domain = 0;
	wait_once();
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
	forget(10, 20);
	domain = HANDLER_TABLE_DOMAINS - 1;
	displace(15);
	KUNIT_EXPECT_TRUE(test, pending(10, 20));
}

/* An entry's last user may have been in a domain that is far ahead. */
static void handler_table_test_displaced_should_not_believe_old_notes(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		for (j = 0; j < SET_SIZE; j++)
			atomic_long_set(&sets[i][j].note, 1000);
	}
	domain = HANDLER_TABLE_DOMAINS - 1;
	displace(15);
	KUNIT_EXPECT_TRUE(test, pending(10, 20));
	wait_once();
	KUNIT_EXPECT_FALSE(test, pending(10, 20));
}

static struct kunit_case displaced_cases[] = {
	KUNIT_CASE(handler_table_test_displaced_should_be_pending_until_waited_for),
	KUNIT_CASE(handler_table_test_displaced_should_outlast_older_waits),
	KUNIT_CASE(handler_table_test_displaced_should_be_over_after_barrier),
	KUNIT_CASE(handler_table_test_displaced_should_count_for_all_without_room),
	KUNIT_CASE(handler_table_test_displaced_should_survive_wrapping),
	KUNIT_CASE(handler_table_test_displaced_should_know_domains),
	KUNIT_CASE(handler_table_test_displaced_should_not_believe_old_notes),
	{ }
};

struct kunit_suite handler_table_displaced_suite = {
	.name		= "handler_table_displaced",
	.init		= displaced_init,
	.test_cases	= displaced_cases,
};
