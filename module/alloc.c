// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: tables on the heap
 *
 * One allocation holds all of a table: the header, the slots and, on the next
 * cache line, the copy of its name.
 */
#include <linux/align.h>
#include <linux/cache.h>
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

static struct handler_table *alloc_zeroed(size_t size, gfp_t gfp)
{
	/*
	 * Some kernels' kmalloc() promises to align only what is a power of two
	 * in size; from a page on everything is aligned.
	 */
	if (size < PAGE_SIZE)
		size = roundup_pow_of_two(size);
	return kvzalloc(size, gfp);
}

/**
 * __handler_table_alloc - allocate a table for a given owner
 * @name: its name, which is copied
 * @nr: the number of slots, from 1 to 1,048,576
 * @gfp: how to allocate
 * @owner: the module that owns the table, NULL if that is built in
 * @kind: what its slots hold; NULL: handler_fn_t
 *
 * See handler_table_alloc(), which is this with the calling module as owner.
 *
 * Context: As @gfp allows.
 * Ordering: None; whoever hands the table to others orders that.
 * Return: the table, all slots empty; NULL without memory, without a name, or
 * if @nr is out of range.
 */
struct handler_table *__handler_table_alloc(const char *name, unsigned int nr,
					    gfp_t gfp, struct module *owner,
					    const struct handler_table_kind *kind)
{
	size_t table_size, name_size;
	struct handler_table *t;

	if (!name || !nr || nr > HANDLER_TABLE_MAX_ALLOCATED)
		return NULL;

	table_size = ALIGN(struct_size(t, slots, nr), SMP_CACHE_BYTES);
	name_size = strlen(name) + 1;
	t = alloc_zeroed(size_add(table_size, name_size), gfp);
	if (!t)
		return NULL;

	t->nr = nr;
	t->nr_plain = kind ? 0 : nr;
	t->kind = kind;
	t->flags = HANDLER_TABLE_ALLOCATED;
	t->name = memcpy((char *)t + table_size, name, name_size);
	t->owner = owner;
	return t;
}
EXPORT_SYMBOL_GPL(__handler_table_alloc);

/**
 * handler_table_free - free an allocated table
 * @t: the table; NULL is fine
 *
 * Unpublishes the table, waits for handlers that are running, and frees it.
 * The caller has made sure that nobody dispatches through @t or changes it
 * any more; handlers may be left in it.
 *
 * Context: May sleep. Not from a handler.
 * Ordering: As handler_table_synchronize().
 */
void handler_table_free(struct handler_table *t)
{
	/* A table that a handler may be running from is leaked rather than freed. */
	if (!t || !handler_table_can_wait(handler_table_domains(t)))
		return;

	handler_table_unpublish(t);
	handler_table_synchronize(t);
	if (!WARN_ON_ONCE(!(t->flags & HANDLER_TABLE_ALLOCATED)))
		kvfree(t);
}
EXPORT_SYMBOL_GPL(handler_table_free);
