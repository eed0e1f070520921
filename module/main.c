// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the module
 *
 * Tables need no setting up; what is here is for operators and for the guard.
 */
#include <linux/handler_table.h>
#include <linux/init.h>
#include <linux/module.h>

#include "internal.h"

/* Its name is all there is to it, see include/linux/handler_table.h. */
const char __HANDLER_TABLE_LAYOUT[1];
EXPORT_SYMBOL_GPL(__HANDLER_TABLE_LAYOUT);

static int __init handler_table_init(void)
{
	int ret = handler_table_guard_init();

	if (ret)
		handler_table_watch_exit();
	else
		handler_table_debugfs_init();
	return ret;
}

/* No table is published any more: its owner needs this module's symbols. */
static void __exit handler_table_exit(void)
{
	handler_table_debugfs_exit();
	handler_table_guard_exit();
	/* For those of unpublish and of statistics. */
	handler_table_barrier();
	handler_table_deferred_exit();
	handler_table_watch_exit();
}

module_init(handler_table_init);
module_exit(handler_table_exit);

MODULE_DESCRIPTION("Lock-free tables from an event index to a handler");
MODULE_VERSION("1.0.0");
MODULE_LICENSE("GPL");
