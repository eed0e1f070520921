// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: waiting until a handler is gone.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_grace
 *
 * Whether a wait took place is asked of RCU, which is white-box knowledge: a
 * cookie taken before says afterwards whether a grace period has elapsed. One
 * may also have elapsed for somebody else, so that the answer "no" takes a few
 * tries. The cookies are of the _full() kind, as the other kind can miss a
 * grace period.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>

#include "harness.h"

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

#define NR_TRIES	100
#define NR_CALLS	100

static bool synchronize_waits(struct handler_table *t)
{
	struct rcu_gp_oldstate cookie;

	get_state_synchronize_rcu_full(&cookie);
	handler_table_synchronize(t);
	return poll_state_synchronize_rcu_full(&cookie);
}

static void handler_table_test_synchronize_should_wait(struct kunit *test)
{
	struct handler_table *t = test->priv;

	KUNIT_EXPECT_TRUE(test, synchronize_waits(t));
	/* Handlers that stay in the table make no difference. */
	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_a), 0);
	KUNIT_EXPECT_TRUE(test, synchronize_waits(t));
	KUNIT_EXPECT_TRUE(test, holds_only(t, 3, handler_a));
	KUNIT_EXPECT_TRUE(test, nothing_ran());
}

static void handler_table_test_synchronize_should_take_null(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, synchronize_waits(NULL));
}

static void handler_table_test_unregister_sync_should_wait(struct kunit *test)
{
	struct handler_table *t = test->priv;
	struct rcu_gp_oldstate cookie;

	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_a), 0);
	get_state_synchronize_rcu_full(&cookie);
	KUNIT_EXPECT_TRUE(test,
			  handler_table_unregister_sync(t, 3) == handler_a);
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu_full(&cookie));
	KUNIT_EXPECT_TRUE(test, is_empty(t));
}

static void handler_table_test_remove_sync_should_wait(struct kunit *test)
{
	struct handler_table *t = test->priv;
	struct rcu_gp_oldstate cookie;

	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_a), 0);
	get_state_synchronize_rcu_full(&cookie);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, 3, handler_a), 0);
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu_full(&cookie));
	KUNIT_EXPECT_TRUE(test, is_empty(t));
}

static void handler_table_test_unregister_sync_should_say_what_it_found(struct kunit *test)
{
	struct handler_table *t = test->priv;

	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_a), 0);
	KUNIT_EXPECT_TRUE(test, !handler_table_unregister_sync(t, 2));
	KUNIT_EXPECT_TRUE(test, !handler_table_unregister_sync(NULL, 3));
	KUNIT_EXPECT_TRUE(test, !handler_table_unregister_sync(t, NR_SLOTS));
	KUNIT_EXPECT_TRUE(test, !handler_table_unregister_sync(t, UINT_MAX));
	KUNIT_EXPECT_TRUE(test, holds_only(t, 3, handler_a));
}

static void handler_table_test_remove_sync_should_say_what_it_found(struct kunit *test)
{
	struct handler_table *t = test->priv;

	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_a), 0);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, 3, handler_b),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, 2, handler_a),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(NULL, 3, handler_a),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, 3, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, NR_SLOTS, handler_a),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, UINT_MAX, handler_a),
			-EINVAL);
	KUNIT_EXPECT_TRUE(test, holds_only(t, 3, handler_a));
}

static void handler_table_test_unregister_sync_should_not_wait_for_nothing(struct kunit *test)
{
	struct handler_table *t = test->priv;
	struct rcu_gp_oldstate cookie;
	unsigned int try;

	for (try = 0; try < NR_TRIES; try++) {
		get_state_synchronize_rcu_full(&cookie);
		KUNIT_EXPECT_TRUE(test, !handler_table_unregister_sync(t, 3));
		if (!poll_state_synchronize_rcu_full(&cookie))
			return;
	}
	KUNIT_FAIL(test, "waited each of %u times", NR_TRIES);
}

static void handler_table_test_remove_sync_should_not_wait_for_nothing(struct kunit *test)
{
	struct handler_table *t = test->priv;
	struct rcu_gp_oldstate cookie;
	unsigned int try;

	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_a), 0);
	for (try = 0; try < NR_TRIES; try++) {
		get_state_synchronize_rcu_full(&cookie);
		KUNIT_EXPECT_EQ(test,
				handler_table_remove_sync(t, 3, handler_b),
				-ENOENT);
		if (!poll_state_synchronize_rcu_full(&cookie))
			return;
	}
	KUNIT_FAIL(test, "waited each of %u times", NR_TRIES);
}

