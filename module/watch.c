// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: dispatches that are watched
 *
 * A dispatch, inlined or not, begins with the static key handler_table_watched.
 * While nobody watches that is a no-op. While somebody does, by one of the events
 * of a dispatch or by a table's statistics, every dispatch of every table takes
 * another way:
 *
 *	begin the read-side section
 *	load the slot, count the dispatch, handler_table_entry or _empty
 *	the handler
 *	take the time, handler_table_exit
 *	end the read-side section
 *
 * Which way a dispatch takes is decided once, at its beginning. What is known then
 * and needed at the end is on the stack where the core itself calls the handler. In
 * a dispatch that is inlined with its call, as those of typed tables are, it could
 * not be: the compiler would make room for it in the other way, too. There it is in
 * a record, to be found by the stack pointer of the dispatch, which is nobody else's
 * until that is over. There are RECORDS_PER_CPU of them for each possible CPU, from
 * the first time that somebody watches until the module goes. Who finds none free
 * where it looks goes without the time and the second event, and so does a dispatch
 * among the arguments of another one, which has the same stack pointer.
 *
 * Statistics belong to the publication of a table, and like this are freed by
 * handler_table_call(): the section is the one of the table's handlers.
 *
 * Neither way does without the acquire load of the slot, nor without the clamp
 * of the index.
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/handler_table.h>
#include <linux/hash.h>
#include <linux/jump_label_ratelimit.h>
#include <linux/linkage.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>

#include "internal.h"
#include "stats.h"

#define CREATE_TRACE_POINTS
#include "events.h"

DEFINE_STATIC_KEY_DEFERRED_FALSE(handler_table_watched, 0);
EXPORT_SYMBOL_GPL(handler_table_watched);

EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_register);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_remove);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_swap);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_replace);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_forgotten);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_empty);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_wait_begin);
EXPORT_TRACEPOINT_SYMBOL_GPL(handler_table_wait_end);

DEFINE_PER_CPU(struct handler_table_in_event, handler_table_in_event);

/* What is found out at the beginning of a dispatch and needed at its end. */
struct watch {
	const struct handler_table	*t;
	struct handler_table_stats	*stats;
	handler_fn_t			 fn;
	u64				 began;
	unsigned int			 idx;
};

/* As __handler_table_run_in(): register-publishes.litmus */
static __always_inline handler_fn_t load(const struct handler_table *t,
					 unsigned int *idx)
{
	if (*idx >= t->nr)
		return NULL;
	*idx = array_index_nospec(*idx, t->nr);
	return (handler_fn_t)atomic_long_read_acquire(&t->slots[*idx]);
}

static __always_inline handler_fn_t begin(struct watch *w,
					  const struct handler_table *t,
					  unsigned int *index,
					  unsigned long caller)
{
	handler_fn_t word = load(t, index);
	unsigned int idx = *index;

	w->stats = handler_table_stats_of(t);
	if (!word) {
		handler_table_stats_empty(w->stats, idx);
		handler_table_report(empty, t, idx, caller);
		return NULL;
	}
	handler_table_stats_handled(w->stats, idx);
	w->t = t;
	w->idx = idx;
	w->fn = handler_table_function(t, word);
	handler_table_report(entry, t, idx, w->fn, caller);
	return word;
}

static __always_inline void end(const struct watch *w, u64 now)
{
	/* Another CPU's clock may be behind. */
	u64 ns = now > w->began ? now - w->began : 0;

	handler_table_stats_latency(w->stats, ns);
	handler_table_report(exit, w->t, w->idx, w->fn, ns);
}

/*
 * handler_table_run_watched - run a handler that is a handler_fn_t
 *
 * In a read-side section of @t.
 */
bool notrace handler_table_run_watched(const struct handler_table *t,
				       unsigned int idx, void *arg,
				       unsigned long caller)
{
	struct watch w;
	handler_fn_t fn = begin(&w, t, &idx, caller);

	if (!fn)
		return false;
	w.began = local_clock();
	fn(idx, arg);
	end(&w, local_clock());
	return true;
}

/**
 * __handler_table_dispatch_watched - handler_table_dispatch() while it is watched
 * @t: the table
 * @idx: the index of the event
 * @arg: passed to the handler as it is
 * @caller: where the dispatch is; 0: where this was called
 *
 * Return: as handler_table_dispatch().
 */
bool notrace
__handler_table_dispatch_watched(struct handler_table *t, unsigned int idx,
				 void *arg, unsigned long caller)
{
	bool ran;

	if (unlikely(!t->nr_plain)) {
		handler_table_refuse(t);
		return false;
	}
	__handler_table_read_lock();
	ran = handler_table_run_watched(t, idx, arg, caller ?: _RET_IP_);
	__handler_table_read_unlock();
	return ran;
}
EXPORT_SYMBOL_GPL(__handler_table_dispatch_watched);

#define RECORDS_PER_CPU	16
#define RECORD_TRIES	8

struct record {
	atomic_long_t	frame;		/* whose it is; 0: nobody's */
	unsigned int	nested;		/* dispatches among its arguments */
	struct watch	watch;
} ____cacheline_aligned_in_smp;

