// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_stale: a module that was built for another core
 *
 * It must not load. See layout_number.c.
 */
#include <linux/handler_table.h>
#include <linux/module.h>

DEFINE_STATIC_HANDLER_TABLE(stale, 4);

static int __init test_init(void)
{
	handler_table_dispatch(&stale, 0, NULL);
	return 0;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: built for another core");
MODULE_LICENSE("GPL");
