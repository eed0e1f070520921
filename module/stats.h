/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _HANDLER_TABLE_STATS_H
#define _HANDLER_TABLE_STATS_H

/*
 * handler_table: statistics of a table, stats.c
 */
#include <linux/fs.h>
#include <linux/types.h>

struct handler_table;
struct handler_table_publication;
struct handler_table_stats;

extern const struct file_operations handler_table_stats_fops;

#ifdef CONFIG_DEBUG_FS
void __handler_table_stats_handled(struct handler_table_stats *stats,
				   unsigned int idx);
void __handler_table_stats_latency(struct handler_table_stats *stats, u64 ns);
void __handler_table_stats_empty(struct handler_table_stats *stats,
				 unsigned int idx);
void __handler_table_stats_swap(struct handler_table_stats *stats,
				unsigned int idx);
void handler_table_stats_stop(struct handler_table_publication *pub);
#else
static inline void __handler_table_stats_handled(struct handler_table_stats *stats,
						 unsigned int idx)
{
}

static inline void __handler_table_stats_latency(struct handler_table_stats *stats,
						 u64 ns)
{
}

static inline void __handler_table_stats_empty(struct handler_table_stats *stats,
					       unsigned int idx)
{
}

static inline void __handler_table_stats_swap(struct handler_table_stats *stats,
					      unsigned int idx)
{
}

static inline void handler_table_stats_stop(struct handler_table_publication *pub)
{
}
#endif

/*
 * To be called in a read-side section from before @stats were looked up. NULL: the
 * table has none. @idx may be out of range where there is no handler.
 */
static inline void handler_table_stats_handled(struct handler_table_stats *stats,
					       unsigned int idx)
{
	if (stats)
		__handler_table_stats_handled(stats, idx);
}

static inline void handler_table_stats_latency(struct handler_table_stats *stats,
					       u64 ns)
{
	if (stats)
		__handler_table_stats_latency(stats, ns);
}

static inline void handler_table_stats_empty(struct handler_table_stats *stats,
					     unsigned int idx)
{
	if (stats)
		__handler_table_stats_empty(stats, idx);
}

static inline void handler_table_stats_swap(struct handler_table_stats *stats,
					    unsigned int idx)
{
	if (stats)
		__handler_table_stats_swap(stats, idx);
}

#endif /* _HANDLER_TABLE_STATS_H */
