// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: tables whose handlers may sleep.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_sleepable
 *
 * A handler that sleeps lets others run, so one CPU will do to find it in the
 * middle. What is refused, with a warning, is in selftests/trouble.sh.
 */
#include <linux/completion.h>
#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/handler_table_typed.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>

#include "harness.h"

#if __has_include("../module/internal.h")
#include "../module/internal.h"
#else
#include "../internal.h"
#endif

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

/* Long enough to be seen, and so long that only a mistake takes it. */
#define NAP_MS		500
#define FOR_EVER	(60 * HZ)

DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(chores, NR_SLOTS);
DEFINE_SLEEPABLE_HANDLER_TABLE(handler_table_test_chores, 1);
DEFINE_STATIC_SLEEPABLE_TYPED_HANDLER_TABLE(errands, 2, int (int way));

static void handler_table_test_sleepable_should_run_handlers(struct kunit *test)
{
	int data;

	KUNIT_ASSERT_EQ(test, handler_table_register(&chores, 3, handler_a), 0);
	KUNIT_EXPECT_TRUE(test, handler_table_handle_sleepable(&chores, 3, &data));
	KUNIT_EXPECT_TRUE(test, ran_once(handler_a, 3, &data));
	KUNIT_EXPECT_FALSE(test, handler_table_handle_sleepable(&chores, 2, NULL));
	KUNIT_EXPECT_FALSE(test, handler_table_handle_sleepable(&chores, NR_SLOTS, NULL));
	KUNIT_EXPECT_FALSE(test, handler_table_handle_sleepable(&chores, UINT_MAX, NULL));
	KUNIT_EXPECT_FALSE(test, handler_table_handle_sleepable(NULL, 3, NULL));
	KUNIT_EXPECT_TRUE(test, nothing_ran());
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(&chores, 3, handler_a), 0);
	KUNIT_EXPECT_TRUE(test, is_empty(&chores));

	KUNIT_EXPECT_TRUE(test, is_empty(&handler_table_test_chores));
}

/* The operations are those of any table, in any context. */
CONTEXT_CASE(handler_table_test_sleepable_should_change_slots)
{
	handler_fn_t old = NULL;

	CHECK_EQ(check, handler_table_register(&chores, 1, handler_a), 0);
	CHECK_EQ(check, handler_table_register(&chores, 1, handler_b), -EBUSY);
	CHECK_EQ(check, handler_table_replace(&chores, 1, handler_a, handler_b), 0);
	CHECK_EQ(check, handler_table_swap(&chores, 1, handler_c, &old), 0);
	CHECK(check, old == handler_b);
	CHECK_EQ(check, handler_table_remove(&chores, 1, handler_b), -ENOENT);
	CHECK(check, handler_table_unregister(&chores, 1) == handler_c);
	CHECK(check, is_empty(&chores));
}

/* A handler that is found in the middle of its sleep. */
static struct sleeper {
	struct completion	entered;
	struct completion	wake_up;
	bool			left;
} sleeper;

static void sleep_until_told(unsigned int idx, void *arg)
{
	complete(&sleeper.entered);
	wait_for_completion_timeout(&sleeper.wake_up, FOR_EVER);
	WRITE_ONCE(sleeper.left, true);
}

static void nap(unsigned int idx, void *arg)
{
	complete(&sleeper.entered);
	msleep(NAP_MS);
	WRITE_ONCE(sleeper.left, true);
}

static int dispatch_once(void *arg)
{
	handler_table_handle_sleepable(arg, 0, NULL);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Gives the task in which @fn, slot 0 of @t, has begun to sleep. */
static struct task_struct *send_to_sleep(struct kunit *test,
					 struct handler_table *t, handler_fn_t fn)
{
	struct task_struct *task;

	init_completion(&sleeper.entered);
	init_completion(&sleeper.wake_up);
	sleeper.left = false;
	KUNIT_ASSERT_EQ(test, handler_table_register(t, 0, fn), 0);
	task = kthread_create(dispatch_once, t, "handler_table_test_sleeper");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&sleeper.entered);
	return task;
}

static void stop(struct task_struct *task)
{
	complete(&sleeper.wake_up);
	kthread_stop(task);
	put_task_struct(task);
}

static bool sleepable_remove_sync(struct handler_table *t)
{
	return !handler_table_remove_sync(t, 0, nap);
}

static bool sleepable_unregister_sync(struct handler_table *t)
{
	return handler_table_unregister_sync(t, 0) == nap;
}

static bool sleepable_replace_and_synchronize(struct handler_table *t)
{
	int ret = handler_table_replace(t, 0, nap, handler_a);

	handler_table_synchronize(t);
	handler_table_unregister(t, 0);
	return !ret;
}

static bool sleepable_swap_and_synchronize_all(struct handler_table *t)
{
	int ret = handler_table_swap(t, 0, handler_a, NULL);

	handler_table_synchronize(NULL);
	handler_table_unregister(t, 0);
	return !ret;
}

