// SPDX-License-Identifier: GPL-2.0-only
/* expect: not constant */
#include <linux/handler_table.h>

int nr = 4;
DEFINE_HANDLER_TABLE(table, nr);
