// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the operations on a slot
 *
 * Each is one atomic instruction on one word; include/linux/handler_table.h
 * has the theory. What is left for here is to say no to bad input, to leave
 * notes for the guard of what is displaced, and to choose the instruction:
 *
 *   register	cmpxchg(0, fn)		remove		cmpxchg(fn, 0)
 *   replace	cmpxchg(old, new)	unregister	xchg(0)
 *   swap	xchg(fn)		peek		relaxed load
 *   handle	acquire load
 *
 * Memory ordering
 * ===============
 *
 * Documentation/memory-ordering.rst has it all, and a litmus test for each
 * claim.
 *
 * atomic_long_cmpxchg() when it succeeds, and atomic_long_xchg() always, are
 * fully ordered. Less would not do. An acquire does not order what the caller
 * wrote earlier before the slot's store, and the handler could run without
 * seeing the data that was prepared for it (register-acquire-broken.litmus):
 *
 *	CPU 0				CPU 1
 *	data = 1;
 *	register(t, 0, fn);
 *					dispatch(t, 0, NULL)
 *					  fn() reads data
 *
 * A release would order this, but not the other half: what a caller reads
 * after it took a handler out must not be read before
 * (remove-release-then-look-broken.litmus). A cmpxchg that fails orders
 * nothing; whoever is told -EBUSY or -ENOENT has learnt only that
 * (failed-register-learns-nothing.litmus).
 *
 * array_index_nospec() keeps a mispredicted bounds check from calling, under
 * speculation, through a word beyond the table.
 */
#include <linux/errno.h>
#include <linux/handler_table.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "events.h"
#include "internal.h"
#include "stats.h"

static atomic_long_t *slot_of(struct handler_table *t, unsigned int idx)
{
	if (!t || idx >= t->nr)
		return NULL;
	return &t->slots[array_index_nospec(idx, t->nr)];
}

/*
 * Whoever displaces a handler leaves a note of its function for the guard, before
 * and after, see displaced.c. To find the function it may have to follow the
 * word that is in the slot, which is allowed in a read-side section.
 */
static void note_displaced(const struct handler_table *t, handler_fn_t word)
{
	if (word)
		handler_table_displaced(handler_table_domain(t),
					handler_table_function(t, word));
}

/* @expected: what is to be displaced; NULL: whatever is there */
static void note_displacing(const struct handler_table *t, atomic_long_t *slot,
			    handler_fn_t expected)
{
	handler_fn_t word = (handler_fn_t)atomic_long_read(slot);

	if (!expected || word == expected)
		note_displaced(t, word);
}

/* For the statistics. In a read-side section, as what they are in may go. */
static void note_swapped(const struct handler_table *t, unsigned int idx)
{
	if (static_branch_unlikely(&handler_table_watched.key))
		handler_table_stats_swap(handler_table_stats_of(t), idx);
}

/**
 * handler_table_register - install a handler in an empty slot
 * @t: the table
 * @idx: the slot
 * @fn: the handler
 *
 * Context: Any; NMI where the architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 * Ordering: Fully ordered if it succeeds: what the caller wrote before is
 * visible to @fn when it runs (register-publishes.litmus). Orders nothing if
 * it fails.
 * Return: 0; -EBUSY if the slot is occupied; -EINVAL if @t or @fn is NULL or
 * @idx out of range.
 */
int handler_table_register(struct handler_table *t, unsigned int idx,
			   handler_fn_t fn)
{
	atomic_long_t *slot = slot_of(t, idx);
	handler_fn_t function = NULL;

	if (!slot || !fn)
		return -EINVAL;
	/* Afterwards others may have taken it out and freed it. */
	if (trace_handler_table_register_enabled())
		function = handler_table_function(t, fn);
	if (atomic_long_cmpxchg(slot, 0, (long)fn))
		return -EBUSY;
	if (function)
		handler_table_report(register, t, idx, function, _RET_IP_);
	return 0;
}
EXPORT_SYMBOL_GPL(handler_table_register);

/*
 * handler_table_unregister_for - handler_table_unregister() for a @caller
 *
 * unregister-is-full-barrier.litmus
 */
handler_fn_t handler_table_unregister_for(struct handler_table *t,
					  unsigned int idx, unsigned long caller)
{
	atomic_long_t *slot = slot_of(t, idx);
	handler_fn_t prev;
	int cookie;

	if (!slot)
		return NULL;
	__handler_table_read_lock();
	cookie = handler_table_sleepable_enter(t);
	note_displacing(t, slot, NULL);
	prev = (handler_fn_t)atomic_long_xchg(slot, 0);
	note_displaced(t, prev);
	if (prev)
		handler_table_report(remove, t, idx, handler_table_function(t, prev), caller);
	handler_table_sleepable_leave(t, cookie);
	__handler_table_read_unlock();
	return prev;
}

