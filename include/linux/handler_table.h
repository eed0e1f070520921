/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_HANDLER_TABLE_H
#define _LINUX_HANDLER_TABLE_H

/*
 * handler_table: lock-free tables from an event index to a handler
 *
 * API overview:
 *
 *   DEFINE_HANDLER_TABLE(name, nr);
 *   DEFINE_STATIC_HANDLER_TABLE(name, nr);
 *   DEFINE_SLEEPABLE_HANDLER_TABLE(name, nr);
 *   DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(name, nr);
 *   handler_table_alloc(name, nr, gfp);
 *   handler_table_alloc_sleepable(name, nr, gfp);
 *   handler_table_free(t);
 *
 *   handler_table_register(t, idx, fn);		empty -> fn
 *   handler_table_remove(t, idx, fn);			fn    -> empty
 *   handler_table_replace(t, idx, old, new);		old   -> new
 *   handler_table_unregister(t, idx);			any   -> empty
 *   handler_table_swap(t, idx, fn, &old);		any   -> fn
 *   handler_table_peek(t, idx);
 *
 *   handler_table_dispatch(t, idx, arg);
 *   handler_table_handle(t, idx, arg);
 *   handler_table_handle_sleepable(t, idx, arg);
 *
 *   handler_table_synchronize(t);
 *   handler_table_remove_sync(t, idx, fn);
 *   handler_table_unregister_sync(t, idx);
 *   handler_table_call(t, head, func);
 *   handler_table_barrier();
 *
 *   handler_table_publish(t, flags);
 *   handler_table_unpublish(t);
 *
 * Usage example:
 *
 *   DEFINE_STATIC_HANDLER_TABLE(events, 16);
 *
 *   static void on_event(unsigned int idx, void *arg) { ... }
 *
 *   ret = handler_table_register(&events, 3, on_event);
 *   ...
 *   if (!handler_table_dispatch(&events, 3, data))
 *           nobody handled it;
 *   ...
 *   handler_table_remove(&events, 3, on_event);
 *   handler_table_synchronize(&events);
 *   // here on_event() runs nowhere; its module may go
 *
 * How it works:
 *
 *   A slot is one word: 0 when it is empty, else the address of the handler.
 *   Every change of it is one atomic read-modify-write, every dispatch one
 *   acquire load. What displaces a handler also leaves notes for the guard, see
 *   module/displaced.c. There is no lock and nothing to wait for, so all of this
 *   works from task, softirq and hardirq context, and from NMI where the
 *   architecture has ARCH_HAVE_NMI_SAFE_CMPXCHG.
 *
 *   No operation needs to exclude any other on the same slot, but what it
 *   means when two of them meet there differs:
 *
 *     register, remove and replace say what they expect to find, so at most
 *     one of two rivals wins and the other is told.
 *
 *     unregister and swap take whatever is there. Between two parties who do
 *     not know of each other a blind swap can resurrect a handler: A swaps its
 *     own in and keeps the previous one to put back later, B removes the
 *     previous one and unloads, A puts it back. Use them on slots that have
 *     one owner.
 *
 * When a handler is gone:
 *
 *   Neither a removal nor a swap waits. A CPU that loaded the old handler a
 *   moment before may still be running it, and after a swap the old and the
 *   new handler may run at the same time. A dispatch is a read-side section
 *   from before the load until after the handler's return:
 *   handler_table_synchronize() waits for all that began before it, and
 *   handler_table_call() is the same wait for those who cannot wait. What
 *   marks a read-side section, if anything does, depends on the kernel, see
 *   __handler_table_read_lock(). It is not rcu_read_lock() everywhere: a
 *   handler that follows RCU-protected pointers takes that itself.
 *
 *   The _sync calls wait only for what they removed themselves. A module in
 *   whose slots others may swap waits in any case before it goes: its handler
 *   may be out of the table and still be running.
 *
 * Handlers that sleep:
 *
 *   They live in tables of their own kind, which are dispatched with
 *   handler_table_handle_sleepable(), from task context; the other dispatch calls
 *   refuse them. All other operations are the same.
 *
 * Ordering:
 *
 *   A change that succeeds is fully ordered, so whatever its caller wrote
 *   before is visible to the handler that it installed. A change that fails
 *   orders nothing. Documentation/memory-ordering.rst has the proofs.
 */

