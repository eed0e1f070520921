// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: what operators see
 *
 *	/sys/kernel/debug/handler_table/tables
 *	/sys/kernel/debug/handler_table/stress			stress.c
 *	/sys/kernel/debug/handler_table/<table>/slots
 *	/sys/kernel/debug/handler_table/<table>/stats		stats.c
 *	/sys/kernel/debug/handler_table/<table>/dispatch	debugfs_dispatch.c
 *
 * Documentation/ABI/testing/debugfs-handler_table has the formats.
 *
 * Why a file may look at its table
 * ================================
 *
 * debugfs_remove() waits for running operations on the file and lets no other
 * begin, so a table's file, which gets the publication from its inode, can
 * use it without a lock until unpublishing is through with debugfs_remove().
 * For the same reason it must not take handler_table_publish_mutex, and what
 * takes long looks at handler_table_publication::going. An open file that is
 * not being used holds no reference, to the table or to its module; it keeps
 * this module, which has its code.
 *
 * "tables" is in the root directory and walks the list under the mutex.
 *
 * Nothing here depends on debugfs: that a file could not be made is ignored,
 * as everywhere.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/handler_table.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "internal.h"
#include "stats.h"
#include "stress.h"

/* What stands for a module where there is none. */
#define BUILT_IN	"-"

static struct dentry *root;

static unsigned int slots_in_use(struct handler_table *t)
{
	unsigned int idx, used = 0;

	for_each_used_slot(t, idx)
		used++;
	return used;
}

static void *tables_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&handler_table_publish_mutex);
	return seq_list_start(&handler_table_published, *pos);
}

static void *tables_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &handler_table_published, pos);
}

static void tables_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&handler_table_publish_mutex);
}

static int tables_show(struct seq_file *m, void *v)
{
	struct handler_table_publication *pub;
	struct handler_table *t;

	pub = list_entry(v, struct handler_table_publication, node);
	t = pub->table;
	/* Its directory is going or gone already. */
	if (pub->going)
		return 0;
	seq_printf(m, "%s %u %u %s\n", t->name, t->nr, slots_in_use(t),
		   t->owner ? module_name(t->owner) : BUILT_IN);
	return 0;
}

static const struct seq_operations tables_sops = {
	.start	= tables_start,
	.next	= tables_next,
	.stop	= tables_stop,
	.show	= tables_show,
};
DEFINE_SEQ_ATTRIBUTE(tables);

/* The position in the file is the index of a slot. */
static void *slots_find(struct seq_file *m, loff_t *pos)
{
	struct handler_table_publication *pub = m->private;
	struct handler_table *t = pub->table;

	if (*pos >= t->nr)
		return NULL;
	if (READ_ONCE(pub->going))
		return ERR_PTR(-EIO);
	*pos = handler_table_next_used(t, *pos);
	return *pos < t->nr ? &t->slots[*pos] : NULL;
}

static void *slots_start(struct seq_file *m, loff_t *pos)
{
	return slots_find(m, pos);
}

static void *slots_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return slots_find(m, pos);
}

static void slots_stop(struct seq_file *m, void *v)
{
}

static int slots_show(struct seq_file *m, void *v)
{
	struct handler_table_publication *pub = m->private;
	unsigned int idx = (atomic_long_t *)v - pub->table->slots;
	char symbol[KSYM_SYMBOL_LEN];
	const char *module;
	handler_fn_t fn;
	int cookie;

	__handler_table_read_lock();
	cookie = handler_table_sleepable_enter(pub->table);
	fn = handler_table_function(pub->table,
				    handler_table_peek(pub->table, idx));
	handler_table_sleepable_leave(pub->table, cookie);
	__handler_table_read_unlock();

	/* It may have been emptied meanwhile. */
	if (!fn)
		return 0;
	module = handler_table_symbol(fn, symbol);
	seq_printf(m, "%u %s %s\n", idx, symbol, module ?: BUILT_IN);
	return 0;
}

static const struct seq_operations slots_sops = {
	.start	= slots_start,
	.next	= slots_next,
	.stop	= slots_stop,
	.show	= slots_show,
};
DEFINE_SEQ_ATTRIBUTE(slots);

/* handler_table_debugfs_add - make the files of a table */
void handler_table_debugfs_add(struct handler_table_publication *pub)
{
	lockdep_assert_held(&handler_table_publish_mutex);
	/* Built in, and earlier than our init: that will do it. */
	if (!root)
		return;
	pub->dir = debugfs_create_dir(pub->table->name, root);
	debugfs_create_file("slots", 0400, pub->dir, pub, &slots_fops);
	debugfs_create_file("stats", 0600, pub->dir, pub,
			    &handler_table_stats_fops);
	if (pub->flags & HANDLER_TABLE_ALLOW_DISPATCH)
		debugfs_create_file("dispatch", 0200, pub->dir, pub,
				    &handler_table_dispatch_fops);
}

/*
 * handler_table_debugfs_remove - remove the files of a table
 *
 * Waits for operations on them, so pub->going has to be set.
 */
void handler_table_debugfs_remove(struct handler_table_publication *pub)
{
	debugfs_remove(pub->dir);
}

void handler_table_debugfs_init(void)
{
	struct handler_table_publication *pub;

	mutex_lock(&handler_table_publish_mutex);
	root = debugfs_create_dir("handler_table", NULL);
	debugfs_create_file("tables", 0400, root, NULL, &tables_fops);
	list_for_each_entry(pub, &handler_table_published, node) {
		if (!pub->going)
			handler_table_debugfs_add(pub);
	}
	mutex_unlock(&handler_table_publish_mutex);
	ht_stress_debugfs_init(root);
}

void handler_table_debugfs_exit(void)
{
	ht_stress_debugfs_exit();
	debugfs_remove(root);
}
