// SPDX-License-Identifier: GPL-2.0-only
/*
 * example: the whole life of a handler
 *
 * The worked example of README.md, which shows this file from here on.
 */
#include <linux/handler_table.h>
#include <linux/module.h>

DEFINE_STATIC_HANDLER_TABLE(events, 16);

static void greet(unsigned int idx, void *arg)
{
	pr_info("event %u: hello, %s\n", idx, (char *)arg);
}

static void shout(unsigned int idx, void *arg)
{
	pr_info("event %u: HELLO, %s!\n", idx, (char *)arg);
}

static int __init example_init(void)
{
	int ret;

	/* Whoever registers first has the slot; another one gets -EBUSY. */
	ret = handler_table_register(&events, 3, greet);
	if (ret)
		return ret;

	/* From task, softirq or hardirq context, on any number of CPUs. */
	handler_table_dispatch(&events, 3, "world");

	/* Hot-swap: one atomic operation, wherever the handler is running. */
	ret = handler_table_replace(&events, 3, greet, shout);
	if (ret)
		pr_warn("someone else changed slot 3: %d\n", ret);
	handler_table_dispatch(&events, 3, "world");

	/* An empty slot is no error, the dispatcher is told. */
	if (!handler_table_dispatch(&events, 4, NULL))
		pr_info("event 4: nobody is interested\n");
	return 0;
}

static void __exit example_exit(void)
{
	/*
	 * Takes shout() out and waits until no CPU runs it, or greet() from
	 * before the swap. Only then may the code go away.
	 */
	handler_table_remove_sync(&events, 3, shout);
}

module_init(example_init);
module_exit(example_exit);

MODULE_DESCRIPTION("handler_table sample: the whole life of a handler");
MODULE_LICENSE("GPL");
