// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_inline: what a dispatch compiles to
 *
 * For scripts/disassembly to look at, not to be run.
 */
#include <linux/handler_table.h>
#include <linux/module.h>

/* Not static, so that it is there though nobody calls it. */
bool handler_table_test_inline(struct handler_table *t, unsigned int idx,
			       void *arg);

bool handler_table_test_inline(struct handler_table *t, unsigned int idx,
			       void *arg)
{
	return handler_table_dispatch(t, idx, arg);
}

MODULE_DESCRIPTION("handler_table test: an inlined dispatch and nothing else");
MODULE_LICENSE("GPL");