static void handler_table_test_sleepable_wait_should_outlast_sleep(struct kunit *test)
{
	bool (* const ways[])(struct handler_table *t) = {
		sleepable_remove_sync, sleepable_unregister_sync,
		sleepable_replace_and_synchronize,
		sleepable_swap_and_synchronize_all,
	};
	struct task_struct *task;
	bool changed, left;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		task = send_to_sleep(test, &chores, nap);
		changed = ways[i](&chores);
		left = READ_ONCE(sleeper.left);
		stop(task);
		KUNIT_EXPECT_TRUE(test, changed);
		KUNIT_EXPECT_TRUE_MSG(test, left, "way %u did not wait", i);
	}
	KUNIT_EXPECT_TRUE(test, is_empty(&chores));
}

static void handler_table_test_sleepable_free_should_outlast_sleep(struct kunit *test)
{
	struct handler_table *t;
	struct task_struct *task;
	bool left;

	t = handler_table_alloc_sleepable("dreams", 3, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	task = send_to_sleep(test, t, nap);
	handler_table_free(t);
	left = READ_ONCE(sleeper.left);
	stop(task);
	KUNIT_EXPECT_TRUE(test, left);
}

/* A table whose handlers sleep, and share no wait with those of @t. */
static struct handler_table *stranger_to(struct kunit *test, struct handler_table *t)
{
	struct handler_table *other;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		other = handler_table_alloc_sleepable("stranger", 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, other);
		free_after_test(test, other);
		if (handler_table_domain(other) != handler_table_domain(t))
			return other;
	}
	return NULL;
}

static void handler_table_test_sleepable_should_not_hold_up_others(struct kunit *test)
{
	struct handler_table *plain = table_for_test(test, "plain", 1);
	struct handler_table *stranger = stranger_to(test, &chores);
	struct task_struct *task;
	int ret, ret_plain;
	bool left;

	KUNIT_ASSERT_NOT_NULL(test, stranger);
	KUNIT_ASSERT_EQ(test, handler_table_register(plain, 0, handler_a), 0);
	KUNIT_ASSERT_EQ(test, handler_table_register(stranger, 0, handler_a), 0);
	task = send_to_sleep(test, &chores, sleep_until_told);
	ret_plain = handler_table_remove_sync(plain, 0, handler_a);
	ret = handler_table_remove_sync(stranger, 0, handler_a);
	left = READ_ONCE(sleeper.left);
	stop(task);
	KUNIT_EXPECT_EQ(test, ret_plain, 0);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_FALSE(test, left);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(&chores, 0, sleep_until_told), 0);
}

/* A handler that sleeps may wait for those that do not. */
static void remove_plain(unsigned int idx, void *arg)
{
	struct handler_table *plain = arg;

	if (!handler_table_remove_sync(plain, 0, handler_a))
		note_call(remove_plain, idx, arg);
}

static void handler_table_test_sleepable_should_wait_for_plain(struct kunit *test)
{
	struct handler_table *plain = table_for_test(test, "plain", 1);

	KUNIT_ASSERT_EQ(test, handler_table_register(plain, 0, handler_a), 0);
	KUNIT_ASSERT_EQ(test, handler_table_register(&chores, 0, remove_plain), 0);
	KUNIT_EXPECT_TRUE(test, handler_table_handle_sleepable(&chores, 0, plain));
	KUNIT_EXPECT_TRUE(test, ran_once(remove_plain, 0, plain));
	KUNIT_EXPECT_TRUE(test, is_empty(plain));
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(&chores, 0, remove_plain), 0);
}

/* What runs when the sleeper has left. */
static struct rcu_head calls[3];
static unsigned int calls_made;
static bool calls_early, calls_wrong;

static void note_deferred(struct rcu_head *head)
{
	calls_early |= !READ_ONCE(sleeper.left);
	calls_wrong |= head != &calls[calls_made] || !in_softirq();
	calls_made++;
}

CONTEXT_CASE(handler_table_test_sleepable_make_calls)
{
	handler_table_call(&chores, &calls[0], note_deferred);
	handler_table_call(&chores, &calls[1], note_deferred);
}

static void handler_table_test_sleepable_call_should_outlast_sleep(struct kunit *test)
{
	struct task_struct *task;

	calls_made = 0;
	calls_early = false;
	calls_wrong = false;
	task = send_to_sleep(test, &chores, nap);
	KUNIT_EXPECT_EQ(test, handler_table_remove(&chores, 0, nap), 0);
	handler_table_test_sleepable_make_calls(test);
	handler_table_barrier();
	KUNIT_EXPECT_EQ(test, calls_made, 2U);
	handler_table_call(NULL, &calls[2], note_deferred);
	handler_table_barrier();
	stop(task);
	KUNIT_EXPECT_EQ(test, calls_made, 3U);
	KUNIT_EXPECT_FALSE(test, calls_early);
	KUNIT_EXPECT_FALSE(test, calls_wrong);
}

