// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: the operations on a slot, in every context.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_slots
 */
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>

#include "harness.h"

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

DEFINE_STATIC_HANDLER_TABLE(example_table, 8);
DEFINE_STATIC_HANDLER_TABLE(one_slot_table, 1);
DEFINE_STATIC_HANDLER_TABLE(largest_table, 65536);

CONTEXT_CASE(handler_table_test_new_table_should_be_empty)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++) {
		CHECK(check, !handler_table_peek(t, i));
		CHECK(check, !handler_table_handle(t, i, NULL));
		CHECK(check, !handler_table_dispatch(t, i, NULL));
		CHECK(check, !handler_table_unregister(t, i));
	}
	CHECK(check, nothing_ran());
}

/* The life of a table of 8 slots as the ArceOS crate's introduction tells it. */
CONTEXT_CASE(handler_table_test_example_should_work_line_by_line)
{
	handler_fn_t fn;

	t = &example_table;
	CHECK(check, is_empty(t));

	CHECK_EQ(check, handler_table_register(t, 0, handler_a), 0);
	CHECK_EQ(check, handler_table_register(t, 1, handler_b), 0);

	CHECK_EQ(check, handler_table_handle(t, 0, NULL), true);
	CHECK(check, ran_once(handler_a, 0, NULL));
	CHECK_EQ(check, handler_table_handle(t, 2, NULL), false);
	CHECK(check, nothing_ran());

	CHECK(check, !handler_table_unregister(t, 2));
	fn = handler_table_unregister(t, 1);
	CHECK(check, fn == handler_b);
	if (fn)
		fn(1, NULL);
	CHECK(check, ran_once(handler_b, 1, NULL));
	CHECK_EQ(check, handler_table_handle(t, 1, NULL), false);
	CHECK(check, nothing_ran());

	/* What the example leaves unsaid. */
	CHECK_EQ(check, handler_table_register(t, 0, handler_b), -EBUSY);
	CHECK_EQ(check, handler_table_register(t, 8, handler_b), -EINVAL);
	CHECK_EQ(check, handler_table_handle(t, 8, NULL), false);
	CHECK(check, !handler_table_unregister(t, 8));
	CHECK_EQ(check, handler_table_handle(t, 0, NULL), true);
	CHECK(check, ran_once(handler_a, 0, NULL));
	CHECK(check, handler_table_unregister(t, 0) == handler_a);
	CHECK(check, is_empty(t));
}

CONTEXT_CASE(handler_table_test_register_should_fill_empty_slot)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK(check, holds_only(t, 3, handler_a));
	CHECK(check, nothing_ran());
}

CONTEXT_CASE(handler_table_test_register_should_refuse_occupied_slot)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_register(t, 3, handler_b), -EBUSY);
	CHECK(check, holds_only(t, 3, handler_a));
	/* Nor does a handler get in twice. */
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), -EBUSY);
	CHECK(check, holds_only(t, 3, handler_a));

	CHECK(check, handler_table_handle(t, 3, NULL));
	CHECK(check, ran_once(handler_a, 3, NULL));
}

CONTEXT_CASE(handler_table_test_register_should_take_a_handler_in_many_slots)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		CHECK_EQ(check, handler_table_register(t, i, handler_a), 0);
	for (i = 0; i < NR_SLOTS; i++) {
		CHECK(check, handler_table_handle(t, i, &t));
		CHECK(check, ran_once(handler_a, i, &t));
	}
}