#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/jump_label_ratelimit.h>
#include <linux/kernel.h>
#include <linux/linkage.h>
#include <linux/lockdep.h>
#include <linux/nospec.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct handler_table_kind;
struct handler_table_publication;
struct module;

/* The largest table that can be defined, and that can be allocated. */
#define HANDLER_TABLE_MAX_DEFINED	65536
#define HANDLER_TABLE_MAX_ALLOCATED	1048576

/**
 * typedef handler_fn_t - a handler
 * @idx: the index that was dispatched, so that one function can serve many
 * @arg: whatever the dispatcher passed
 *
 * Context: The dispatcher's, inside a read-side section: it may not sleep (on
 * PREEMPT_RT it may take a spinlock_t), unless its table was defined so, and may
 * not wait for a grace period. It may register, remove, replace and swap, its own
 * slot included, and dispatch. The section is not one of RCU on every kernel: it
 * takes rcu_read_lock() for what it needs that for.
 */
typedef void (*handler_fn_t)(unsigned int idx, void *arg);

/* What tables of all kinds begin with. */
#define __HANDLER_TABLE_HEADER						\
	unsigned int			 nr;	/* number of slots */	\
	/* The same if they hold handler_fn_t that do not sleep, else 0. */ \
	unsigned int			 nr_plain;			\
	const char			*name;				\
	struct module			*owner;	/* NULL: built in */	\
	const struct handler_table_kind	*kind;	/* NULL: handler_fn_t */\
	struct handler_table_publication *pub;	/* NULL: not published */\
	unsigned int			 flags	/* HANDLER_TABLE_ALLOCATED */

/**
 * struct handler_table - a table of handlers
 *
 * To be defined with DEFINE_HANDLER_TABLE() or made by handler_table_alloc().
 * The members are for this header and the core only. The header fits in 64
 * bytes and never changes while handlers are dispatched, but for @pub; the
 * slots follow it on cache lines of their own.
 */
struct handler_table {
	/* private: */
	__HANDLER_TABLE_HEADER;

	atomic_long_t			 slots[] ____cacheline_aligned;
};

/* Bits of handler_table::flags, set once and for all. */
#define HANDLER_TABLE_ALLOCATED		BIT(0)	/* by handler_table_alloc() */

static_assert(offsetofend(struct handler_table, flags) <= 64);
static_assert(sizeof(handler_fn_t) == sizeof(atomic_long_t));

/*
 * How removal is made safe, by the kernel's configuration alone, so that it is
 * the same for the core and for all who dispatch:
 *
 *   Tasks RCU, where there is one: a read-side section is marked by nothing at
 *   all. A handler does not sleep, so once every task has switched voluntarily
 *   or is in user space, between two ordinary grace periods, which see to
 *   interrupts and the idle loop, nobody runs it any more.
 *
 *   RCU otherwise: rcu_read_lock(). On PREEMPT_RT a handler may wait for a
 *   spinlock_t, and Tasks RCU takes that for a voluntary switch. Without
 *   PREEMPTION this, too, comes to nothing, unless there is PREEMPT_COUNT.
 *
 * A grace period of Tasks RCU does not end while some kernel thread never
 * switches. CONFIG_HANDLER_TABLE_GUARDED is for machines with such threads:
 * the price is rcu_read_lock() in each dispatch.
 */
#if defined(CONFIG_TASKS_RCU) && !defined(CONFIG_PREEMPT_RT) &&	\
	!defined(CONFIG_HANDLER_TABLE_GUARDED)
#define __HANDLER_TABLE_TASKS_RCU	1
#define __HANDLER_TABLE_LAYOUT	\
	handler_table_layout_3_tasks_rcu_rebuild_if_unknown
