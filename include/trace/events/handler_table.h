/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handler_table: what can be traced, Documentation/tracing.rst
 *
 * A table's name is copied into each event, since the table may be gone when the
 * event is looked at. Functions are those behind the words of the slots: of a
 * bound table's descriptor the first one.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM handler_table

#if !defined(_TRACE_HANDLER_TABLE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_HANDLER_TABLE_H

#include <linux/handler_table.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* Where the core is, which alone has what begins and ends there. */
int handler_table_watch_start(void);
void handler_table_watch_stop(void);

/* As __string(), whose __assign_str() is not the same on all kernels. */
#define __handler_table_name(_t)					\
	__dynamic_array(char, table, strlen((_t)->name) + 1)
#define __handler_table_assign_name(_t)					\
	memcpy(__get_dynamic_array(table), (_t)->name, strlen((_t)->name) + 1)

DECLARE_EVENT_CLASS(handler_table_fn,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t fn, unsigned long caller),

	TP_ARGS(t, idx, fn, caller),

	TP_STRUCT__entry(
		__handler_table_name(t)
		__field(unsigned int, idx)
		__field(void *, fn)
		__field(void *, caller)
	),

	TP_fast_assign(
		__handler_table_assign_name(t);
		__entry->idx = idx;
		__entry->fn = fn;
		__entry->caller = (void *)caller;
	),

	TP_printk("table=%s idx=%u fn=%ps caller=%pS",
		  __get_str(table), __entry->idx, __entry->fn, __entry->caller)
);

/**
 * handler_table_register - a handler was installed in an empty slot
 * @t: the table
 * @idx: the slot
 * @fn: the handler's function
 * @caller: who did it
 */
DEFINE_EVENT(handler_table_fn, handler_table_register,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t fn, unsigned long caller),

	TP_ARGS(t, idx, fn, caller)
);

/**
 * handler_table_remove - a handler was taken out of its slot
 * @t: the table
 * @idx: the slot
 * @fn: the handler's function
 * @caller: who did it, by handler_table_remove() or handler_table_unregister()
 */
DEFINE_EVENT(handler_table_fn, handler_table_remove,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t fn, unsigned long caller),

	TP_ARGS(t, idx, fn, caller)
);

DECLARE_EVENT_CLASS(handler_table_exchange,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t old, handler_fn_t new, unsigned long caller),

	TP_ARGS(t, idx, old, new, caller),

	TP_STRUCT__entry(
		__handler_table_name(t)
		__field(unsigned int, idx)
		__field(void *, old)
		__field(void *, new)
		__field(void *, caller)
	),

	TP_fast_assign(
		__handler_table_assign_name(t);
		__entry->idx = idx;
		__entry->old = old;
		__entry->new = new;
		__entry->caller = (void *)caller;
	),

	TP_printk("table=%s idx=%u old=%ps new=%ps caller=%pS",
		  __get_str(table), __entry->idx, __entry->old, __entry->new,
		  __entry->caller)
);

/**
 * handler_table_swap - a handler was installed, whatever was there
 * @t: the table
 * @idx: the slot
 * @old: the function of the handler that was there; NULL: none was
 * @new: the function of the one that is there now
 * @caller: who did it
 */
DEFINE_EVENT(handler_table_exchange, handler_table_swap,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t old, handler_fn_t new, unsigned long caller),

	TP_ARGS(t, idx, old, new, caller)
);

/**
 * handler_table_replace - a handler was installed in place of a given one
 * @t: the table
 * @idx: the slot
 * @old: the function of the handler that was there
 * @new: the function of the one that is there now
 * @caller: who did it
 */
DEFINE_EVENT(handler_table_exchange, handler_table_replace,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t old, handler_fn_t new, unsigned long caller),

	TP_ARGS(t, idx, old, new, caller)
);

/**
 * handler_table_forgotten - a module went and left a handler, which was removed
 * @t: the table
 * @idx: the slot
 * @fn: the name of the handler's function, which will not be known any more
 * @module: the module's name
 */
