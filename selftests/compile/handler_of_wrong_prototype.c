// SPDX-License-Identifier: GPL-2.0-only
/* expect: incompatible.pointer.type */
#include <linux/handler_table.h>

DEFINE_STATIC_HANDLER_TABLE(table, 4);

static inline void handler(int idx)
{
}

static inline int try_it(void)
{
	return handler_table_register(&table, 0, handler);
}
