// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the module
 *
 * Tables need no setting up; what is here is for operators.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "internal.h"

static int __init handler_table_init(void)
{
	handler_table_debugfs_init();
	return 0;
}

/* No table is published any more: its owner needs this module's symbols. */
static void __exit handler_table_exit(void)
{
	handler_table_debugfs_exit();
}

module_init(handler_table_init);
module_exit(handler_table_exit);

MODULE_DESCRIPTION("Lock-free tables from an event index to a handler");
MODULE_LICENSE("GPL");