CONTEXT_CASE(handler_table_test_register_should_refuse_bad_input)
{
	CHECK_EQ(check, handler_table_register(t, 1, handler_a), 0);

	CHECK_EQ(check, handler_table_register(NULL, 0, handler_b), -EINVAL);
	CHECK_EQ(check, handler_table_register(NULL, UINT_MAX, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_register(t, 0, NULL), -EINVAL);
	/* An occupied slot makes no difference. */
	CHECK_EQ(check, handler_table_register(t, 1, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_register(t, NR_SLOTS, handler_b), -EINVAL);
	CHECK_EQ(check, handler_table_register(t, UINT_MAX, handler_b), -EINVAL);
	CHECK(check, holds_only(t, 1, handler_a));
}

CONTEXT_CASE(handler_table_test_unregister_should_give_the_handler_back)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK(check, handler_table_unregister(t, 3) == handler_a);
	CHECK(check, is_empty(t));
	CHECK(check, !handler_table_handle(t, 3, NULL));
	CHECK(check, nothing_ran());
	CHECK_EQ(check, handler_table_register(t, 3, handler_b), 0);
	CHECK(check, handler_table_unregister(t, 3) == handler_b);
}

CONTEXT_CASE(handler_table_test_unregister_should_give_null_for_empty_slot)
{
	CHECK_EQ(check, handler_table_register(t, 2, handler_a), 0);
	CHECK(check, !handler_table_unregister(t, 3));
	CHECK(check, handler_table_unregister(t, 2) == handler_a);
	CHECK(check, !handler_table_unregister(t, 2));
}

CONTEXT_CASE(handler_table_test_unregister_should_refuse_bad_input)
{
	CHECK_EQ(check, handler_table_register(t, 0, handler_a), 0);
	CHECK(check, !handler_table_unregister(NULL, 0));
	CHECK(check, !handler_table_unregister(NULL, UINT_MAX));
	CHECK(check, !handler_table_unregister(t, NR_SLOTS));
	CHECK(check, !handler_table_unregister(t, UINT_MAX));
	CHECK(check, holds_only(t, 0, handler_a));
}

CONTEXT_CASE(handler_table_test_remove_should_empty_the_slot)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_remove(t, 3, handler_a), 0);
	CHECK(check, is_empty(t));
	CHECK(check, !handler_table_handle(t, 3, NULL));
	CHECK(check, nothing_ran());
}

CONTEXT_CASE(handler_table_test_remove_should_leave_another_handler_alone)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_remove(t, 3, handler_b), -ENOENT);
	CHECK(check, holds_only(t, 3, handler_a));
	/* Nor does it look for the handler elsewhere. */
	CHECK_EQ(check, handler_table_remove(t, 2, handler_a), -ENOENT);
	CHECK(check, holds_only(t, 3, handler_a));
}

CONTEXT_CASE(handler_table_test_remove_should_say_so_of_empty_slot)
{
	CHECK_EQ(check, handler_table_remove(t, 3, handler_a), -ENOENT);
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_remove(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_remove(t, 3, handler_a), -ENOENT);
	CHECK(check, is_empty(t));
}