#else
#define __HANDLER_TABLE_TASKS_RCU	0
#define __HANDLER_TABLE_LAYOUT	\
	handler_table_layout_3_rcu_rebuild_if_unknown
#endif

/*
 * The dispatch is compiled into other modules, so the layout of a table and
 * the above are binary interface. Each user refers to a symbol that is named
 * after them: the kernel does not load a module for which it cannot find it,
 * says "Unknown symbol" and the name, and the name says what to do. Whoever
 * changes what these assertions state changes the number in the name.
 *
 * The reference is a word that is freed after init. One in a section that is
 * thrown away when the module is linked would leave a symbol that nothing
 * refers to, which "strip --strip-unneeded" takes out.
 */
extern const char __HANDLER_TABLE_LAYOUT[];
___ADDRESSABLE(__HANDLER_TABLE_LAYOUT, __initdata);

static_assert(offsetof(struct handler_table, nr) == 0 &&
	      offsetof(struct handler_table, nr_plain) == 4 &&
	      offsetof(struct handler_table, name) == 8 &&
	      offsetof(struct handler_table, owner) == 8 + sizeof(long) &&
	      offsetof(struct handler_table, kind) == 8 + 2 * sizeof(long) &&
	      offsetof(struct handler_table, pub) == 8 + 3 * sizeof(long) &&
	      offsetof(struct handler_table, flags) == 8 + 4 * sizeof(long) &&
	      offsetof(struct handler_table, slots) ==
		ALIGN(12 + 4 * sizeof(long), SMP_CACHE_BYTES));

#define __HANDLER_TABLE_CHECK_NR(_nr)					\
	static_assert((_nr) >= 1 && (_nr) <= HANDLER_TABLE_MAX_DEFINED,	\
		      "a handler table has 1 to 65,536 slots")

/*
 * Naming the last slot gives the flexible array its size, with no heap. It is
 * the last of a cache line, so that no other variable gets on that line.
 */
#define __HANDLER_TABLE_PADDED(_nr)					\
	ALIGN((_nr), SMP_CACHE_BYTES / sizeof(atomic_long_t))

#define __HANDLER_TABLE_INIT(_name, _nr, _nr_plain, _kind) {		\
	.nr = (_nr),							\
	.nr_plain = (_nr_plain),					\
	.name = #_name,							\
	.kind = (_kind),						\
	.owner = THIS_MODULE,						\
	.slots = {							\
		[__HANDLER_TABLE_PADDED(_nr) - 1] = ATOMIC_LONG_INIT(0)	\
	},								\
}

/**
 * DEFINE_HANDLER_TABLE - define a table at file scope
 * @_name: the name of the &struct handler_table variable and of the table
 * @_nr: the number of slots, a constant from 1 to 65,536
 *
 * All slots are empty. The table uses no heap, is usable before any init code
 * has run, and is owned by the module that defines it.
 */
#define DEFINE_HANDLER_TABLE(_name, _nr)				\
	__HANDLER_TABLE_CHECK_NR(_nr);					\
	struct handler_table _name = __HANDLER_TABLE_INIT(_name, _nr, _nr, NULL)

/**
 * DEFINE_STATIC_HANDLER_TABLE - define a table that is static to its file
 * @_name: as for DEFINE_HANDLER_TABLE()
 * @_nr: as for DEFINE_HANDLER_TABLE()
 */
#define DEFINE_STATIC_HANDLER_TABLE(_name, _nr)				\
	__HANDLER_TABLE_CHECK_NR(_nr);					\
	static struct handler_table _name = __HANDLER_TABLE_INIT(_name, _nr, _nr, NULL)

/* The kind of table whose handlers are handler_fn_t and may sleep. */
extern const struct handler_table_kind handler_table_kind_sleepable;

/**
 * DEFINE_SLEEPABLE_HANDLER_TABLE - define a table whose handlers may sleep
 * @_name: as for DEFINE_HANDLER_TABLE()
 * @_nr: as for DEFINE_HANDLER_TABLE()
 *
 * To be dispatched with handler_table_handle_sleepable() only.
 */
