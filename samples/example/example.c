// SPDX-License-Identifier: GPL-2.0-only
/*
 * example: the whole life of a handler
 *
 * The worked example of README.md, which shows this file from here on.
 * example_array.c does the same with an array of function pointers.
 */
#include <linux/handler_table_typed.h>
#include <linux/module.h>

/* 16 kinds of event. A handler takes a name, and returns how loud it was. */
DEFINE_STATIC_TYPED_HANDLER_TABLE(events, 16, int (const char *name));

static int greet(const char *name)
{
	pr_info("hello, %s\n", name);
	return 1;
}

static int shout(const char *name)
{
	pr_info("HELLO, %s!\n", name);
	return 10;
}

/* In task, softirq or hardirq context, on any number of CPUs at once. */
static void dispatch(unsigned int event, const char *name)
{
	int loudness;

	if (handler_table_dispatch_typed(&events, event, &loudness, name))
		pr_info("event %u: loudness %d\n", event, loudness);
	else
		pr_info("event %u: nobody is interested\n", event);
}

static int __init example_init(void)
{
	int ret;

	/* Whoever registers first has the slot; another one gets -EBUSY. */
	ret = handler_table_register_typed(&events, 3, greet);
	if (ret)
		return ret;
	dispatch(3, "world");

	/* Hot-swap: one atomic operation, while greet() may be running. */
	ret = handler_table_replace_typed(&events, 3, greet, shout);
	if (ret)
		pr_warn("someone else changed slot 3: %d\n", ret);
	dispatch(3, "world");

	dispatch(4, "world");
	return 0;
}

static void __exit example_exit(void)
{
	/*
	 * Takes shout() out and waits until no CPU runs it, or greet() from
	 * before the swap. Only then may the code go away.
	 */
	handler_table_remove_typed_sync(&events, 3, shout);
}

module_init(example_init);
module_exit(example_exit);

MODULE_DESCRIPTION("handler_table sample: the whole life of a handler");
MODULE_LICENSE("GPL");
