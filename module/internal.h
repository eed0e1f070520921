/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_INTERNAL_H
#define _HANDLER_TABLE_INTERNAL_H

/*
 * handler_table: what the core's own files share
 */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/fs.h>
#include <linux/handler_table.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>

struct dentry;
struct module;
struct seq_file;

/**
 * struct handler_table_kind - what the slots of a table hold
 * @function: finds the function that a word stands for; the caller is in a
 *	      read-side section from before it got hold of the word. NULL: the
 *	      word is the function
 * @sleepable: the handlers may sleep
 */
struct handler_table_kind {
	unsigned long (*function)(unsigned long word);
	bool sleepable;
};

/*
 * A domain is what one wait covers. The first is that of all tables whose
 * handlers do not sleep; the others, sleepable.c, are for those that do, and
 * which of them is a table's depends on where the table lies.
 */
#define HANDLER_TABLE_SLEEPABLE_BITS	3
#define HANDLER_TABLE_DOMAINS		(1 + (1 << HANDLER_TABLE_SLEEPABLE_BITS))
#define HANDLER_TABLE_ALL_DOMAINS	GENMASK(HANDLER_TABLE_DOMAINS - 1, 0)

static inline unsigned int handler_table_domain(const struct handler_table *t)
{
	if (!t->kind || !t->kind->sleepable)
		return 0;
	return 1 + hash_ptr(t, HANDLER_TABLE_SLEEPABLE_BITS);
}

/* The domains, a bit each, in which there are handlers of @t; NULL: of any. */
static inline unsigned long handler_table_domains(const struct handler_table *t)
{
	return t ? BIT(handler_table_domain(t)) : HANDLER_TABLE_ALL_DOMAINS;
}

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
 * @stats_mutex: guards switching statistics on and off, against those who show them
 * @stats: the table's statistics; NULL while they are off
 * @rcu: it goes when no dispatch can be looking at it any more
 */
struct handler_table_publication {
	struct list_head	 node;
	struct handler_table	*table;
	unsigned int		 flags;
	bool			 going;
	struct dentry		*dir;
	struct mutex		 stats_mutex;	/* guards @stats */
	struct handler_table_stats *stats;
	struct rcu_head		 rcu;
};

/*
 * The statistics of a table, if it has any just now. The caller is in a read-side
 * section, until the end of which they and the publication are there.
 */
static __always_inline struct handler_table_stats *
handler_table_stats_of(const struct handler_table *t)
{
	/* Pairs with the releases that set them: stats-are-there.litmus */
	struct handler_table_publication *pub = READ_ONCE(t->pub);

	return pub ? READ_ONCE(pub->stats) : NULL;
}

/* Watching dispatches, watch.c. */
bool handler_table_run_watched(const struct handler_table *t, unsigned int idx,
			       void *arg, unsigned long caller);
int handler_table_watch_start(void);
void handler_table_watch_stop(void);
void handler_table_watch_stop_soon(void);
void handler_table_watch_exit(void);

/* For those who are not themselves the caller that events tell of, core.c. */
handler_fn_t handler_table_unregister_for(struct handler_table *t,
					  unsigned int idx, unsigned long caller);
int handler_table_remove_for(struct handler_table *t, unsigned int idx,
			     handler_fn_t fn, unsigned long caller);

unsigned int handler_table_next_used(const struct handler_table *t, unsigned int idx);

#define for_each_used_slot(_t, _idx)						\
	for ((_idx) = handler_table_next_used(_t, 0); (_idx) < (_t)->nr;	\
	     (_idx) = handler_table_next_used(_t, (_idx) + 1))

extern struct mutex handler_table_publish_mutex;
extern struct list_head handler_table_published;
extern wait_queue_head_t handler_table_off_list;

extern const struct file_operations handler_table_dispatch_fops;

/*
 * To look behind the words of a table whose handlers may sleep, as its dispatches
 * do, sleepable.c. For others this is nothing; plain readers take
 * __handler_table_read_lock() beside it.
 */
int handler_table_sleepable_enter(const struct handler_table *t);
void handler_table_sleepable_leave(const struct handler_table *t, int cookie);
void handler_table_sleepable_call(unsigned int domain, struct rcu_head *head,
				  rcu_callback_t func);
bool handler_table_in_sleepable_handler(void);

/* Waiting, grace.c and stall.c. */
bool handler_table_can_wait(unsigned long domains);
void handler_table_wait(unsigned long domains);
void handler_table_report_stall(unsigned int domain, unsigned long seconds);

/* What handler_table_call() does where there is more than RCU to it, deferred.c. */
void handler_table_defer(struct handler_table *t, struct rcu_head *head,
			 rcu_callback_t func);
void handler_table_flush_deferred(void);
void handler_table_deferred_exit(void);

/* What is out of its table but may be running, displaced.c. */
typedef bool (*handler_table_within_t)(unsigned long addr,
				       const struct module *mod);

void handler_table_displaced(unsigned int domain, handler_fn_t fn);
long handler_table_displaced_wait_begins(unsigned int domain);
void handler_table_displaced_wait_ended(unsigned int domain, long began);
void handler_table_displaced_call_queued(long began);
long handler_table_displaced_calls(void);
bool handler_table_displaced_call_pending(void);
unsigned long handler_table_displaced_within(const struct module *mod,
					     handler_table_within_t within);
unsigned long handler_table_displaced_unknown(void);
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
