// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: publishing.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_publish
 */
#include <linux/bits.h>
#include <linux/string.h>

#include "harness.h"

KUNIT_ARRAY_PARAM(context, contexts, context_desc);

DEFINE_STATIC_HANDLER_TABLE(kunit_defined_table, 4);
/* For one name after another. */
DEFINE_STATIC_HANDLER_TABLE(kunit_renamed_table, 1);

#define X54	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X63	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

struct name_case {
	const char	*desc;
	const char	*name;
	int		 ret;
};

static const struct name_case name_cases[] = {
	{ "one character", "a", 0 },
	{ "63 characters", X63, 0 },
	{ "all kinds of characters", "kunit_Table-0.9", 0 },
	{ "three dots", "...", 0 },
	{ "a leading dot", ".tables", 0 },
	{ "dots around", "..x..", 0 },
	{ "a leading dash", "-", 0 },
	{ "a reserved name and more: tables2", "tables2", 0 },
	{ "a reserved name and more: stress_", "stress_", 0 },
	{ "a reserved name cut short: table", "table", 0 },
	{ "a reserved name cut short: stres", "stres", 0 },
	{ "a reserved name in capitals: TABLES", "TABLES", 0 },
	{ "a reserved name in capitals: Stress", "Stress", 0 },
	{ "no characters", "", -EINVAL },
	{ "64 characters", X63 "x", -EINVAL },
	{ "65 characters", X63 "xx", -EINVAL },
	{ "126 characters", X63 X63, -EINVAL },
	{ "reserved: .", ".", -EINVAL },
	{ "reserved: ..", "..", -EINVAL },
	{ "reserved: tables", "tables", -EINVAL },
	{ "reserved: stress", "stress", -EINVAL },
	{ "a leading slash", "/x", -EINVAL },
	{ "a slash inside", "a/b", -EINVAL },
	{ "a way out", "../x", -EINVAL },
	{ "a leading blank", " x", -EINVAL },
	{ "a trailing blank", "tables ", -EINVAL },
	{ "a trailing newline", "x\n", -EINVAL },
	{ "a format", "%s", -EINVAL },
	{ "not ASCII", "t\303\244ble", -EINVAL },
	{ "a bad 63rd character", X54 "xxxxxxxx ", -EINVAL },
};

static void name_case_desc(const struct name_case *name_case, char *desc)
{
	strscpy(desc, name_case->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(name_case, name_cases, name_case_desc);

static void handler_table_test_publish_should_judge_the_name(struct kunit *test)
{
	const struct name_case *name_case = test->param_value;
	struct handler_table *t = table_for_test(test, name_case->name, 1);
	struct handler_table *same = table_for_test(test, name_case->name, 1);

	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), name_case->ret);
	/* Whether it is on record by its full name. */
	KUNIT_EXPECT_EQ(test, handler_table_publish(same, 0),
			name_case->ret ?: -EEXIST);
	handler_table_unpublish(t);
	KUNIT_EXPECT_EQ(test, handler_table_publish(same, 0), name_case->ret);
}

static bool name_byte_is_fine(unsigned int c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/*
 * White box: one table gets one name after another, as to allocate and free a
 * table for each would take hundreds of grace periods.
 */
static void handler_table_test_publish_should_judge_each_byte(struct kunit *test)
{
	struct handler_table *t = &kunit_renamed_table;
	char alone[2] = "", amid[4] = "a?b";
	unsigned int c;

	for (c = 1; c <= 255; c++) {
		alone[0] = c;
		t->name = alone;
		KUNIT_EXPECT_EQ_MSG(test, handler_table_publish(t, 0),
				    name_byte_is_fine(c) ? 0 : -EINVAL,
				    "byte 0x%02x", c);
		handler_table_unpublish(t);

		/* Amid others a dot is fine, too. */
		amid[1] = c;
		t->name = amid;
		KUNIT_EXPECT_EQ_MSG(test, handler_table_publish(t, 0),
				    name_byte_is_fine(c) || c == '.' ? 0 : -EINVAL,
				    "byte 0x%02x amid others", c);
		handler_table_unpublish(t);
	}
}

static void handler_table_test_publish_should_know_its_flags(struct kunit *test)
{
	struct handler_table *t = table_for_test(test, "kunit_flags", 1);
	unsigned int known = HANDLER_TABLE_ALLOW_DISPATCH;
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (BIT(bit) & known)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL,
				    handler_table_publish(t, BIT(bit)),
				    "bit %u", bit);
		KUNIT_EXPECT_EQ_MSG(test, -EINVAL,
				    handler_table_publish(t, BIT(bit) | known),
				    "bit %u with a known one", bit);
	}
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, ~0U), -EINVAL);

	/* None of these has published it. */
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, known), 0);
}

static void handler_table_test_publish_should_refuse_null(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, handler_table_publish(NULL, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test,
			handler_table_publish(NULL, HANDLER_TABLE_ALLOW_DISPATCH),
			-EINVAL);
}

static void handler_table_test_publish_should_refuse_published_table(struct kunit *test)
{
	struct handler_table *t = table_for_test(test, "kunit_twice", 1);

	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test,
			handler_table_publish(t, HANDLER_TABLE_ALLOW_DISPATCH),
			-EEXIST);

	/* One call undoes it all the same. */
	handler_table_unpublish(t);
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
}

