/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM handler_table_bench

#if !defined(_HANDLER_TABLE_BENCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _HANDLER_TABLE_BENCH_TRACE_H

/*
 * handler_table_bench: events, to have a tracepoint with a probe
 */
#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(handler_table_bench,
	TP_PROTO(unsigned int idx, void *arg),
	TP_ARGS(idx, arg),
	TP_STRUCT__entry(
		__field(unsigned int, idx)
	),
	TP_fast_assign(
		__entry->idx = idx;
	),
	TP_printk("idx=%u", __entry->idx)
);

DEFINE_EVENT(handler_table_bench, handler_table_bench_call,
	TP_PROTO(unsigned int idx, void *arg),
	TP_ARGS(idx, arg)
);

DEFINE_EVENT(handler_table_bench, handler_table_bench_change,
	TP_PROTO(unsigned int idx, void *arg),
	TP_ARGS(idx, arg)
);

#endif /* _HANDLER_TABLE_BENCH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE bench_trace
#include <trace/define_trace.h>
