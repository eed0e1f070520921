// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_layout: cores of other kinds, as far as a linker sees
 *
 * Nobody loads it. It is there so that handler_table_test_stale and
 * handler_table_test_rule build. Either is made with the same header as the file
 * here that has its symbol: this one with another number in it; see Kbuild.
 */
#include <linux/handler_table.h>
#include <linux/module.h>

const char __HANDLER_TABLE_LAYOUT[1];
EXPORT_SYMBOL_GPL(__HANDLER_TABLE_LAYOUT);

MODULE_DESCRIPTION("handler_table test: cores of other kinds");
MODULE_LICENSE("GPL");
