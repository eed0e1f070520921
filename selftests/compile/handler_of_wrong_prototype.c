// SPDX-License-Identifier: GPL-2.0-only
/* expect: incompatible.pointer.type */
#include <linux/handler_table.h>

DEFINE_HANDLER_TABLE(table, 4);

int handler(int idx);

int try_it(void);
int try_it(void)
{
	return handler_table_register(&table, 0, handler);
}