CONTEXT_CASE(handler_table_test_remove_should_refuse_bad_input)
{
	CHECK_EQ(check, handler_table_register(t, 0, handler_a), 0);
	CHECK_EQ(check, handler_table_remove(NULL, 0, handler_a), -EINVAL);
	CHECK_EQ(check, handler_table_remove(NULL, UINT_MAX, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_remove(t, 0, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_remove(t, 1, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_remove(t, NR_SLOTS, handler_a), -EINVAL);
	CHECK_EQ(check, handler_table_remove(t, UINT_MAX, handler_a), -EINVAL);
	CHECK(check, holds_only(t, 0, handler_a));
}

CONTEXT_CASE(handler_table_test_swap_should_give_the_previous_handler)
{
	handler_fn_t old = NULL;

	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_swap(t, 3, handler_b, &old), 0);
	CHECK(check, old == handler_a);
	CHECK(check, holds_only(t, 3, handler_b));
	CHECK(check, nothing_ran());

	CHECK(check, handler_table_handle(t, 3, NULL));
	CHECK(check, ran_once(handler_b, 3, NULL));
}

CONTEXT_CASE(handler_table_test_swap_should_give_null_for_empty_slot)
{
	handler_fn_t old = handler_c;

	CHECK_EQ(check, handler_table_swap(t, 3, handler_a, &old), 0);
	CHECK(check, !old);
	CHECK(check, holds_only(t, 3, handler_a));
}

CONTEXT_CASE(handler_table_test_swap_should_do_without_old)
{
	CHECK_EQ(check, handler_table_swap(t, 3, handler_a, NULL), 0);
	CHECK(check, holds_only(t, 3, handler_a));
	CHECK_EQ(check, handler_table_swap(t, 3, handler_b, NULL), 0);
	CHECK(check, holds_only(t, 3, handler_b));
}

CONTEXT_CASE(handler_table_test_swap_should_take_the_same_handler_again)
{
	handler_fn_t old = NULL;

	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_swap(t, 3, handler_a, &old), 0);
	CHECK(check, old == handler_a);
	CHECK(check, holds_only(t, 3, handler_a));
}

CONTEXT_CASE(handler_table_test_swap_should_refuse_bad_input)
{
	handler_fn_t old = handler_c;

	CHECK_EQ(check, handler_table_register(t, 0, handler_a), 0);

	CHECK_EQ(check, handler_table_swap(NULL, 0, handler_b, &old), -EINVAL);
	CHECK(check, old == handler_c);
	CHECK_EQ(check, handler_table_swap(t, 0, NULL, &old), -EINVAL);
	CHECK(check, old == handler_c);
	CHECK_EQ(check, handler_table_swap(t, NR_SLOTS, handler_b, &old),
		 -EINVAL);
	CHECK(check, old == handler_c);
	CHECK_EQ(check, handler_table_swap(t, UINT_MAX, handler_b, &old),
		 -EINVAL);
	CHECK(check, old == handler_c);

	CHECK_EQ(check, handler_table_swap(NULL, 0, handler_b, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_swap(t, 0, NULL, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_swap(t, 1, NULL, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_swap(t, NR_SLOTS, handler_b, NULL),
		 -EINVAL);
	CHECK(check, holds_only(t, 0, handler_a));
}

CONTEXT_CASE(handler_table_test_replace_should_install_the_new_handler)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_replace(t, 3, handler_a, handler_b), 0);
	CHECK(check, holds_only(t, 3, handler_b));
	CHECK(check, nothing_ran());

	CHECK(check, handler_table_handle(t, 3, NULL));
	CHECK(check, ran_once(handler_b, 3, NULL));
}

CONTEXT_CASE(handler_table_test_replace_should_leave_another_handler_alone)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_replace(t, 3, handler_b, handler_c),
		 -ENOENT);
	CHECK(check, holds_only(t, 3, handler_a));
	/* That the new handler is there already makes no difference. */
	CHECK_EQ(check, handler_table_replace(t, 3, handler_b, handler_a),
		 -ENOENT);
	CHECK(check, holds_only(t, 3, handler_a));
}

CONTEXT_CASE(handler_table_test_replace_should_not_fill_empty_slot)
{
	CHECK_EQ(check, handler_table_replace(t, 3, handler_a, handler_b),
		 -ENOENT);
	CHECK(check, is_empty(t));
}

CONTEXT_CASE(handler_table_test_replace_should_tell_whether_same_is_there)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_replace(t, 3, handler_a, handler_a), 0);
	CHECK_EQ(check, handler_table_replace(t, 3, handler_b, handler_b),
		 -ENOENT);
	CHECK(check, holds_only(t, 3, handler_a));
}