static struct records {
	unsigned int	bits;		/* 1 << bits of them */
	struct record	of[];
} *all_records;

/* Guards the making of all_records, and whether that may be. */
static DEFINE_MUTEX(watch_mutex);
static bool watch_is_over;

static int make_records(void)
{
	unsigned int bits = order_base_2(RECORDS_PER_CPU * num_possible_cpus());
	struct records *records;

	lockdep_assert_held(&watch_mutex);
	if (watch_is_over)
		return -ENODEV;
	if (all_records)
		return 0;
	records = kvzalloc(struct_size(records, of, 1U << bits), GFP_KERNEL);
	if (!records)
		return -ENOMEM;
	records->bits = bits;
	/* Pairs with the READ_ONCE()s below: stats-are-there.litmus */
	smp_store_release(&all_records, records);
	return 0;
}

/*
 * handler_table_watch_start - have dispatches be watched, once more
 *
 * Context: May sleep.
 * Return: 0; -ENOMEM; -ENODEV: the module is going.
 */
int handler_table_watch_start(void)
{
	int ret;

	mutex_lock(&watch_mutex);
	ret = make_records();
	mutex_unlock(&watch_mutex);
	if (!ret)
		static_branch_inc(&handler_table_watched.key);
	return ret;
}

void handler_table_watch_stop(void)
{
	static_branch_dec(&handler_table_watched.key);
}

/*
 * handler_table_watch_stop_soon - the same, by a work item
 *
 * Patching takes cpus_read_lock(). Who unpublishes a table may hold that, or be what
 * a CPU that goes offline waits for.
 */
void handler_table_watch_stop_soon(void)
{
	static_branch_slow_dec_deferred(&handler_table_watched);
}

/* Nobody dispatches any more. Events can still be switched on, and off. */
void handler_table_watch_exit(void)
{
	static_key_deferred_flush(&handler_table_watched);
	mutex_lock(&watch_mutex);
	watch_is_over = true;
	kvfree(all_records);
	all_records = NULL;
	mutex_unlock(&watch_mutex);
}

static __always_inline struct record *
nth_record(struct records *records, unsigned long frame, unsigned int n)
{
	return &records->of[(hash_long(frame, records->bits) + n) &
			    ((1U << records->bits) - 1)];
}

static __always_inline struct record *find_record(unsigned long frame)
{
	struct records *records = READ_ONCE(all_records);
	unsigned int i;

	for (i = 0; records && i < RECORD_TRIES; i++) {
		struct record *r = nth_record(records, frame, i);

		if (atomic_long_read(&r->frame) == frame)
			return r;
	}
	return NULL;
}

/* Of rivals for a record one gets it: register-rivals.litmus. */
static __always_inline struct record *take_record(unsigned long frame)
{
	struct records *records = READ_ONCE(all_records);
	struct record *r = find_record(frame);
	unsigned int i;

	if (r) {
		r->nested++;
		return NULL;
	}
	for (i = 0; records && i < RECORD_TRIES; i++) {
		r = nth_record(records, frame, i);
		if (!atomic_long_read(&r->frame) &&
		    !atomic_long_cmpxchg(&r->frame, 0, frame))
			return r;
	}
	return NULL;
}

/*
 * __handler_table_watch_begin_at - begin a watched dispatch that is inlined
 * @t: the table, of any kind
 * @idx: the index of the event, in range or not
 * @frame: the stack pointer of the dispatch
 * @caller: where the dispatch is; 0: where this was called
 *
 * In a read-side section of @t.
 *
 * An acquire load of the slot, by begin(): register-publishes.litmus
 *
 * Return: the word in the slot; 0 if it is empty or @idx out of range.
 */
asmlinkage unsigned long notrace __no_kmsan_checks
__handler_table_watch_begin_at(const void *t, unsigned int idx,
			       unsigned long frame, unsigned long caller)
{
	struct watch w;
	struct record *r;
	handler_fn_t word;

	word = begin(&w, t, &idx, caller ?: _RET_IP_);
	if (!word)
		return 0;
	r = take_record(frame);
	if (r) {
		r->watch = w;
		r->watch.began = local_clock();
	}
	return (unsigned long)word;
}

/* __handler_table_watch_end_at - its handler has returned */
asmlinkage void notrace __no_kmsan_checks
__handler_table_watch_end_at(unsigned long frame)
{
	u64 now = local_clock();
	struct record *r = find_record(frame);
	struct watch w;

	if (!r)
		return;
	if (r->nested) {
		r->nested--;
		return;
	}
	w = r->watch;
	/* The next one's comes after this: record-is-handed-over.litmus */
	atomic_long_set_release(&r->frame, 0);
	end(&w, now);
}

#if defined(CONFIG_X86_64) && !defined(CONFIG_UML)
EXPORT_SYMBOL_GPL(__handler_table_watch_begin_thunk);
EXPORT_SYMBOL_GPL(__handler_table_watch_end_thunk);
#else
EXPORT_SYMBOL_GPL(__handler_table_watch_begin_at);
EXPORT_SYMBOL_GPL(__handler_table_watch_end_at);
#endif