/* A handler that takes its time. */
static struct {
	bool	 entered;
	bool	 left;
} slow;

static void handler_slow(unsigned int idx, void *arg)
{
	WRITE_ONCE(slow.entered, true);
	mdelay(20);
	WRITE_ONCE(slow.left, true);
}

static int dispatch_thread(void *t)
{
	handler_table_handle(t, 3, NULL);
	return 0;
}

/*
 * Has @remove_and_wait() called while another thread runs handler_slow().
 * Returns false if that could not be arranged.
 */
static bool while_handler_runs(struct kunit *test, struct handler_table *t,
			       bool (*remove_and_wait)(struct handler_table *t))
{
	struct task_struct *thread;
	bool running, removed, left;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, handler_table_register(t, 3, handler_slow), 0);
	slow.entered = false;
	slow.left = false;
	thread = kthread_create(dispatch_thread, t, "handler_table_kunit");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	get_task_struct(thread);
	wake_up_process(thread);

	for (i = 0; i < 10000 && !READ_ONCE(slow.entered); i++)
		usleep_range(100, 200);
	running = !READ_ONCE(slow.left);
	removed = remove_and_wait(t);
	left = READ_ONCE(slow.left);

	kthread_stop(thread);
	put_task_struct(thread);
	/* Not EXPECT: a kunit_skip() that follows would hide the failure. */
	KUNIT_ASSERT_TRUE(test, slow.entered);
	KUNIT_ASSERT_TRUE(test, removed);
	KUNIT_ASSERT_TRUE_MSG(test, left,
			      "the handler was still running after the wait");
	return running;
}

static bool remove_sync(struct handler_table *t)
{
	return !handler_table_remove_sync(t, 3, handler_slow);
}

static bool unregister_sync(struct handler_table *t)
{
	return handler_table_unregister_sync(t, 3) == handler_slow;
}

static bool swap_and_synchronize(struct handler_table *t)
{
	handler_fn_t old = NULL;
	int ret = handler_table_swap(t, 3, handler_a, &old);

	handler_table_synchronize(t);
	handler_table_unregister(t, 3);
	return !ret && old == handler_slow;
}

static bool remove_and_synchronize_all(struct handler_table *t)
{
	int ret = handler_table_remove(t, 3, handler_slow);

	handler_table_synchronize(NULL);
	return !ret;
}

static void handler_table_test_wait_should_outlast_running_handler(struct kunit *test)
{
	bool (* const ways[])(struct handler_table *t) = {
		remove_sync, unregister_sync, swap_and_synchronize,
		remove_and_synchronize_all,
	};
	struct handler_table *t = test->priv;
	unsigned int i, running = 0;

	/* Else the handler is over before anybody else gets to run. */
	if (num_online_cpus() < 2 && !IS_ENABLED(CONFIG_PREEMPT_RCU))
		kunit_skip(test, "needs a second CPU, or preemptible RCU");

	for (i = 0; i < 3 * ARRAY_SIZE(ways); i++)
		running += while_handler_runs(test, t,
					      ways[i % ARRAY_SIZE(ways)]);
	if (!running)
		kunit_skip(test, "never found the handler running");
}

/* Something that waits for handlers to be gone. */
struct deferred {
	struct rcu_head		 head;
	struct rcu_head		*got;
	unsigned int		 calls;
	bool			 waited;
	bool			 handler_had_left;
	struct rcu_gp_oldstate	 cookie;
};

static struct deferred deferred[NR_CALLS];
static bool handler_left;

static void deferred_func(struct rcu_head *head)
{
	struct deferred *d = container_of(head, struct deferred, head);

	/* If this is not one of ours, stay away from it. */
	if (d < deferred || d >= deferred + NR_CALLS)
		return;
	d->calls++;
	d->got = head;
	d->waited = poll_state_synchronize_rcu_full(&d->cookie);
	d->handler_had_left = READ_ONCE(handler_left);
}

static void defer(struct handler_table *t, struct deferred *d)
{
	get_state_synchronize_rcu_full(&d->cookie);
	handler_table_call(t, &d->head, deferred_func);
}

