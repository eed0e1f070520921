// SPDX-License-Identifier: GPL-2.0-only
/*
 * outside: a module of another project
 *
 * Copy this folder to somewhere else: it needs nothing of the tree that it
 * came from, only what "make headers_install" has installed. See the Makefile.
 *
 * It has a table on the heap, as many slots as it is told, and a handler in
 * each.
 */
#include <linux/handler_table.h>
#include <linux/module.h>

static unsigned int events = 8;
module_param(events, uint, 0444);
MODULE_PARM_DESC(events, "how many kinds of events there are (8)");

static struct handler_table *table;

static void count_event(unsigned int idx, void *arg)
{
	unsigned int *seen = arg;

	++*seen;
}

static int __init outside_init(void)
{
	unsigned int i, seen = 0;

	table = handler_table_alloc("outside", events, GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < events; i++) {
		/* It is our table, every slot is empty. */
		if (!WARN_ON(handler_table_register(table, i, count_event)))
			handler_table_dispatch(table, i, &seen);
	}
	pr_info("outside: %u of %u events handled\n", seen, events);
	return 0;
}

static void __exit outside_exit(void)
{
	/* Waits for handlers that are running, and takes the rest with it. */
	handler_table_free(table);
}

module_init(outside_init);
module_exit(outside_exit);

MODULE_DESCRIPTION("handler_table sample: built outside of its tree");
MODULE_LICENSE("GPL");