#define DEFINE_SLEEPABLE_HANDLER_TABLE(_name, _nr)			\
	__HANDLER_TABLE_CHECK_NR(_nr);					\
	struct handler_table _name =					\
		__HANDLER_TABLE_INIT(_name, _nr, 0, &handler_table_kind_sleepable)

/**
 * DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE - the same, static to its file
 * @_name: as for DEFINE_HANDLER_TABLE()
 * @_nr: as for DEFINE_HANDLER_TABLE()
 */
#define DEFINE_STATIC_SLEEPABLE_HANDLER_TABLE(_name, _nr)		\
	__HANDLER_TABLE_CHECK_NR(_nr);					\
	static struct handler_table _name =				\
		__HANDLER_TABLE_INIT(_name, _nr, 0, &handler_table_kind_sleepable)

struct handler_table * __must_check
__handler_table_alloc(const char *name, unsigned int nr, gfp_t gfp,
		      struct module *owner,
		      const struct handler_table_kind *kind);

/**
 * handler_table_alloc - allocate a table
 * @name: its name, which is copied
 * @nr: the number of slots, from 1 to 1,048,576
 * @gfp: how to allocate; without __GFP_DIRECT_RECLAIM a large table may fail
 *	 for want of contiguous memory
 *
 * The table is owned by the calling module.
 *
 * Context: As @gfp allows.
 * Return: the table, all slots empty; NULL without memory, without a name, or
 * if @nr is out of range.
 */
#define handler_table_alloc(name, nr, gfp)				\
	__handler_table_alloc(name, nr, gfp, THIS_MODULE, NULL)

/**
 * handler_table_alloc_sleepable - allocate a table whose handlers may sleep
 * @name: its name, which is copied
 * @nr: the number of slots, from 1 to 1,048,576
 * @gfp: how to allocate
 *
 * Context: As @gfp allows.
 * Return: as handler_table_alloc().
 */
#define handler_table_alloc_sleepable(name, nr, gfp)			\
	__handler_table_alloc(name, nr, gfp, THIS_MODULE,		\
			      &handler_table_kind_sleepable)

void handler_table_free(struct handler_table *t);

int __must_check handler_table_register(struct handler_table *t,
					unsigned int idx, handler_fn_t fn);
handler_fn_t handler_table_unregister(struct handler_table *t,
				      unsigned int idx);
int handler_table_remove(struct handler_table *t, unsigned int idx,
			 handler_fn_t fn);
int handler_table_swap(struct handler_table *t, unsigned int idx,
		       handler_fn_t fn, handler_fn_t *old);
int __must_check handler_table_replace(struct handler_table *t,
				       unsigned int idx, handler_fn_t old,
				       handler_fn_t new);
handler_fn_t handler_table_peek(struct handler_table *t, unsigned int idx);
bool handler_table_handle(struct handler_table *t, unsigned int idx,
			  void *arg);
bool handler_table_handle_sleepable(struct handler_table *t, unsigned int idx,
				    void *arg);
void handler_table_refuse(const struct handler_table *t);

void handler_table_synchronize(struct handler_table *t);
handler_fn_t handler_table_unregister_sync(struct handler_table *t,
					   unsigned int idx);
int handler_table_remove_sync(struct handler_table *t, unsigned int idx,
			      handler_fn_t fn);
void handler_table_call(struct handler_table *t, struct rcu_head *head,
			rcu_callback_t func);
void handler_table_barrier(void);

/*
 * Flags of handler_table_publish().
 *
 * HANDLER_TABLE_ALLOW_DISPATCH: operators may trigger the table's handlers,
 * and every handler accepts a NULL argument.
 */
#define HANDLER_TABLE_ALLOW_DISPATCH	BIT(0)

int __must_check handler_table_publish(struct handler_table *t,
				       unsigned int flags);
void handler_table_unpublish(struct handler_table *t);

#ifdef CONFIG_DEBUG_LOCK_ALLOC
extern struct lockdep_map handler_table_lock_map;
#endif