static void defer_one(struct check *check, struct handler_table *t)
{
	defer(t, &deferred[0]);
}

static void expect_called(struct kunit *test, struct deferred *d)
{
	KUNIT_EXPECT_EQ(test, d->calls, 1U);
	KUNIT_EXPECT_PTR_EQ(test, d->got, &d->head);
	KUNIT_EXPECT_TRUE(test, d->waited);
}

static void handler_table_test_call_should_run_function_once_after_wait(struct kunit *test)
{
	run_in_context(test, defer_one);
	handler_table_barrier();
	expect_called(test, &deferred[0]);
}

static void defer_for_any_table(struct check *check, struct handler_table *t)
{
	defer(NULL, &deferred[0]);
}

static void handler_table_test_call_should_take_null(struct kunit *test)
{
	run_in_context(test, defer_for_any_table);
	handler_table_barrier();
	expect_called(test, &deferred[0]);
}

static void defer_many(struct check *check, struct handler_table *t)
{
	unsigned int i;

	for (i = 0; i < NR_CALLS; i++)
		defer(t, &deferred[i]);
}

static void handler_table_test_barrier_should_wait_for_all_calls(struct kunit *test)
{
	unsigned int i;

	run_in_context(test, defer_many);
	handler_table_barrier();
	for (i = 0; i < NR_CALLS; i++)
		expect_called(test, &deferred[i]);
}

static void handler_table_test_barrier_should_return_with_nothing_to_do(struct kunit *test)
{
	handler_table_barrier();
	handler_table_barrier();
}

static struct handler_table *deferring_table;

static void handler_deferring(unsigned int idx, void *arg)
{
	note_call(handler_deferring, idx, arg);
	handler_table_unregister(deferring_table, idx);
	defer(deferring_table, &deferred[0]);
	/* In a task, long enough for interrupts to bring a wait to an end. */
	mdelay(in_task() ? 20 : 1);
	WRITE_ONCE(handler_left, true);
}

static void dispatch_deferring(struct check *check, struct handler_table *t)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_deferring), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK(check, ran_once(handler_deferring, 3, &t));
	CHECK(check, is_empty(t));
}

static void handler_table_test_call_should_wait_for_handler_that_made_it(struct kunit *test)
{
	run_in_context(test, dispatch_deferring);
	handler_table_barrier();
	expect_called(test, &deferred[0]);
	KUNIT_EXPECT_TRUE(test, deferred[0].handler_had_left);
}

static int grace_init(struct kunit *test)
{
	int ret = context_suite_init(test);

	memset(deferred, 0, sizeof(deferred));
	handler_left = false;
	deferring_table = test->priv;
	return ret;
}

/* After a case that failed between a call and its barrier. */
static void grace_exit(struct kunit *test)
{
	handler_table_barrier();
}

static struct kunit_case grace_cases[] = {
	KUNIT_CASE(handler_table_test_synchronize_should_wait),
	KUNIT_CASE(handler_table_test_synchronize_should_take_null),
	KUNIT_CASE(handler_table_test_unregister_sync_should_wait),
	KUNIT_CASE(handler_table_test_remove_sync_should_wait),
	KUNIT_CASE(handler_table_test_unregister_sync_should_say_what_it_found),
	KUNIT_CASE(handler_table_test_remove_sync_should_say_what_it_found),
	KUNIT_CASE(handler_table_test_unregister_sync_should_not_wait_for_nothing),
	KUNIT_CASE(handler_table_test_remove_sync_should_not_wait_for_nothing),
	KUNIT_CASE(handler_table_test_wait_should_outlast_running_handler),
	IN_CONTEXTS(handler_table_test_call_should_run_function_once_after_wait),
	IN_CONTEXTS(handler_table_test_call_should_take_null),
	IN_CONTEXTS(handler_table_test_barrier_should_wait_for_all_calls),
	KUNIT_CASE(handler_table_test_barrier_should_return_with_nothing_to_do),
	IN_CONTEXTS(handler_table_test_call_should_wait_for_handler_that_made_it),
	{}
};

struct kunit_suite handler_table_grace_suite = {
	.name = "handler_table_grace",
	.init = grace_init,
	.exit = grace_exit,
	.test_cases = grace_cases,
};