static void handler_table_test_call_for_any_table_should_outlast_sleep(struct kunit *test)
{
	struct task_struct *task;

	calls_made = 0;
	calls_early = false;
	task = send_to_sleep(test, &chores, nap);
	KUNIT_EXPECT_EQ(test, handler_table_remove(&chores, 0, nap), 0);
	handler_table_call(NULL, &calls[0], note_deferred);
	handler_table_barrier();
	stop(task);
	KUNIT_EXPECT_EQ(test, calls_made, 1U);
	KUNIT_EXPECT_FALSE(test, calls_early);
}

static int walk(int way)
{
	usleep_range(100, 200);
	return 2 * way;
}

struct porter {
	int (*carry)(struct porter *porter, int weight);
	void (*rest)(struct porter *porter);
	int carried;
};

DEFINE_STATIC_SLEEPABLE_BOUND_HANDLER_TABLE(porters, 2, struct porter);
SLEEPABLE_TYPED_HANDLER_TABLE(allocated_errands, int (int));
SLEEPABLE_BOUND_HANDLER_TABLE(allocated_porters, struct porter);

static int carry(struct porter *porter, int weight)
{
	usleep_range(100, 200);
	porter->carried += weight;
	return porter->carried;
}

static void rest(struct porter *porter)
{
	porter->carried = 0;
}

static void handler_table_test_sleepable_should_have_types(struct kunit *test)
{
	struct porter porter = { .carry = carry, .rest = rest };
	struct allocated_errands_handler_table *e;
	struct allocated_porters_handler_table *p;
	int result = -1;

	KUNIT_EXPECT_FALSE(test, handler_table_dispatch_sleepable_typed(&errands, 1, &result, 7));
	KUNIT_EXPECT_EQ(test, result, -1);
	KUNIT_EXPECT_EQ(test, handler_table_register_typed(&errands, 1, walk), 0);
	KUNIT_EXPECT_TRUE(test, handler_table_dispatch_sleepable_typed(&errands, 1, &result, 7));
	KUNIT_EXPECT_EQ(test, result, 14);
	KUNIT_EXPECT_TRUE(test, handler_table_dispatch_sleepable_typed_void(&errands, 1, 7));
	KUNIT_EXPECT_EQ(test, handler_table_remove_typed_sync(&errands, 1, walk), 0);

	KUNIT_EXPECT_EQ(test, handler_table_register_typed(&porters, 1, &porter), 0);
	KUNIT_EXPECT_TRUE(test, handler_table_dispatch_sleepable_bound(&porters, 1, &result,
								       carry, 5));
	KUNIT_EXPECT_TRUE(test, handler_table_dispatch_sleepable_bound(&porters, 1, &result,
								       carry, 5));
	KUNIT_EXPECT_EQ(test, result, 10);
	KUNIT_EXPECT_TRUE(test, handler_table_dispatch_sleepable_bound_void(&porters, 1, rest));
	KUNIT_EXPECT_EQ(test, porter.carried, 0);
	KUNIT_EXPECT_PTR_EQ(test, handler_table_unregister_typed_sync(&porters, 1), &porter);

	e = handler_table_alloc_sleepable_typed(allocated_errands, "errands", 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, e);
	free_after_test(test, handler_table_untyped(e));
	KUNIT_EXPECT_FALSE(test, handler_table_dispatch_sleepable_typed(e, 0, &result, 1));
	p = handler_table_alloc_sleepable_bound(allocated_porters, "porters", 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	free_after_test(test, handler_table_untyped(p));
	KUNIT_EXPECT_FALSE(test, handler_table_dispatch_sleepable_bound_void(p, 0, rest));
}

/* A NULL argument is all that operators have. */
static void handler_table_test_sleepable_should_be_for_operators(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, handler_table_publish(&chores, HANDLER_TABLE_ALLOW_DISPATCH), 0);
	handler_table_unpublish(&chores);
	KUNIT_EXPECT_EQ(test,
			handler_table_publish(handler_table_untyped(&errands),
					      HANDLER_TABLE_ALLOW_DISPATCH),
			-EINVAL);
}

static struct kunit_case sleepable_cases[] = {
	KUNIT_CASE(handler_table_test_sleepable_should_run_handlers),
	IN_CONTEXTS(handler_table_test_sleepable_should_change_slots),
	KUNIT_CASE(handler_table_test_sleepable_wait_should_outlast_sleep),
	KUNIT_CASE(handler_table_test_sleepable_free_should_outlast_sleep),
	KUNIT_CASE(handler_table_test_sleepable_should_not_hold_up_others),
	KUNIT_CASE(handler_table_test_sleepable_should_wait_for_plain),
	IN_CONTEXTS(handler_table_test_sleepable_call_should_outlast_sleep),
	KUNIT_CASE(handler_table_test_call_for_any_table_should_outlast_sleep),
	KUNIT_CASE(handler_table_test_sleepable_should_have_types),
	KUNIT_CASE(handler_table_test_sleepable_should_be_for_operators),
	{ }
};

struct kunit_suite handler_table_sleepable_suite = {
	.name		= "handler_table_sleepable",
	.init		= context_suite_init,
	.test_cases	= sleepable_cases,
};