static void handler_table_test_publish_should_refuse_taken_name(struct kunit *test)
{
	struct handler_table *first = table_for_test(test, "kunit_same", 1);
	struct handler_table *second = table_for_test(test, "kunit_same", 2);
	struct handler_table *other = table_for_test(test, "kunit_other", 1);

	KUNIT_EXPECT_EQ(test, handler_table_publish(first, 0), 0);
	KUNIT_EXPECT_EQ(test, handler_table_publish(other, 0), 0);
	KUNIT_EXPECT_EQ(test, handler_table_publish(second, 0), -EEXIST);

	/* Unpublishing the one that was refused leaves the first in place. */
	handler_table_unpublish(second);
	KUNIT_EXPECT_EQ(test, handler_table_publish(second, 0), -EEXIST);
	KUNIT_EXPECT_EQ(test, handler_table_publish(first, 0), -EEXIST);

	handler_table_unpublish(first);
	KUNIT_EXPECT_EQ(test, handler_table_publish(second, 0), 0);
	KUNIT_EXPECT_EQ(test, handler_table_publish(first, 0), -EEXIST);
}

static void handler_table_test_unpublish_should_do_nothing_to_unpublished(struct kunit *test)
{
	struct handler_table *t = table_for_test(test, "kunit_unpublished", 1);

	handler_table_unpublish(NULL);
	handler_table_unpublish(t);
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
	handler_table_unpublish(t);
	handler_table_unpublish(t);
}

static void handler_table_test_unpublish_should_allow_publishing_again(struct kunit *test)
{
	struct handler_table *t = table_for_test(test, "kunit_again", 1);
	unsigned int round;

	for (round = 0; round < 20; round++) {
		KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
		handler_table_unpublish(t);
	}
}

static void handler_table_test_free_should_unpublish(struct kunit *test)
{
	unsigned int round;
	int ret;

	for (round = 0; round < 3; round++) {
		struct handler_table *t;

		t = handler_table_alloc("kunit_freed", 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, t);
		ret = handler_table_publish(t, 0);
		handler_table_free(t);
		KUNIT_EXPECT_EQ(test, ret, 0);
	}
}

static void handler_table_test_defined_table_should_publish_its_name(struct kunit *test)
{
	struct handler_table *same, *t = &kunit_defined_table;

	same = table_for_test(test, "kunit_defined_table", 1);
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
	KUNIT_EXPECT_EQ(test, handler_table_publish(same, 0), -EEXIST);
	handler_table_unpublish(t);
	KUNIT_EXPECT_EQ(test, handler_table_publish(same, 0), 0);
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), -EEXIST);
}

static void handler_table_test_published_table_should_work(struct kunit *test)
{
	struct handler_table *t = test->priv;
	int ret;

	KUNIT_ASSERT_EQ(test, 0,
			handler_table_publish(t, HANDLER_TABLE_ALLOW_DISPATCH));
	run_in_context(test, check_boundaries);

	/* Handlers stay where they are when the table comes and goes. */
	ret = handler_table_register(t, 3, handler_a);
	KUNIT_EXPECT_EQ(test, ret, 0);
	handler_table_unpublish(t);
	KUNIT_EXPECT_TRUE(test, holds_only(t, 3, handler_a));
	KUNIT_EXPECT_EQ(test, handler_table_publish(t, 0), 0);
	KUNIT_EXPECT_TRUE(test, holds_only(t, 3, handler_a));
	KUNIT_EXPECT_EQ(test, handler_table_remove_sync(t, 3, handler_a), 0);
	KUNIT_EXPECT_TRUE(test, nothing_ran());
}

/* The tables of this file outlive a case that failed halfway. */
static void publish_exit(struct kunit *test)
{
	handler_table_unpublish(&kunit_defined_table);
	handler_table_unpublish(&kunit_renamed_table);
	kunit_renamed_table.name = "kunit_renamed_table";
}

static struct kunit_case publish_cases[] = {
	KUNIT_CASE_PARAM(handler_table_test_publish_should_judge_the_name,
			 name_case_gen_params),
	KUNIT_CASE(handler_table_test_publish_should_judge_each_byte),
	KUNIT_CASE(handler_table_test_publish_should_know_its_flags),
	KUNIT_CASE(handler_table_test_publish_should_refuse_null),
	KUNIT_CASE(handler_table_test_publish_should_refuse_published_table),
	KUNIT_CASE(handler_table_test_publish_should_refuse_taken_name),
	KUNIT_CASE(handler_table_test_unpublish_should_do_nothing_to_unpublished),
	KUNIT_CASE(handler_table_test_unpublish_should_allow_publishing_again),
	KUNIT_CASE(handler_table_test_free_should_unpublish),
	KUNIT_CASE(handler_table_test_defined_table_should_publish_its_name),
	IN_CONTEXTS(handler_table_test_published_table_should_work),
	{}
};

struct kunit_suite handler_table_publish_suite = {
	.name = "handler_table_publish",
	.init = context_suite_init,
	.exit = publish_exit,
	.test_cases = publish_cases,
};
