// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: handlers, their sinks, and switching both
 *
 * A handler is called by the consumer thread with the record, stamps it with
 * its number, and writes to a sink of its own. The two belong together: a slot
 * holds the address of a descriptor, which names the handler and is embedded in
 * the sink. So they change as one, and no record meets a handler with the sink of
 * another.
 *
 *	room_switch()	opens a new sink, changes the slot, and has
 *	close_sink()	called when nobody writes to the old sink any more: it
 *			adds the sink's books to those of all that were closed
 *			before, and frees it
 *
 * The control plane changes the slots at any moment. Nobody waits for it, and
 * it waits for nobody: each change is one handler_table call that says what it
 * expects to find, and handler_table_call() does the waiting. Of two writers that
 * switch the same slot at the same time one is told -EBUSY.
 */
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "control_room.h"

/**
 * struct sink - what a handler writes to
 * @handler: what is in the slot
 * @slot: which one
 * @choice: the number of the handler
 * @handled: records; the consumer's, as the next two
 * @failures: of them, those that an audit found wrong
 * @sum: of their values, if it sums
 * @node: in the list of all sinks
 * @rcu: for handler_table_call()
 */
struct sink {
	struct room_handler	handler;
	unsigned int		slot;
	unsigned int		choice;
	u64			handled;
	u64			failures;
	u64			sum;
	struct list_head	node;
	struct rcu_head		rcu;
};

/* All sinks, open or on their way out, and the books of those that are gone. */
static DEFINE_SPINLOCK(sinks_lock);
static LIST_HEAD(sinks);
static struct room_books closed_books;

/* Set when all handlers have been taken out for good. */
static bool all_removed;

static struct sink *to_sink(struct room_handler *handler)
{
	return container_of(handler, struct sink, handler);
}

static struct sink *stamp_record(struct room_handler *handler,
				 struct room_record *rec)
{
	struct sink *sink = to_sink(handler);

	if (rec->by[sink->slot])
		room_counters.twice++;
	if (READ_ONCE(all_removed))
		room_counters.late++;
	rec->by[sink->slot] = sink->choice;
	sink->handled++;
	return sink;
}

/* Looks at the number only. */
static void audit_brief(struct room_handler *handler, struct room_record *rec)
{
	struct sink *sink = stamp_record(handler, rec);

	if (!rec->seq)
		sink->failures++;
}

/* Looks at all of the record. */
static void audit_full(struct room_handler *handler, struct room_record *rec)
{
	struct sink *sink = stamp_record(handler, rec);

	if (!rec->seq || rec->check != room_check(rec))
		sink->failures++;
}

static void metrics_count(struct room_handler *handler, struct room_record *rec)
{
	stamp_record(handler, rec);
}

static void metrics_sum(struct room_handler *handler, struct room_record *rec)
{
	stamp_record(handler, rec)->sum += rec->value;
}

static void print_text(struct room_handler *handler, struct room_record *rec)
{
	stamp_record(handler, rec);
	snprintf(rec->text, sizeof(rec->text), "%u", rec->value);
}

static void print_hex(struct room_handler *handler, struct room_record *rec)
{
	stamp_record(handler, rec);
	snprintf(rec->text, sizeof(rec->text), "0x%x", rec->value);
}

static const struct {
	const char *name;
	struct {
		const char *name;
		void (*handle)(struct room_handler *handler,
			       struct room_record *rec);
	} choices[ROOM_CHOICES];
} slots[ROOM_SLOTS] = {
	[ROOM_AUDIT] = { "audit", {
		{ "none" }, { "brief", audit_brief }, { "full", audit_full },
	} },
	[ROOM_METRICS] = { "metrics", {
		{ "none" }, { "count", metrics_count }, { "sum", metrics_sum },
	} },
	[ROOM_PRINT] = { "print", {
		{ "none" }, { "text", print_text }, { "hex", print_hex },
	} },
};

const char *room_slot_name(unsigned int slot)
{
	return slots[slot].name;
}

const char *room_handler_name(unsigned int slot, unsigned int choice)
{
	return slots[slot].choices[choice].name;
}

static const char *sink_name(struct room_handler *handler)
{
	const struct sink *sink = to_sink(handler);

	return room_handler_name(sink->slot, sink->choice);
}

