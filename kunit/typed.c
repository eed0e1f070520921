// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: typed and bound tables.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_typed
 *
 * What the operations do to a slot is tested in slots.c; typed ones are those.
 * Here it is what is added: the type, arguments, results, and descriptors. What
 * must not compile is in selftests/compile.
 */
#include <linux/container_of.h>
#include <linux/handler_table_typed.h>
#include <linux/rcupdate.h>

#include "harness.h"

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

struct parcel {
	int		 weight;
	const char	*label;
};

/* Arguments and a result of different sizes, none of them a pointer to void. */
DEFINE_STATIC_TYPED_HANDLER_TABLE(scales, NR_SLOTS,
				  s64 (const struct parcel *parcel, u8 times,
				       s64 plus));
DEFINE_TYPED_HANDLER_TABLE(handler_table_test_bells, 3, void (void));
DECLARE_TYPED_HANDLER_TABLE(handler_table_test_declared, struct parcel (int));
DEFINE_DECLARED_TYPED_HANDLER_TABLE(handler_table_test_declared, 1);

static s64 weigh(const struct parcel *parcel, u8 times, s64 plus)
{
	return (s64)parcel->weight * times + plus;
}

static s64 weigh_nothing(const struct parcel *parcel, u8 times, s64 plus)
{
	return 0;
}

static unsigned int rings;

static void ring(void)
{
	rings++;
}

static struct parcel pack(int weight)
{
	return (struct parcel){ .weight = weight, .label = "packed" };
}

static bool scales_are_empty(void)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++) {
		if (handler_table_peek_typed(&scales, i))
			return false;
	}
	return true;
}

CONTEXT_CASE(handler_table_test_typed_should_pass_arguments_and_result)
{
	const struct parcel parcel = { .weight = 7 };
	s64 result = -1;

	CHECK_EQ(check, handler_table_register_typed(&scales, 2, weigh), 0);
	CHECK(check, handler_table_dispatch_typed(&scales, 2, &result, &parcel,
						  255, 1LL << 40));
	CHECK_EQ(check, result, 7 * 255 + (1LL << 40));
	CHECK(check, handler_table_unregister_typed(&scales, 2) == weigh);
	CHECK(check, scales_are_empty());
}

/* A result of 0 is a result; no result leaves the variable alone. */
CONTEXT_CASE(handler_table_test_typed_should_tell_no_handler_from_no_weight)
{
	const struct parcel parcel = { .weight = 7 };
	s64 result = -1;

	CHECK_EQ(check, handler_table_register_typed(&scales, 2, weigh_nothing),
		 0);
	CHECK(check, !handler_table_dispatch_typed(&scales, 3, &result, &parcel,
						   1, 0));
	CHECK(check, !handler_table_dispatch_typed(&scales, NR_SLOTS, &result,
						   &parcel, 1, 0));
	CHECK(check, !handler_table_dispatch_typed(&scales, UINT_MAX, &result,
						   &parcel, 1, 0));
	CHECK_EQ(check, result, -1);
	CHECK(check, handler_table_dispatch_typed(&scales, 2, &result, &parcel,
						  1, 0));
	CHECK_EQ(check, result, 0);
	CHECK_EQ(check, handler_table_remove_typed(&scales, 2, weigh_nothing),
		 0);
}

CONTEXT_CASE(handler_table_test_typed_should_change_slots)
{
	s64 (*old)(const struct parcel *parcel, u8 times, s64 plus) = weigh;

	CHECK_EQ(check, handler_table_register_typed(&scales, 0, weigh), 0);
	CHECK_EQ(check, handler_table_register_typed(&scales, 0, weigh_nothing),
		 -EBUSY);
	CHECK_EQ(check, handler_table_remove_typed(&scales, 0, weigh_nothing),
		 -ENOENT);
	CHECK_EQ(check, handler_table_replace_typed(&scales, 0, weigh_nothing,
						    weigh), -ENOENT);
	CHECK_EQ(check, handler_table_replace_typed(&scales, 0, weigh,
						    weigh_nothing), 0);
	CHECK(check, handler_table_peek_typed(&scales, 0) == weigh_nothing);
	CHECK_EQ(check, handler_table_swap_typed(&scales, 0, weigh, &old), 0);
	CHECK(check, old == weigh_nothing);
	CHECK_EQ(check, handler_table_swap_typed(&scales, 0, weigh, NULL), 0);
	CHECK_EQ(check, handler_table_swap_typed(&scales, NR_SLOTS, weigh, &old),
		 -EINVAL);
	CHECK(check, old == weigh_nothing);
	CHECK(check, handler_table_unregister_typed(&scales, 0) == weigh);
	CHECK(check, !handler_table_unregister_typed(&scales, 0));
	CHECK(check, scales_are_empty());
}

