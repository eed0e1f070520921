// SPDX-License-Identifier: GPL-2.0-only
/* expect: success */
#include <linux/handler_table.h>

DEFINE_HANDLER_TABLE(smallest, 1);
DEFINE_HANDLER_TABLE(largest, 65536);
