// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_layout: the core of another layout, as far as a linker sees
 *
 * Nobody loads it. It is there so that handler_table_test_stale builds, which
 * is made with the same header, one with another number in it; see Kbuild.
 */
#include <linux/handler_table.h>
#include <linux/module.h>

const char __HANDLER_TABLE_LAYOUT[1];
EXPORT_SYMBOL_GPL(__HANDLER_TABLE_LAYOUT);

MODULE_DESCRIPTION("handler_table test: the core of another layout");
MODULE_LICENSE("GPL");
