// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the kinds of table
 *
 * All kinds have the same slots and the same operations, which know them as
 * words. What differs is the dispatch, which is inlined into those who know the
 * type, and what this file says: how to find the function behind a word, for
 * people who look and for the guard.
 */
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/handler_table_typed.h>

#include "internal.h"

/* A descriptor begins with a pointer to a function. */
static unsigned long bound_function(unsigned long word)
{
	return READ_ONCE(*(unsigned long *)word);
}

const struct handler_table_kind handler_table_kind_sleepable = {
	.sleepable	= true,
};
EXPORT_SYMBOL_GPL(handler_table_kind_sleepable);

const struct handler_table_kind handler_table_kind_typed;
EXPORT_SYMBOL_GPL(handler_table_kind_typed);

const struct handler_table_kind handler_table_kind_bound = {
	.function	= bound_function,
};
EXPORT_SYMBOL_GPL(handler_table_kind_bound);

const struct handler_table_kind handler_table_kind_sleepable_typed = {
	.sleepable	= true,
};
EXPORT_SYMBOL_GPL(handler_table_kind_sleepable_typed);

const struct handler_table_kind handler_table_kind_sleepable_bound = {
	.function	= bound_function,
	.sleepable	= true,
};
EXPORT_SYMBOL_GPL(handler_table_kind_sleepable_bound);
