// SPDX-License-Identifier: GPL-2.0-only
/* expect: a handler table has 1 to 65,536 slots */
#include <linux/handler_table.h>

DEFINE_HANDLER_TABLE(table, -1);