CONTEXT_CASE(handler_table_test_replace_should_refuse_bad_input)
{
	CHECK_EQ(check, handler_table_register(t, 0, handler_a), 0);

	CHECK_EQ(check, handler_table_replace(NULL, 0, handler_a, handler_b),
		 -EINVAL);
	CHECK_EQ(check, handler_table_replace(NULL, UINT_MAX, NULL, NULL),
		 -EINVAL);
	CHECK_EQ(check, handler_table_replace(t, 0, handler_a, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_replace(t, 0, NULL, handler_b), -EINVAL);
	/* NULL does not stand for an empty slot: that would be register. */
	CHECK_EQ(check, handler_table_replace(t, 1, NULL, handler_b), -EINVAL);
	CHECK_EQ(check, handler_table_replace(t, 1, NULL, NULL), -EINVAL);
	CHECK_EQ(check, handler_table_replace(t, NR_SLOTS, handler_a, handler_b),
		 -EINVAL);
	CHECK_EQ(check, handler_table_replace(t, UINT_MAX, handler_a, handler_b),
		 -EINVAL);
	CHECK(check, holds_only(t, 0, handler_a));
}

CONTEXT_CASE(handler_table_test_handle_should_run_the_handler_once)
{
	int arg;

	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, &arg), true);
	CHECK(check, ran_once(handler_a, 3, &arg));
	/* It stays, and runs again at the next event. */
	CHECK(check, holds_only(t, 3, handler_a));
	CHECK_EQ(check, handler_table_handle(t, 3, &arg), true);
	CHECK(check, ran_once(handler_a, 3, &arg));
}

CONTEXT_CASE(handler_table_test_dispatch_should_run_the_handler_once)
{
	int arg;

	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_dispatch(t, 3, &arg), true);
	CHECK(check, ran_once(handler_a, 3, &arg));
	CHECK(check, holds_only(t, 3, handler_a));
	CHECK_EQ(check, handler_table_dispatch(t, 3, &arg), true);
	CHECK(check, ran_once(handler_a, 3, &arg));
}

CONTEXT_CASE(handler_table_test_handler_should_get_any_argument_as_it_is)
{
	void *args[] = { NULL, (void *)1, (void *)ULONG_MAX, t, args };
	unsigned int i;

	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	for (i = 0; i < ARRAY_SIZE(args); i++) {
		CHECK(check, handler_table_handle(t, 3, args[i]));
		CHECK(check, ran_once(handler_a, 3, args[i]));
		CHECK(check, handler_table_dispatch(t, 3, args[i]));
		CHECK(check, ran_once(handler_a, 3, args[i]));
	}
}

CONTEXT_CASE(handler_table_test_handle_should_say_false_of_empty_slot)
{
	CHECK_EQ(check, handler_table_register(t, 2, handler_a), 0);
	CHECK_EQ(check, handler_table_register(t, 4, handler_b), 0);
	CHECK_EQ(check, handler_table_handle(t, 3, NULL), false);
	CHECK_EQ(check, handler_table_dispatch(t, 3, NULL), false);
	CHECK(check, nothing_ran());
}

CONTEXT_CASE(handler_table_test_handle_should_refuse_bad_input)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		CHECK_EQ(check, handler_table_register(t, i, handler_a), 0);

	CHECK_EQ(check, handler_table_handle(NULL, 0, NULL), false);
	CHECK_EQ(check, handler_table_handle(NULL, UINT_MAX, NULL), false);
	CHECK_EQ(check, handler_table_handle(t, NR_SLOTS, NULL), false);
	CHECK_EQ(check, handler_table_handle(t, UINT_MAX, NULL), false);
	CHECK_EQ(check, handler_table_dispatch(t, NR_SLOTS, NULL), false);
	CHECK_EQ(check, handler_table_dispatch(t, UINT_MAX, NULL), false);
	CHECK(check, nothing_ran());
}

/* White box: what lockdep sees of the section, and what RCU does. */
static bool is_read_side_section(void)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	return lock_is_held(&handler_table_lock_map) &&
	       (__HANDLER_TABLE_TASKS_RCU || rcu_read_lock_held());
#else
	return false;
#endif
}

static bool in_read_side_section;

static void handler_looking_around(unsigned int idx, void *arg)
{
	in_read_side_section = is_read_side_section();
}