TRACE_EVENT(handler_table_forgotten,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 const char *fn, const char *module),

	TP_ARGS(t, idx, fn, module),

	TP_STRUCT__entry(
		__handler_table_name(t)
		__field(unsigned int, idx)
		__dynamic_array(char, fn, strlen(fn) + 1)
		__dynamic_array(char, module, strlen(module) + 1)
	),

	TP_fast_assign(
		__handler_table_assign_name(t);
		__entry->idx = idx;
		memcpy(__get_dynamic_array(fn), fn, strlen(fn) + 1);
		memcpy(__get_dynamic_array(module), module, strlen(module) + 1);
	),

	TP_printk("table=%s idx=%u fn=%s module=%s",
		  __get_str(table), __entry->idx, __get_str(fn),
		  __get_str(module))
);

/*
 * What is on the way of a dispatch is reported only while somebody listens, so
 * listening is what switches it on: see handler_table_watched.
 */

/**
 * handler_table_entry - a dispatch is about to run a handler
 * @t: the table
 * @idx: the slot
 * @fn: the handler's function
 * @caller: where the dispatch is
 */
DEFINE_EVENT_FN(handler_table_fn, handler_table_entry,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t fn, unsigned long caller),

	TP_ARGS(t, idx, fn, caller),

	handler_table_watch_start, handler_table_watch_stop
);

/**
 * handler_table_exit - the handler has returned
 * @t: the table
 * @idx: the slot
 * @fn: the handler's function
 * @ns: for how long it ran
 */
TRACE_EVENT_FN(handler_table_exit,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 handler_fn_t fn, u64 ns),

	TP_ARGS(t, idx, fn, ns),

	TP_STRUCT__entry(
		__handler_table_name(t)
		__field(unsigned int, idx)
		__field(void *, fn)
		__field(u64, ns)
	),

	TP_fast_assign(
		__handler_table_assign_name(t);
		__entry->idx = idx;
		__entry->fn = fn;
		__entry->ns = ns;
	),

	TP_printk("table=%s idx=%u fn=%ps ns=%llu",
		  __get_str(table), __entry->idx, __entry->fn, __entry->ns),

	handler_table_watch_start, handler_table_watch_stop
);

/**
 * handler_table_empty - there was no handler for an event
 * @t: the table
 * @idx: the index of the event, which may be out of range
 * @caller: where the dispatch is
 */
TRACE_EVENT_FN(handler_table_empty,

	TP_PROTO(const struct handler_table *t, unsigned int idx,
		 unsigned long caller),

	TP_ARGS(t, idx, caller),

	TP_STRUCT__entry(
		__handler_table_name(t)
		__field(unsigned int, idx)
		__field(void *, caller)
	),

	TP_fast_assign(
		__handler_table_assign_name(t);
		__entry->idx = idx;
		__entry->caller = (void *)caller;
	),

	TP_printk("table=%s idx=%u caller=%pS",
		  __get_str(table), __entry->idx, __entry->caller),

	handler_table_watch_start, handler_table_watch_stop
);

/**
 * handler_table_wait_begin - a wait for handlers begins
 * @domains: what is waited for: bit 0 stands for all plain tables, the others
 *	     for those whose handlers may sleep
 */
TRACE_EVENT(handler_table_wait_begin,

	TP_PROTO(unsigned long domains),

	TP_ARGS(domains),

	TP_STRUCT__entry(
		__field(unsigned long, domains)
	),

	TP_fast_assign(
		__entry->domains = domains;
	),

	TP_printk("domains=%#lx", __entry->domains)
);

/**
 * handler_table_wait_end - a wait for handlers is over
 * @domains: what was waited for
 * @ns: how long it took
 */
TRACE_EVENT(handler_table_wait_end,

	TP_PROTO(unsigned long domains, u64 ns),

	TP_ARGS(domains, ns),

	TP_STRUCT__entry(
		__field(unsigned long, domains)
		__field(u64, ns)
	),

	TP_fast_assign(
		__entry->domains = domains;
		__entry->ns = ns;
	),

	TP_printk("domains=%#lx ns=%llu", __entry->domains, __entry->ns)
);

#endif /* _TRACE_HANDLER_TABLE_H */

#include <trace/define_trace.h>