/*
 * Does anybody watch dispatches? For them this is a no-op while nobody does, and
 * costs nothing else; module/watch.c has the theory.
 */
extern struct static_key_false_deferred handler_table_watched;

bool __handler_table_dispatch_watched(struct handler_table *t, unsigned int idx,
				      void *arg, unsigned long caller);

/*
 * What a watched dispatch of a typed or bound table calls before and after its
 * handler. The arguments of the handler are those of the dispatcher, so an
 * ordinary call in between would have the compiler keep them safe from it, and set
 * a frame up for that before it knows which way it will go. On x86-64 the two
 * spare all registers and the stack, and the way that is not watched stays as it
 * was. Elsewhere it may have some instructions more.
 */
asmlinkage unsigned long
__handler_table_watch_begin_at(const void *t, unsigned int idx,
			       unsigned long frame, unsigned long caller);
asmlinkage void __handler_table_watch_end_at(unsigned long frame);

#if defined(CONFIG_X86_64) && !defined(CONFIG_UML)
void __handler_table_watch_begin_thunk(void);
void __handler_table_watch_end_thunk(void);

static __always_inline unsigned long
__handler_table_watch_begin(const void *t, unsigned int idx)
{
	/* Not where arguments are. */
	register unsigned long index asm("r10") = idx;
	unsigned long word = (unsigned long)t;

	asm volatile("call __handler_table_watch_begin_thunk"
		     : "+a" (word), "+r" (index), ASM_CALL_CONSTRAINT
		     : : "memory", "cc");
	return word;
}

static __always_inline void __handler_table_watch_end(void)
{
	/*
	 * What the compiler has pushed for the handler, it may leave there for a
	 * while after the call, but not beyond a jump. The stack pointer has to
	 * be again what it was at the beginning.
	 */
	asm goto("" : : : : popped);
popped:
	asm volatile("call __handler_table_watch_end_thunk"
		     : ASM_CALL_CONSTRAINT : : "memory", "cc");
}
#else
static __always_inline unsigned long
__handler_table_watch_begin(const void *t, unsigned int idx)
{
	return __handler_table_watch_begin_at(t, idx,
			(unsigned long)__builtin_frame_address(0), 0);
}

static __always_inline void __handler_table_watch_end(void)
{
	__handler_table_watch_end_at((unsigned long)__builtin_frame_address(0));
}
#endif

/*
 * The read side of a dispatch. These two and module/grace.c, which waits for
 * what they mark, are all that knows how removal is made safe. Kernels that
 * check locking have the means to report a dispatch where RCU is not watching,
 * a handler that sleeps, and a wait inside a handler; for others
 * non_block_start() and rcu_lock_acquire() are nothing. The map of locks has a
 * tracepoint, which would report a second time that RCU is not watching.
 */
static __always_inline bool __handler_table_lockdep_works(void)
{
	return IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC) && rcu_is_watching();
}

static __always_inline void __handler_table_read_lock(void)
{
	if (__HANDLER_TABLE_TASKS_RCU) {
		RCU_LOCKDEP_WARN(!rcu_is_watching(),
				 "handler_table: dispatch where RCU is not watching");
		non_block_start();
	} else {
		rcu_read_lock();
	}
	if (__handler_table_lockdep_works())
		rcu_lock_acquire(&handler_table_lock_map);
}

static __always_inline void __handler_table_read_unlock(void)
{
	if (__handler_table_lockdep_works())
		rcu_lock_release(&handler_table_lock_map);
	if (__HANDLER_TABLE_TASKS_RCU)
		non_block_end();
	else
		rcu_read_unlock();
}

int __handler_table_sleepable_lock(const void *t);
void __handler_table_sleepable_unlock(const void *t, int cookie);