static void dispatch_looking_around(struct check *check,
				    struct handler_table *t)
{
	CHECK_EQ(check,
		 handler_table_register(t, 3, handler_looking_around), 0);

	in_read_side_section = false;
	CHECK(check, handler_table_handle(t, 3, NULL));
	CHECK(check, in_read_side_section);
	in_read_side_section = false;
	CHECK(check, handler_table_dispatch(t, 3, NULL));
	CHECK(check, in_read_side_section);

	/* And the section ends with the dispatch. */
	CHECK(check, !handler_table_handle(t, 4, NULL));
	CHECK(check, !handler_table_handle(t, NR_SLOTS, NULL));
	CHECK(check, !is_read_side_section());
}

static void handler_table_test_handler_should_run_in_read_side_section(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC))
		kunit_skip(test, "needs CONFIG_DEBUG_LOCK_ALLOC to tell");

	run_in_context(test, dispatch_looking_around);
}

CONTEXT_CASE(handler_table_test_peek_should_change_nothing)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK(check, handler_table_peek(t, 3) == handler_a);
	CHECK(check, handler_table_peek(t, 3) == handler_a);
	CHECK(check, !handler_table_peek(t, 4));
	CHECK(check, nothing_ran());
	CHECK(check, handler_table_unregister(t, 3) == handler_a);
}

CONTEXT_CASE(handler_table_test_peek_should_refuse_bad_input)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		CHECK_EQ(check, handler_table_register(t, i, handler_a), 0);
	CHECK(check, !handler_table_peek(NULL, 0));
	CHECK(check, !handler_table_peek(NULL, UINT_MAX));
	CHECK(check, !handler_table_peek(t, NR_SLOTS));
	CHECK(check, !handler_table_peek(t, UINT_MAX));
}

CONTEXT_CASE(handler_table_test_boundaries_should_hold)
{
	check_boundaries(check, t);
}

CONTEXT_CASE(handler_table_test_boundaries_should_hold_in_table_of_one_slot)
{
	check_boundaries(check, &one_slot_table);
}

CONTEXT_CASE(handler_table_test_boundaries_should_hold_in_largest_static_table)
{
	check_boundaries(check, &largest_table);
}

static handler_fn_t alternate(unsigned int idx)
{
	return idx & 1 ? handler_a : handler_b;
}

/* Whether each slot but @except holds alternate() of its index. */
static bool others_untouched(struct handler_table *t, unsigned int except)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++) {
		if (i != except && handler_table_peek(t, i) != alternate(i))
			return false;
	}
	return true;
}

CONTEXT_CASE(handler_table_test_slots_should_not_affect_each_other)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		CHECK_EQ(check, handler_table_register(t, i, alternate(i)), 0);

	for (i = 0; i < NR_SLOTS; i++) {
		CHECK(check, handler_table_handle(t, i, &t));
		CHECK(check, ran_once(alternate(i), i, &t));
		CHECK(check, handler_table_dispatch(t, i, &t));
		CHECK(check, ran_once(alternate(i), i, &t));
	}

	for (i = 0; i < NR_SLOTS; i++) {
		CHECK_EQ(check, handler_table_remove(t, i, alternate(i)), 0);
		CHECK(check, !handler_table_peek(t, i));
		CHECK(check, others_untouched(t, i));

		CHECK_EQ(check, handler_table_register(t, i, handler_c), 0);
		CHECK(check, others_untouched(t, i));

		CHECK(check, handler_table_unregister(t, i) == handler_c);
		CHECK(check, others_untouched(t, i));

		CHECK_EQ(check, handler_table_swap(t, i, handler_c, NULL), 0);
		CHECK(check, others_untouched(t, i));

		CHECK_EQ(check, handler_table_replace(t, i, handler_c,
						      alternate(i)), 0);
		CHECK(check, others_untouched(t, NR_SLOTS));
	}
}

