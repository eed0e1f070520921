/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_INTERNAL_H
#define _HANDLER_TABLE_INTERNAL_H

/*
 * handler_table: what the core's own files share
 */
#include <linux/fs.h>
#include <linux/handler_table.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct dentry;
struct module;
struct seq_file;

/**
 * struct handler_table_kind - what the slots of a table hold
 * @function: finds the function that a word stands for; the caller is in a
 *	      read-side section from before it got hold of the word. NULL: the
 *	      word is the function
 */
struct handler_table_kind {
	unsigned long (*function)(unsigned long word);
};

/* The function that a word of a table's slots stands for, see above. */
static inline handler_fn_t handler_table_function(const struct handler_table *t,
						  handler_fn_t word)
{
	if (!word || !t->kind || !t->kind->function)
		return word;
	return (handler_fn_t)t->kind->function((unsigned long)word);
}

/**
 * struct handler_table_publication - what publishing adds to a table
 * @node: in handler_table_published
 * @table: the table
 * @flags: as given to handler_table_publish()
 * @going: being unpublished: long operations on its files stop
 * @dir: its directory in debugfs
 */
struct handler_table_publication {
	struct list_head	 node;
	struct handler_table	*table;
	unsigned int		 flags;
	bool			 going;
	struct dentry		*dir;
};

extern struct mutex handler_table_publish_mutex;
extern struct list_head handler_table_published;

extern const struct file_operations handler_table_dispatch_fops;

/* Waiting, grace.c and stall.c. */
bool handler_table_can_wait(void);
void handler_table_report_stall(unsigned long seconds);

/* What is out of its table but may be running, displaced.c. */
typedef bool (*handler_table_within_t)(unsigned long addr,
				       const struct module *mod);

void handler_table_displaced(handler_fn_t fn);
long handler_table_displaced_wait_begins(void);
void handler_table_displaced_wait_ended(long began);
void handler_table_displaced_call_queued(long began);
long handler_table_displaced_calls(void);
bool handler_table_displaced_call_pending(void);
bool handler_table_displaced_within(const struct module *mod,
				    handler_table_within_t within);
bool handler_table_displaced_unknown(void);
void handler_table_displaced_forget(const struct module *mod,
				    handler_table_within_t within);

/* What modules forget when they go, guard.c. */
#ifdef CONFIG_MODULES
int handler_table_guard_init(void);
void handler_table_guard_exit(void);
#else
static inline int handler_table_guard_init(void)
{
	return 0;
}

static inline void handler_table_guard_exit(void)
{
}
#endif

/* The name of a handler, symbol.c. */
const char *handler_table_symbol(handler_fn_t fn, char *symbol);

/* What operators see, debugfs.c. */
void handler_table_debugfs_init(void);
void handler_table_debugfs_exit(void);
void handler_table_debugfs_add(struct handler_table_publication *pub);
void handler_table_debugfs_remove(struct handler_table_publication *pub);

#endif /* _HANDLER_TABLE_INTERNAL_H */
