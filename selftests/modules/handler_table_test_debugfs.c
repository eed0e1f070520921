// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_debugfs: tables for operators to look at
 *
 *	test_open	16 slots; operators may dispatch
 *	  0, 3, 15	  count
 *	  7		  counts, and takes a while, or as long as "hold" says Y
 *	test_closed	8 slots; operators may only look
 *	  2		  counts
 *	  4		  a function of the kernel itself
 *	  5		  an address that is no function at all
 *	test_big	65,536 slots, all of them occupied
 *	test_huge	1,048,576 slots, some of them occupied
 *
 * In debugfs, under the name of the module:
 *
 *	calls		how often the handlers were called, a line an index;
 *			then how often with an argument, which no operator has
 *	republish_own	writing N unpublishes and publishes test_open N times
 *	republish_twin	writing N tries N times to publish another table under
 *			that name, and unpublishes it at once if that works
 *			A signal ends either.
 *	hold		Y keeps the handlers that take a while from returning,
 *			for 18 seconds at most, before the kernel complains
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/handler_table.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/time64.h>
#include <linux/vmalloc.h>

#define NR_OPEN		16
#define NR_BIG		65536
#define NR_HUGE		1048576
#define SLOW_US		100
#define MAX_HOLD_US	(18 * USEC_PER_SEC)

DEFINE_STATIC_HANDLER_TABLE(test_open, NR_OPEN);
DEFINE_STATIC_HANDLER_TABLE(test_closed, 8);
DEFINE_STATIC_HANDLER_TABLE(test_big, NR_BIG);
static struct handler_table *test_huge, *twin;

static atomic_t calls[NR_OPEN];
static atomic_t arguments;
static bool hold;
static struct dentry *dir;

static void count_call(unsigned int idx, void *arg)
{
	atomic_inc(&calls[idx % NR_OPEN]);
	if (arg)
		atomic_inc(&arguments);
}

static void count_slowly(unsigned int idx, void *arg)
{
	unsigned int us = 0;

	count_call(idx, arg);
	do {
		udelay(SLOW_US);
		us += SLOW_US;
	} while (READ_ONCE(hold) && us < MAX_HOLD_US);
}

static int calls_show(struct seq_file *m, void *unused)
{
	unsigned int idx;

	for (idx = 0; idx < NR_OPEN; idx++)
		seq_printf(m, "%u %d\n", idx, atomic_read(&calls[idx]));
	seq_printf(m, "arguments %d\n", atomic_read(&arguments));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(calls);

static int republish_own(void *unused, u64 rounds)
{
	int ret = 0;

	while (rounds-- && !ret) {
		handler_table_unpublish(&test_open);
		do {
			cond_resched();
			ret = handler_table_publish(&test_open,
						    HANDLER_TABLE_ALLOW_DISPATCH);
		} while (ret == -EEXIST && !signal_pending(current));
		if (signal_pending(current))
			return -EINTR;
	}
	return ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(republish_own_fops, NULL, republish_own, "%llu\n");

static int republish_twin(void *unused, u64 rounds)
{
	int ret = 0;

	while (rounds-- && (!ret || ret == -EEXIST)) {
		cond_resched();
		ret = handler_table_publish(twin, 0);
		if (!ret)
			handler_table_unpublish(twin);
		if (signal_pending(current))
			return -EINTR;
	}
	return ret == -EEXIST ? 0 : ret;
}
DEFINE_DEBUGFS_ATTRIBUTE(republish_twin_fops, NULL, republish_twin, "%llu\n");

/* The slots were never anybody's, so that nothing can fail. */
static void __init fill_tables(void)
{
	static const unsigned int counting[] = { 0, 3, 15 };
	static const unsigned int huge[] = { 0, 65535, 65536, NR_HUGE - 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counting); i++)
		handler_table_swap(&test_open, counting[i], count_call, NULL);
	handler_table_swap(&test_open, 7, count_slowly, NULL);

	handler_table_swap(&test_closed, 2, count_call, NULL);
	/* Not to be called, only to be shown. */
	handler_table_swap(&test_closed, 4, (handler_fn_t)(void *)vfree, NULL);
	handler_table_swap(&test_closed, 5, (handler_fn_t)(void *)test_huge,
			   NULL);

	for (i = 0; i < NR_BIG; i++)
		handler_table_swap(&test_big, i, count_call, NULL);
	for (i = 0; i < ARRAY_SIZE(huge); i++)
		handler_table_swap(test_huge, huge[i], count_slowly, NULL);
}

static int __init publish_tables(void)
{
	return handler_table_publish(&test_open, HANDLER_TABLE_ALLOW_DISPATCH) ?:
	       handler_table_publish(&test_closed, 0) ?:
	       handler_table_publish(&test_big, 0) ?:
	       handler_table_publish(test_huge, 0);
}

/* Nobody but operators dispatches: once unpublished the tables are at rest. */
static void withdraw_tables(void)
{
	debugfs_remove(dir);
	handler_table_unpublish(&test_open);
	handler_table_unpublish(&test_closed);
	handler_table_unpublish(&test_big);
	handler_table_free(test_huge);
	handler_table_free(twin);
}

static int __init test_init(void)
{
	int ret = -ENOMEM;

	test_huge = handler_table_alloc("test_huge", NR_HUGE, GFP_KERNEL);
	twin = handler_table_alloc("test_open", 1, GFP_KERNEL);
	if (test_huge && twin) {
		fill_tables();
		ret = publish_tables();
	}
	if (ret) {
		withdraw_tables();
		return ret;
	}

	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("calls", 0400, dir, NULL, &calls_fops);
	debugfs_create_bool("hold", 0600, dir, &hold);
	/* Not unsafe: DEFINE_DEBUGFS_ATTRIBUTE() takes care of removal itself. */
	debugfs_create_file_unsafe("republish_own", 0200, dir, NULL,
				   &republish_own_fops);
	debugfs_create_file_unsafe("republish_twin", 0200, dir, NULL,
				   &republish_twin_fops);
	return 0;
}

static void __exit test_exit(void)
{
	withdraw_tables();
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table selftest: tables for operators to look at");
MODULE_LICENSE("GPL");