CONTEXT_CASE(handler_table_test_tables_should_not_affect_each_other)
{
	CHECK_EQ(check, handler_table_register(t, 3, handler_a), 0);
	CHECK_EQ(check, handler_table_register(&example_table, 3, handler_b), 0);
	CHECK(check, handler_table_handle(t, 3, NULL));
	CHECK(check, ran_once(handler_a, 3, NULL));
	CHECK_EQ(check, handler_table_remove(&example_table, 3, handler_b), 0);
	CHECK(check, holds_only(t, 3, handler_a));
	CHECK(check, is_empty(&example_table));
}

/* The tables of this file outlive a case that failed halfway. */
static void slots_exit(struct kunit *test)
{
	struct handler_table *tables[] = {
		&example_table, &one_slot_table, &largest_table,
	};
	unsigned int i, idx;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		for (idx = 0; idx < tables[i]->nr; idx++)
			handler_table_unregister(tables[i], idx);
	}
}

static struct kunit_case slots_cases[] = {
	IN_CONTEXTS(handler_table_test_new_table_should_be_empty),
	IN_CONTEXTS(handler_table_test_example_should_work_line_by_line),
	IN_CONTEXTS(handler_table_test_register_should_fill_empty_slot),
	IN_CONTEXTS(handler_table_test_register_should_refuse_occupied_slot),
	IN_CONTEXTS(handler_table_test_register_should_take_a_handler_in_many_slots),
	IN_CONTEXTS(handler_table_test_register_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_unregister_should_give_the_handler_back),
	IN_CONTEXTS(handler_table_test_unregister_should_give_null_for_empty_slot),
	IN_CONTEXTS(handler_table_test_unregister_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_remove_should_empty_the_slot),
	IN_CONTEXTS(handler_table_test_remove_should_leave_another_handler_alone),
	IN_CONTEXTS(handler_table_test_remove_should_say_so_of_empty_slot),
	IN_CONTEXTS(handler_table_test_remove_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_swap_should_give_the_previous_handler),
	IN_CONTEXTS(handler_table_test_swap_should_give_null_for_empty_slot),
	IN_CONTEXTS(handler_table_test_swap_should_do_without_old),
	IN_CONTEXTS(handler_table_test_swap_should_take_the_same_handler_again),
	IN_CONTEXTS(handler_table_test_swap_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_replace_should_install_the_new_handler),
	IN_CONTEXTS(handler_table_test_replace_should_leave_another_handler_alone),
	IN_CONTEXTS(handler_table_test_replace_should_not_fill_empty_slot),
	IN_CONTEXTS(handler_table_test_replace_should_tell_whether_same_is_there),
	IN_CONTEXTS(handler_table_test_replace_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_handle_should_run_the_handler_once),
	IN_CONTEXTS(handler_table_test_dispatch_should_run_the_handler_once),
	IN_CONTEXTS(handler_table_test_handler_should_get_any_argument_as_it_is),
	IN_CONTEXTS(handler_table_test_handle_should_say_false_of_empty_slot),
	IN_CONTEXTS(handler_table_test_handle_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_handler_should_run_in_read_side_section),
	IN_CONTEXTS(handler_table_test_peek_should_change_nothing),
	IN_CONTEXTS(handler_table_test_peek_should_refuse_bad_input),
	IN_CONTEXTS(handler_table_test_boundaries_should_hold),
	IN_CONTEXTS(handler_table_test_boundaries_should_hold_in_table_of_one_slot),
	IN_CONTEXTS(handler_table_test_boundaries_should_hold_in_largest_static_table),
	IN_CONTEXTS(handler_table_test_slots_should_not_affect_each_other),
	IN_CONTEXTS(handler_table_test_tables_should_not_affect_each_other),
	{}
};

struct kunit_suite handler_table_slots_suite = {
	.name = "handler_table_slots",
	.init = context_suite_init,
	.exit = slots_exit,
	.test_cases = slots_cases,
};
