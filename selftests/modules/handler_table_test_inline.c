// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_inline: what a dispatch compiles to
 *
 * For scripts/disassembly to look at, not to be run. The three tables have
 * handlers with the same arguments, so that what differs is the kind of table.
 */
#include <linux/compiler.h>
#include <linux/handler_table_typed.h>
#include <linux/module.h>

struct bound_handler {
	void (*fn)(struct bound_handler *handler, void *arg);
};

TYPED_HANDLER_TABLE(typed, void (unsigned int idx, void *arg));
BOUND_HANDLER_TABLE(bound, struct bound_handler);

/* There though nobody calls them. */
static __used bool
handler_table_test_inline(struct handler_table *t, unsigned int idx, void *arg)
{
	return handler_table_dispatch(t, idx, arg);
}

static __used bool
handler_table_test_inline_typed(struct typed_handler_table *t, unsigned int idx,
				void *arg)
{
	return handler_table_dispatch_typed_void(t, idx, idx, arg);
}

static __used bool
handler_table_test_inline_bound(struct bound_handler_table *t, unsigned int idx,
				void *arg)
{
	return handler_table_dispatch_bound_void(t, idx, fn, arg);
}

MODULE_DESCRIPTION("handler_table test: inlined dispatches and nothing else");
MODULE_LICENSE("GPL");
