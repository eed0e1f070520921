// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: handlers that use the table they run from.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_reentry
 */
#include "harness.h"

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

/* What the handlers below need and find out; they must not trust @arg. */
static struct {
	struct handler_table	*t;
	int			 ret;
	bool			 ran;
	handler_fn_t		 fn;
	unsigned int		 depth;
} self;

static int reentry_init(struct kunit *test)
{
	int ret = context_suite_init(test);

	memset(&self, 0, sizeof(self));
	self.t = test->priv;
	self.ret = 1;
	return ret;
}

static void handler_removing_itself(unsigned int idx, void *arg)
{
	note_call(handler_removing_itself, idx, arg);
	self.ret = handler_table_remove(self.t, idx, handler_removing_itself);
}

CONTEXT_CASE(handler_table_test_handler_may_remove_itself)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_removing_itself),
		 0);
	/* It ran, although it is gone. */
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK(check, ran_once(handler_removing_itself, 3, &t));
	CHECK_EQ(check, self.ret, 0);
	CHECK(check, is_empty(t));

	CHECK_EQ(check, handler_table_handle(t, 3, &t), false);
	CHECK(check, nothing_ran());
}

static void handler_unregistering_itself(unsigned int idx, void *arg)
{
	note_call(handler_unregistering_itself, idx, arg);
	self.fn = handler_table_unregister(self.t, idx);
}

CONTEXT_CASE(handler_table_test_handler_may_unregister_itself)
{
	CHECK_EQ(check,
		 handler_table_register(t, 3, handler_unregistering_itself), 0);
	CHECK_EQ(check, handler_table_dispatch(t, 3, &t), true);
	CHECK(check, ran_once(handler_unregistering_itself, 3, &t));
	CHECK(check, self.fn == handler_unregistering_itself);
	CHECK(check, is_empty(t));
}

static void handler_replacing_itself(unsigned int idx, void *arg)
{
	note_call(handler_replacing_itself, idx, arg);
	self.ret = handler_table_replace(self.t, idx, handler_replacing_itself,
					 handler_b);
}

CONTEXT_CASE(handler_table_test_handler_may_replace_itself)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_replacing_itself),
		 0);
	/* The new handler has to wait for the next event. */
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK(check, ran_once(handler_replacing_itself, 3, &t));
	CHECK_EQ(check, self.ret, 0);
	CHECK(check, holds_only(t, 3, handler_b));

	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK(check, ran_once(handler_b, 3, &t));
}

static void handler_swapping_itself(unsigned int idx, void *arg)
{
	note_call(handler_swapping_itself, idx, arg);
	self.ret = handler_table_swap(self.t, idx, handler_b, &self.fn);
}

CONTEXT_CASE(handler_table_test_handler_may_swap_itself)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_swapping_itself),
		 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK(check, ran_once(handler_swapping_itself, 3, &t));
	CHECK_EQ(check, self.ret, 0);
	CHECK(check, self.fn == handler_swapping_itself);
	CHECK(check, holds_only(t, 3, handler_b));
}

static void handler_registering_itself(unsigned int idx, void *arg)
{
	note_call(handler_registering_itself, idx, arg);
	self.ret = handler_table_register(self.t, idx,
					  handler_registering_itself);
}

CONTEXT_CASE(handler_table_test_slot_should_stay_occupied_while_handler_runs)
{
	CHECK_EQ(check,
		 handler_table_register(t, 3, handler_registering_itself), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK(check, ran_once(handler_registering_itself, 3, &t));
	CHECK_EQ(check, self.ret, -EBUSY);
	CHECK(check, holds_only(t, 3, handler_registering_itself));
}

static void handler_moving_on(unsigned int idx, void *arg)
{
	note_call(handler_moving_on, idx, arg);
	self.ret = handler_table_register(self.t, idx + 1, handler_moving_on);
	if (!self.ret)
		self.ret = handler_table_remove(self.t, idx,
						handler_moving_on);
}

CONTEXT_CASE(handler_table_test_handler_may_move_to_another_slot)
{
	unsigned int i;

	CHECK_EQ(check, handler_table_register(t, 0, handler_moving_on), 0);
	for (i = 0; i < NR_SLOTS - 1; i++) {
		CHECK_EQ(check, handler_table_handle(t, i, &t), true);
		CHECK(check, ran_once(handler_moving_on, i, &t));
		CHECK_EQ(check, self.ret, 0);
		CHECK(check, holds_only(t, i + 1, handler_moving_on));
	}
	/* There is nothing to move on to. */
	CHECK_EQ(check, handler_table_handle(t, NR_SLOTS - 1, &t), true);
	CHECK_EQ(check, self.ret, -EINVAL);
	CHECK(check, holds_only(t, NR_SLOTS - 1, handler_moving_on));
}

static void handler_dispatching_next(unsigned int idx, void *arg)
{
	self.depth++;
	self.ran = handler_table_handle(self.t, idx + 1, arg);
}

CONTEXT_CASE(handler_table_test_handler_may_dispatch_another_slot)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_dispatching_next),
		 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK_EQ(check, self.ran, false);
	CHECK(check, nothing_ran());

	CHECK_EQ(check, handler_table_register(t, 4, handler_a), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK_EQ(check, self.ran, true);
	CHECK(check, ran_once(handler_a, 4, &t));
	CHECK_EQ(check, self.depth, 2);
}