CONTEXT_CASE(handler_table_test_typed_should_take_other_types)
{
	struct parcel parcel = { };

	rings = 0;
	CHECK_EQ(check, handler_table_register_typed(&handler_table_test_bells,
						     1, ring), 0);
	CHECK(check, handler_table_dispatch_typed_void(&handler_table_test_bells,
						       1));
	CHECK(check, !handler_table_dispatch_typed_void(&handler_table_test_bells,
							2));
	CHECK_EQ(check, rings, 1);
	CHECK_EQ(check, handler_table_remove_typed(&handler_table_test_bells, 1,
						   ring), 0);

	CHECK_EQ(check,
		 handler_table_register_typed(&handler_table_test_declared, 0,
					      pack), 0);
	CHECK(check,
	      handler_table_dispatch_typed(&handler_table_test_declared, 0,
					   &parcel, 9));
	CHECK_EQ(check, parcel.weight, 9);
	CHECK(check, parcel.label && parcel.label[0] == 'p');
	CHECK_EQ(check,
		 handler_table_remove_typed(&handler_table_test_declared, 0,
					    pack), 0);
}

/* A handler with its context, and with more than one function. */
struct meter {
	int (*read)(struct meter *meter, int scale);
	void (*reset)(struct meter *meter);
	int unit;
};

struct boiler {
	int		temperature;
	struct meter	meter;
};

DEFINE_STATIC_BOUND_HANDLER_TABLE(meters, NR_SLOTS, struct meter);
BOUND_HANDLER_TABLE(allocated_meters, struct meter);
TYPED_HANDLER_TABLE(allocated_scales, int (int));

static int boiler_read(struct meter *meter, int scale)
{
	struct boiler *boiler = container_of(meter, struct boiler, meter);

	return boiler->temperature * scale + meter->unit;
}

static void boiler_reset(struct meter *meter)
{
	container_of(meter, struct boiler, meter)->temperature = 0;
}

static const struct meter boiler_meter = {
	.read	= boiler_read,
	.reset	= boiler_reset,
	.unit	= 1,
};

CONTEXT_CASE(handler_table_test_bound_should_run_with_its_context)
{
	struct boiler left = { .temperature = 20, .meter = boiler_meter };
	struct boiler right = { .temperature = 90, .meter = boiler_meter };
	struct meter *old = NULL;
	int result = -1;

	CHECK_EQ(check, handler_table_register_typed(&meters, 5, &left.meter),
		 0);
	CHECK(check, handler_table_dispatch_bound(&meters, 5, &result, read, 10));
	CHECK_EQ(check, result, 201);
	CHECK_EQ(check, handler_table_swap_typed(&meters, 5, &right.meter, &old),
		 0);
	CHECK(check, old == &left.meter);
	CHECK(check, handler_table_dispatch_bound(&meters, 5, &result, read, 10));
	CHECK_EQ(check, result, 901);
	CHECK(check, handler_table_dispatch_bound_void(&meters, 5, reset));
	CHECK_EQ(check, right.temperature, 0);
	CHECK_EQ(check, left.temperature, 20);
	/* The same function, but another context: another handler. */
	CHECK_EQ(check, handler_table_remove_typed(&meters, 5, &left.meter),
		 -ENOENT);
	CHECK_EQ(check, handler_table_remove_typed(&meters, 5, &right.meter), 0);
	CHECK(check, !handler_table_dispatch_bound(&meters, 5, &result, read, 1));
	CHECK(check, !handler_table_dispatch_bound_void(&meters, NR_SLOTS, reset));
	CHECK_EQ(check, result, 901);
}

static void handler_table_test_typed_should_be_allocated(struct kunit *test)
{
	struct boiler boiler = { .temperature = 20, .meter = boiler_meter };
	struct allocated_meters_handler_table *b;
	struct allocated_scales_handler_table *s;
	int result = 0;

	s = handler_table_alloc_typed(allocated_scales, "scales", 2, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	free_after_test(test, handler_table_untyped(s));
	KUNIT_EXPECT_FALSE(test, handler_table_dispatch_typed(s, 1, &result, 3));

	b = handler_table_alloc_bound(allocated_meters, "meters", 2, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, b);
	free_after_test(test, handler_table_untyped(b));
	KUNIT_EXPECT_EQ(test,
			handler_table_register_typed(b, 1, &boiler.meter), 0);
	KUNIT_EXPECT_TRUE(test,
			  handler_table_dispatch_bound(b, 1, &result, read, 1));
	KUNIT_EXPECT_EQ(test, result, 21);
	KUNIT_EXPECT_EQ(test,
			handler_table_remove_typed_sync(b, 1, &boiler.meter), 0);
}

/* Operators have no arguments to give. */
static void handler_table_test_typed_should_not_be_for_operators(struct kunit *test)
{
	struct handler_table *t = handler_table_untyped(&scales);

	KUNIT_EXPECT_EQ(test,
			handler_table_publish(t, HANDLER_TABLE_ALLOW_DISPATCH),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
	handler_table_unpublish(t);
}

static struct kunit_case typed_cases[] = {
	IN_CONTEXTS(handler_table_test_typed_should_pass_arguments_and_result),
	IN_CONTEXTS(handler_table_test_typed_should_tell_no_handler_from_no_weight),
	IN_CONTEXTS(handler_table_test_typed_should_change_slots),
	IN_CONTEXTS(handler_table_test_typed_should_take_other_types),
	IN_CONTEXTS(handler_table_test_bound_should_run_with_its_context),
	KUNIT_CASE(handler_table_test_typed_should_be_allocated),
	KUNIT_CASE(handler_table_test_typed_should_not_be_for_operators),
	{ }
};

struct kunit_suite handler_table_typed_suite = {
	.name		= "handler_table_typed",
	.init		= context_suite_init,
	.test_cases	= typed_cases,
};
