// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: the semantics of each call, case by case.
 *
 * In the project's folder:
 *
 *	make check
 *
 * In a kernel tree that has handler_table:
 *
 *	./tools/testing/kunit/kunit.py run --kunitconfig=lib/handler_table/kunit
 *
 * The suites, each in a file of its own:
 *
 *	handler_table_slots	the operations on a slot
 *	handler_table_reentry	handlers that use the table they run from
 *	handler_table_typed	tables with types, and handlers with contexts
 *	handler_table_sleepable	tables whose handlers may sleep
 *	handler_table_tables	defined and allocated tables
 *	handler_table_grace	waiting until a handler is gone
 *	handler_table_publish	publishing
 *	handler_table_displaced	what is out of its table but may be running
 *	handler_table_histogram	what the stress makes of latencies
 *	handler_table_subject	handlers that watch over themselves
 *
 * What may be called in any context is tested in task, softirq and hardirq
 * context; see harness.h.
 */
#include <linux/module.h>

#include "harness.h"

kunit_test_suites(&handler_table_slots_suite,
		  &handler_table_reentry_suite,
		  &handler_table_typed_suite,
		  &handler_table_sleepable_suite,
		  &handler_table_tables_suite,
		  &handler_table_grace_suite,
		  &handler_table_publish_suite,
		  &handler_table_displaced_suite,
		  &handler_table_histogram_suite,
		  &handler_table_subject_suite);

MODULE_DESCRIPTION("KUnit tests of handler_table");
MODULE_LICENSE("GPL");