/*
 * What is in the slot at this moment; it may be another one at the next. The
 * sink of what handler_table_peek_typed() shows could be freed meanwhile, that of
 * a dispatch cannot.
 */
const char *room_current_name(unsigned int slot)
{
	const char *name;

	if (!handler_table_dispatch_bound(&control_room, slot, &name, name))
		return room_handler_name(slot, 0);
	return name;
}

static struct sink *open_sink(unsigned int slot, unsigned int choice)
{
	struct sink *sink = kzalloc(sizeof(*sink), GFP_KERNEL);

	if (!sink)
		return NULL;
	sink->handler.handle = slots[slot].choices[choice].handle;
	sink->handler.name = sink_name;
	sink->slot = slot;
	sink->choice = choice;

	spin_lock_bh(&sinks_lock);
	list_add_tail(&sink->node, &sinks);
	spin_unlock_bh(&sinks_lock);
	return sink;
}

static void add_to_books(struct room_books *books, const struct sink *sink)
{
	books->handled[sink->slot][sink->choice] += sink->handled;
	books->audit_failures += sink->failures;
	books->sum += sink->sum;
}

/* Nobody writes to it any more. */
static void close_sink(struct rcu_head *rcu)
{
	struct sink *sink = container_of(rcu, struct sink, rcu);

	spin_lock_bh(&sinks_lock);
	add_to_books(&closed_books, sink);
	list_del(&sink->node);
	spin_unlock_bh(&sinks_lock);
	kfree(sink);
}

/* The caller holds the room, as for room_print_sinks(). */
void room_read_books(struct room_books *books)
{
	const struct sink *sink;

	spin_lock_bh(&sinks_lock);
	*books = closed_books;
	list_for_each_entry(sink, &sinks, node)
		add_to_books(books, sink);
	spin_unlock_bh(&sinks_lock);
}

void room_print_sinks(struct seq_file *m)
{
	const struct sink *sink;

	spin_lock_bh(&sinks_lock);
	list_for_each_entry(sink, &sinks, node)
		seq_printf(m, "%s %s %llu\n", room_slot_name(sink->slot),
			   room_handler_name(sink->slot, sink->choice),
			   sink->handled);
	spin_unlock_bh(&sinks_lock);
}

static int change_handler(unsigned int slot, struct room_handler *old,
			  struct room_handler *new)
{
	int ret;

	if (old && new)
		ret = handler_table_replace_typed(&control_room, slot, old, new);
	else if (new)
		ret = handler_table_register_typed(&control_room, slot, new);
	else if (old)
		ret = handler_table_remove_typed(&control_room, slot, old);
	else
		return 0;
	/* Whether the slot was filled, emptied or changed: it was not us. */
	return ret == -ENOENT ? -EBUSY : ret;
}

/*
 * Who takes a handler out of its slot has its sink, to be closed. Until then
 * @old is an address: the sink may have been freed, and another one be there.
 */
static int switch_to(unsigned int slot, unsigned int choice)
{
	struct room_handler *old = handler_table_peek_typed(&control_room, slot);
	struct sink *new = NULL;
	int ret;

	if (choice) {
		new = open_sink(slot, choice);
		if (!new)
			return -ENOMEM;
	}
	ret = change_handler(slot, old, new ? &new->handler : NULL);
	if (ret && new)
		close_sink(&new->rcu);
	else if (!ret && old)
		handler_table_call(handler_table_untyped(&control_room),
				   &to_sink(old)->rcu, close_sink);
	return ret;
}

int room_switch(unsigned int slot, const char *name)
{
	unsigned int i;

	for (i = 0; i < ROOM_CHOICES; i++) {
		if (sysfs_streq(room_handler_name(slot, i), name))
			return switch_to(slot, i);
	}
	return -EINVAL;
}

/*
 * One wait for all slots, and for all sinks that have not been closed yet;
 * records flow on meanwhile, unhandled.
 */
void room_switch_all_off(void)
{
	unsigned int slot;

	for (slot = 0; slot < ROOM_SLOTS; slot++)
		room_switch(slot, "none");
	handler_table_barrier();
	WRITE_ONCE(all_removed, true);
}
