// SPDX-License-Identifier: GPL-2.0-only
/* handler_table_test_layout: the core that marks dispatches otherwise. */
#include <linux/export.h>
#include <linux/handler_table.h>

const char __HANDLER_TABLE_LAYOUT[1];
EXPORT_SYMBOL_GPL(__HANDLER_TABLE_LAYOUT);
