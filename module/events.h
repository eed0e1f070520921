/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_EVENTS_H
#define _HANDLER_TABLE_EVENTS_H

/*
 * handler_table: events, and no events of events
 *
 * A probe of an event may dispatch, and even change a slot. That is not reported in
 * turn: each context of a CPU that is in an event reports no other.
 */
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include <trace/events/handler_table.h>

/* Is this context in an event? One for task, softirq, hardirq, and NMI; watch.c. */
struct handler_table_in_event {
	bool context[4];
};

DECLARE_PER_CPU(struct handler_table_in_event, handler_table_in_event);

static __always_inline bool *handler_table_event_begins(void)
{
	bool *in;

	preempt_disable_notrace();
	in = &this_cpu_ptr(&handler_table_in_event)->context[interrupt_context_level()];
	if (*in) {
		preempt_enable_notrace();
		return NULL;
	}
	*in = true;
	barrier();	/* before anything that could come back here */
	return in;
}

static __always_inline void handler_table_event_ends(bool *in)
{
	barrier();
	*in = false;
	preempt_enable_notrace();
}

#define handler_table_report(_event, _args...)				\
do {									\
	bool *_in = NULL;						\
									\
	if (trace_handler_table_##_event##_enabled())			\
		_in = handler_table_event_begins();			\
	if (_in) {							\
		trace_handler_table_##_event(_args);			\
		handler_table_event_ends(_in);				\
	}								\
} while (0)

#endif /* _HANDLER_TABLE_EVENTS_H */