/*
 * What a dispatch is, for tables of any kind: @_call runs the handler that
 * @_handler holds then, which is a variable of the type that the slots stand
 * for, and @_idx one that has the index. The handler runs inside the read-side
 * section, to its last instruction, which @_lock begins and @_unlock ends. Gives
 * true if a handler ran.
 *
 * The load pairs with the atomic_long_cmpxchg() or atomic_long_xchg() that
 * installed the handler. It must be an acquire: the call that depends on the
 * loaded value is a control dependency, and that does not order the loads that
 * the handler does. See register-publishes.litmus and
 * dispatch-control-dependency-broken.litmus.
 */
#define __handler_table_run_in(_lock, _unlock, _t, _nr, _idx, _handler, _call) \
({									\
	bool _ran = false;						\
									\
	if (likely((_idx) < (_nr))) {					\
		(_idx) = array_index_nospec(_idx, _nr);			\
		_lock;							\
		(_handler) = (typeof(_handler))				\
			atomic_long_read_acquire(&(_t)->slots[_idx]);	\
		if (_handler) {						\
			_call;						\
			_ran = true;					\
		}							\
		_unlock;						\
	}								\
	_ran;								\
})

/* The same while it is watched; the load and the clamp are out of line. */
#define __handler_table_watch_in(_lock, _unlock, _t, _idx, _handler, _call) \
({									\
	bool _ran = false;						\
									\
	_lock;								\
	(_handler) = (typeof(_handler))					\
		__handler_table_watch_begin(_t, _idx);			\
	if (_handler) {							\
		_call;							\
		_ran = true;						\
		__handler_table_watch_end();				\
	}								\
	_unlock;							\
	_ran;								\
})

/* One of the two. */
#define __handler_table_run_either(_lock, _unlock, _t, _nr, _idx, _handler, _call) \
	(static_branch_unlikely(&handler_table_watched.key) ?		\
	 __handler_table_watch_in(_lock, _unlock, _t, _idx, _handler, _call) : \
	 __handler_table_run_in(_lock, _unlock, _t, _nr, _idx, _handler, _call))

#define __handler_table_run(_t, _nr, _idx, _handler, _call)		\
	__handler_table_run_either(__handler_table_read_lock(),	\
				   __handler_table_read_unlock(),	\
				   _t, _nr, _idx, _handler, _call)

#define __handler_table_run_sleepable(_t, _nr, _idx, _handler, _call)	\
({									\
	int _cookie;							\
									\
	__handler_table_run_either(					\
		_cookie = __handler_table_sleepable_lock(_t),		\
		__handler_table_sleepable_unlock(_t, _cookie),		\
		_t, _nr, _idx, _handler, _call);			\
})

/* handler_table_dispatch() while nobody watches. */
static __always_inline bool
__handler_table_dispatch_unwatched(struct handler_table *t, unsigned int idx,
				   void *arg)
{
	handler_fn_t fn;

	if (unlikely(idx >= t->nr_plain)) {
		if (t->kind)
			handler_table_refuse(t);
		return false;
	}
	return __handler_table_run_in(__handler_table_read_lock(),
				      __handler_table_read_unlock(),
				      t, t->nr_plain, idx, fn, fn(idx, arg));
}

/**
 * handler_table_dispatch - run the handler of an event, inlined
 * @t: the table, which must not be NULL
 * @idx: the index of the event
 * @arg: passed to the handler as it is
 *
 * A table whose handlers are of another type, or may sleep, is refused, with a
 * warning.
 *
 * Context: Any in which RCU is watching: task, softirq, hardirq and NMI.
 * Ordering: An acquire load of the slot. What was written before the handler
 * was installed is visible to it.
 * Return: true if a handler ran; false if the slot is empty or @idx out of
 * range.
 */
static __always_inline bool
handler_table_dispatch(struct handler_table *t, unsigned int idx, void *arg)
{
	if (static_branch_unlikely(&handler_table_watched.key)) {
		bool ran = __handler_table_dispatch_watched(t, idx, arg, 0);

		/* Not a jump there: where it returns to is what events tell. */
		barrier();
		return ran;
	}
	return __handler_table_dispatch_unwatched(t, idx, arg);
}

#endif /* _LINUX_HANDLER_TABLE_H */