CONTEXT_CASE(handler_table_test_handlers_may_dispatch_each_other_in_a_chain)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		CHECK_EQ(check,
			 handler_table_register(t, i, handler_dispatching_next),
			 0);
	CHECK_EQ(check, handler_table_dispatch(t, 0, &t), true);
	CHECK_EQ(check, self.depth, NR_SLOTS);
}

static void handler_dispatching_itself(unsigned int idx, void *arg)
{
	if (++self.depth < 5)
		self.ran = handler_table_dispatch(self.t, idx, arg);
	else
		note_call(handler_dispatching_itself, idx, arg);
}

CONTEXT_CASE(handler_table_test_handler_may_dispatch_itself)
{
	CHECK_EQ(check,
		 handler_table_register(t, 3, handler_dispatching_itself), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK_EQ(check, self.depth, 5);
	CHECK_EQ(check, self.ran, true);
	CHECK(check, ran_once(handler_dispatching_itself, 3, &t));
}

static void handler_removing_then_dispatching(unsigned int idx, void *arg)
{
	self.depth++;
	self.fn = handler_table_unregister(self.t, idx);
	self.ran = handler_table_handle(self.t, idx, arg);
}

CONTEXT_CASE(handler_table_test_removed_handler_should_not_dispatch_itself)
{
	CHECK_EQ(check,
		 handler_table_register(t, 3, handler_removing_then_dispatching),
		 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK_EQ(check, self.depth, 1);
	CHECK_EQ(check, self.ran, false);
	CHECK(check, self.fn == handler_removing_then_dispatching);
}

static void handler_replacing_then_dispatching(unsigned int idx, void *arg)
{
	self.depth++;
	self.ret = handler_table_replace(self.t, idx,
					 handler_replacing_then_dispatching,
					 handler_a);
	self.ran = handler_table_handle(self.t, idx, arg);
}

CONTEXT_CASE(handler_table_test_handler_may_dispatch_its_replacement)
{
	handler_fn_t fn = handler_replacing_then_dispatching;

	CHECK_EQ(check, handler_table_register(t, 3, fn), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &t), true);
	CHECK_EQ(check, self.ret, 0);
	CHECK_EQ(check, self.depth, 1);
	CHECK_EQ(check, self.ran, true);
	CHECK(check, ran_once(handler_a, 3, &t));
}

static struct kunit_case reentry_cases[] = {
	IN_CONTEXTS(handler_table_test_handler_may_remove_itself),
	IN_CONTEXTS(handler_table_test_handler_may_unregister_itself),
	IN_CONTEXTS(handler_table_test_handler_may_replace_itself),
	IN_CONTEXTS(handler_table_test_handler_may_swap_itself),
	IN_CONTEXTS(handler_table_test_slot_should_stay_occupied_while_handler_runs),
	IN_CONTEXTS(handler_table_test_handler_may_move_to_another_slot),
	IN_CONTEXTS(handler_table_test_handler_may_dispatch_another_slot),
	IN_CONTEXTS(handler_table_test_handlers_may_dispatch_each_other_in_a_chain),
	IN_CONTEXTS(handler_table_test_handler_may_dispatch_itself),
	IN_CONTEXTS(handler_table_test_removed_handler_should_not_dispatch_itself),
	IN_CONTEXTS(handler_table_test_handler_may_dispatch_its_replacement),
	{}
};

struct kunit_suite handler_table_reentry_suite = {
	.name = "handler_table_reentry",
	.init = reentry_init,
	.test_cases = reentry_cases,
};