/**
 * handler_table_unregister - empty a slot, whatever it holds
 * @t: the table
 * @idx: the slot
 *
 * The handler may still be running when this returns, see
 * handler_table_synchronize(). Where two parties could meet in a slot, use
 * handler_table_remove(): this one removes a stranger's handler too.
 *
 * Context: Any; NMI where the architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 * Ordering: Fully ordered unless @t is NULL or @idx out of range
 * (unregister-is-full-barrier.litmus).
 * Return: the handler that was there; NULL if there was none, or if @t is
 * NULL or @idx out of range.
 */
handler_fn_t handler_table_unregister(struct handler_table *t,
				      unsigned int idx)
{
	return handler_table_unregister_for(t, idx, _RET_IP_);
}
EXPORT_SYMBOL_GPL(handler_table_unregister);

/*
 * handler_table_remove_for - handler_table_remove() for a @caller
 *
 * remove-then-look.litmus
 */
int handler_table_remove_for(struct handler_table *t, unsigned int idx,
			     handler_fn_t fn, unsigned long caller)
{
	atomic_long_t *slot = slot_of(t, idx);
	bool removed;
	int cookie;

	if (!slot || !fn)
		return -EINVAL;
	__handler_table_read_lock();
	cookie = handler_table_sleepable_enter(t);
	note_displacing(t, slot, fn);
	removed = atomic_long_cmpxchg(slot, (long)fn, 0) == (long)fn;
	note_displaced(t, removed ? fn : NULL);
	if (removed)
		handler_table_report(remove, t, idx, handler_table_function(t, fn), caller);
	handler_table_sleepable_leave(t, cookie);
	__handler_table_read_unlock();
	return removed ? 0 : -ENOENT;
}

/**
 * handler_table_remove - empty a slot if it holds a given handler
 * @t: the table
 * @idx: the slot
 * @fn: the handler that it should hold
 *
 * The handler may still be running when this returns, see
 * handler_table_synchronize().
 *
 * Context: Any; NMI where the architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 * Ordering: Fully ordered if it succeeds (remove-then-look.litmus); orders
 * nothing if it fails.
 * Return: 0; -ENOENT if the slot does not hold @fn, and is left alone;
 * -EINVAL if @t or @fn is NULL or @idx out of range.
 */
int handler_table_remove(struct handler_table *t, unsigned int idx,
			 handler_fn_t fn)
{
	return handler_table_remove_for(t, idx, fn, _RET_IP_);
}
EXPORT_SYMBOL_GPL(handler_table_remove);

/**
 * handler_table_swap - install a handler in place of whatever is there
 * @t: the table
 * @idx: the slot
 * @fn: the new handler
 * @old: where to store the previous handler, or NULL if there was none; may
 *	 itself be NULL; untouched if the call fails
 *
 * The previous handler may still be running when this returns, beside the new
 * one, see handler_table_synchronize(). Where two parties could meet in a
 * slot, use handler_table_replace(): this one displaces a stranger's handler
 * too, and putting that back later can resurrect one that was removed.
 *
 * Context: Any; NMI where the architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 * Ordering: Fully ordered if it succeeds: what the caller wrote before is
 * visible to @fn when it runs (swap-publishes.litmus). Orders nothing if it
 * fails.
 * Return: 0; -EINVAL if @t or @fn is NULL or @idx out of range.
 */
int handler_table_swap(struct handler_table *t, unsigned int idx,
		       handler_fn_t fn, handler_fn_t *old)
{
	atomic_long_t *slot = slot_of(t, idx);
	handler_fn_t prev;
	int cookie;

	if (!slot || !fn)
		return -EINVAL;
	__handler_table_read_lock();
	cookie = handler_table_sleepable_enter(t);
	note_displacing(t, slot, NULL);
	prev = (handler_fn_t)atomic_long_xchg(slot, (long)fn);
	note_displaced(t, prev);
	note_swapped(t, idx);
	handler_table_report(swap, t, idx, handler_table_function(t, prev),
			     handler_table_function(t, fn), _RET_IP_);
	handler_table_sleepable_leave(t, cookie);
	__handler_table_read_unlock();
	if (old)
		*old = prev;
	return 0;
}
EXPORT_SYMBOL_GPL(handler_table_swap);

