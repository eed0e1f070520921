// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: published tables
 *
 * The list of the tables that operators can see, by unique name. What only a
 * published table needs is in struct handler_table_publication, so that a
 * table that nobody publishes pays one word for it.
 *
 * handler_table_publish_mutex guards the list and handler_table::pub. Operations
 * on a slot look at the latter while dispatches are watched, watch.c, for the
 * table's statistics.
 *
 * Unpublishing has to wait for those who are using the table's files. It does
 * so without the mutex, or a reader that is stuck would hold up all tables.
 * Until then the table stays on the list, so that nobody takes a name whose
 * directory is still there:
 *
 *	mutex	going = true, t->pub = NULL	long operations see it and stop
 *		remove the directory		waits for running operations
 *	mutex	off the list			the name is free
 */
#include <linux/errno.h>
#include <linux/handler_table.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "internal.h"
#include "stats.h"

#define NAME_MAX_LEN	63
#define KNOWN_FLAGS	HANDLER_TABLE_ALLOW_DISPATCH

/* Guards the list, and handler_table::pub of every table. */
DEFINE_MUTEX(handler_table_publish_mutex);
LIST_HEAD(handler_table_published);
/* Woken up when a table is off the list. */
DECLARE_WAIT_QUEUE_HEAD(handler_table_off_list);

static bool name_is_valid(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	/* Entries of the directory that tables get theirs in. */
	static const char * const reserved[] = { ".", "..", "tables", "stress" };
	size_t len = strnlen(name, NAME_MAX_LEN + 1);

	if (!len || len > NAME_MAX_LEN || strspn(name, allowed) != len)
		return false;
	return match_string(reserved, ARRAY_SIZE(reserved), name) < 0;
}

static bool name_is_taken(const char *name)
{
	struct handler_table_publication *pub;

	lockdep_assert_held(&handler_table_publish_mutex);
	list_for_each_entry(pub, &handler_table_published, node) {
		if (!strcmp(pub->table->name, name))
			return true;
	}
	return false;
}

/**
 * handler_table_publish - make a table known to operators
 * @t: the table
 * @flags: 0 or HANDLER_TABLE_ALLOW_DISPATCH
 *
 * A published table is listed by its name, which is 1 to 63 characters of
 * ``[A-Za-z0-9_.-]`` and not ".", "..", "tables" or "stress". It works no
 * differently from one that is not. Unpublish it before it or its owner goes.
 *
 * Operators see it in debugfs: it has a line in ``handler_table/tables`` and a
 * directory of its name there, with the files ``slots``, ``stats`` and, if @flags
 * allow it, ``dispatch``. A kernel without debugfs, or one where the files cannot be
 * made, is no reason for this to fail.
 *
 * Context: May sleep.
 * Ordering: None between @t's users.
 * Return: 0; -EEXIST if @t is published already or the name is taken; -EINVAL
 * if @t is NULL, its name not valid, or a flag unknown or not for its kind of
 * table; -ENOMEM.
 */
int handler_table_publish(struct handler_table *t, unsigned int flags)
{
	struct handler_table_publication *pub;
	int ret = -EEXIST;

	might_sleep();
	if (!t || flags & ~KNOWN_FLAGS || !name_is_valid(t->name))
		return -EINVAL;
	/* A handler of another type has no NULL argument that it could take. */
	if (flags & HANDLER_TABLE_ALLOW_DISPATCH && t->kind &&
	    t->kind != &handler_table_kind_sleepable)
		return -EINVAL;

	pub = kzalloc(sizeof(*pub), GFP_KERNEL);
	if (!pub)
		return -ENOMEM;
	pub->table = t;
	pub->flags = flags;
	mutex_init(&pub->stats_mutex);

	mutex_lock(&handler_table_publish_mutex);
	/* A table that is published already has its own name taken. */
	if (!name_is_taken(t->name)) {
		list_add_tail(&pub->node, &handler_table_published);
		/*
		 * Before the files: what is switched on there, dispatches find.
		 * Pairs with handler_table_stats_of(): stats-are-there.litmus
		 */
		smp_store_release(&t->pub, pub);
		handler_table_debugfs_add(pub);
		ret = 0;
	}
	mutex_unlock(&handler_table_publish_mutex);

	if (ret)
		kfree(pub);
	return ret;
}
EXPORT_SYMBOL_GPL(handler_table_publish);

static void free_publication(struct rcu_head *head)
{
	kfree(container_of(head, struct handler_table_publication, rcu));
}

/**
 * handler_table_unpublish - take back handler_table_publish()
 * @t: the table; NULL, or one that is not published, is fine
 *
 * Waits for operators who are using one of the table's files; one who runs
 * its handlers is stopped after the current one. On return nothing of what
 * publishing set up refers to @t any more, and files that are held open give
 * -EIO. Must not be called for the same table from two places at a time, which
 * handler_table_free() counts as one of.
 *
 * Context: May sleep. Not from a handler.
 * Ordering: None between @t's users.
 */
void handler_table_unpublish(struct handler_table *t)
{
	struct handler_table_publication *pub;

	/* A handler that an operator runs would wait for that operator. */
	if (!t || !handler_table_can_wait(handler_table_domains(t)))
		return;

	mutex_lock(&handler_table_publish_mutex);
	pub = t->pub;
	if (pub) {
		WRITE_ONCE(pub->going, true);
		WRITE_ONCE(t->pub, NULL);
	}
	mutex_unlock(&handler_table_publish_mutex);
	if (!pub)
		return;

	handler_table_debugfs_remove(pub);
	handler_table_stats_stop(pub);

	mutex_lock(&handler_table_publish_mutex);
	list_del(&pub->node);
	/*
	 * Dispatches that are watched look for statistics there. Once the mutex
	 * is free the guard may let @t go.
	 */
	handler_table_call(t, &pub->rcu, free_publication);
	mutex_unlock(&handler_table_publish_mutex);
	wake_up_all(&handler_table_off_list);
}
EXPORT_SYMBOL_GPL(handler_table_unpublish);
