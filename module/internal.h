/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_INTERNAL_H
#define _HANDLER_TABLE_INTERNAL_H

/*
 * handler_table: what the core's own files share
 */
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct dentry;
struct handler_table;

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

/* What operators see, debugfs.c. */
void handler_table_debugfs_init(void);
void handler_table_debugfs_exit(void);
void handler_table_debugfs_add(struct handler_table_publication *pub);
void handler_table_debugfs_remove(struct handler_table_publication *pub);

#endif /* _HANDLER_TABLE_INTERNAL_H */