/**
 * handler_table_replace - install a handler in place of a given one
 * @t: the table
 * @idx: the slot
 * @old: the handler that it should hold
 * @new: the handler to install
 *
 * @old may still be running when this returns, beside @new, see
 * handler_table_synchronize().
 *
 * Context: Any; NMI where the architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 * Ordering: Fully ordered if it succeeds: what the caller wrote before is
 * visible to @new when it runs (replace-publishes.litmus). Orders nothing if
 * it fails.
 * Return: 0; -ENOENT if the slot does not hold @old, and is left alone;
 * -EINVAL if @t, @old or @new is NULL or @idx out of range.
 */
int handler_table_replace(struct handler_table *t, unsigned int idx,
			  handler_fn_t old, handler_fn_t new)
{
	atomic_long_t *slot = slot_of(t, idx);
	bool replaced;
	int cookie;

	if (!slot || !old || !new)
		return -EINVAL;
	__handler_table_read_lock();
	cookie = handler_table_sleepable_enter(t);
	note_displacing(t, slot, old);
	replaced = atomic_long_cmpxchg(slot, (long)old, (long)new) == (long)old;
	note_displaced(t, replaced ? old : NULL);
	if (replaced) {
		note_swapped(t, idx);
		handler_table_report(replace, t, idx, handler_table_function(t, old),
				     handler_table_function(t, new), _RET_IP_);
	}
	handler_table_sleepable_leave(t, cookie);
	__handler_table_read_unlock();
	return replaced ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(handler_table_replace);

/**
 * handler_table_peek - look what a slot holds
 * @t: the table
 * @idx: the slot
 *
 * The answer may be out of date before the caller has it. It is good for
 * comparing, not for calling: nothing keeps the handler's module loaded.
 *
 * Context: Any, NMI included.
 * Ordering: None (peek-orders-nothing.litmus).
 * Return: the handler; NULL if there is none, or if @t is NULL or @idx out of
 * range.
 */
handler_fn_t handler_table_peek(struct handler_table *t, unsigned int idx)
{
	atomic_long_t *slot = slot_of(t, idx);

	return slot ? (handler_fn_t)atomic_long_read(slot) : NULL;
}
EXPORT_SYMBOL_GPL(handler_table_peek);

/*
 * handler_table_next_used - the first slot from @idx on that holds something
 *
 * For who looks through all of a table, which may have a million slots: what is
 * found may be gone again, and what is passed may come. The table's size if there
 * is none. In process context; it gives way now and then, and at each slot that
 * the caller will have something to do with.
 */
unsigned int handler_table_next_used(const struct handler_table *t, unsigned int idx)
{
	for (; idx < t->nr; idx++) {
		bool used = atomic_long_read(&t->slots[idx]);

		if (used || !(idx % 1024))
			cond_resched();
		if (used)
			break;
	}
	return idx;
}

/**
 * handler_table_refuse - tell of a dispatch that is not one for the table
 * @t: the table
 *
 * Once, as whoever made this mistake makes it often.
 *
 * Context: Any.
 */
void handler_table_refuse(const struct handler_table *t)
{
	WARN_ONCE(1, "handler_table: %s has handlers of another type than this dispatch, not run\n",
		  t->name);
}
EXPORT_SYMBOL_GPL(handler_table_refuse);

/**
 * handler_table_handle - run the handler of an event
 * @t: the table
 * @idx: the index of the event
 * @arg: passed to the handler as it is
 *
 * handler_table_dispatch() as a function, for a table that may be NULL and
 * for callers who prefer small code. Function tracing leaves it out, as it
 * does the inlined form.
 *
 * A table whose handlers are of another type, or may sleep, is refused, with a
 * warning.
 *
 * Context: Any in which RCU is watching: task, softirq, hardirq and NMI.
 * Ordering: An acquire load of the slot. What was written before the handler
 * was installed is visible to it.
 * Return: true if a handler ran; false if the slot is empty, @t is NULL or
 * @idx out of range.
 */
bool notrace handler_table_handle(struct handler_table *t, unsigned int idx,
				  void *arg)
{
	if (!t)
		return false;
	if (static_branch_unlikely(&handler_table_watched.key))
		return __handler_table_dispatch_watched(t, idx, arg, _RET_IP_);
	return __handler_table_dispatch_unwatched(t, idx, arg);
}
EXPORT_SYMBOL_GPL(handler_table_handle);
