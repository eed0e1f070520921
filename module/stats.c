// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: statistics of a table
 *
 *	/sys/kernel/debug/handler_table/<table>/stats
 *
 * Written 1 to switch them on, 0 to switch them off, and read; the format is in
 * Documentation/ABI/testing/debugfs-handler_table.
 *
 * Each CPU has counters of its own, which it alone writes, so counting takes no
 * lock and no shared cache line. Interrupts and NMIs come in between: local64_t is
 * for that. Only 32-bit machines that have no atomic 64-bit operations cannot do
 * it in an NMI, and do not count there.
 *
 * What is promised: once writing 1 has returned each dispatch that begins is
 * counted, and how long its handler ran when that has returned, until 0 is
 * written; the latter but for those for which watch.c has no record. Then the counters are
 * gone, and with them their memory, as soon as no dispatch can be counting any
 * more. A reader adds the CPUs up while they go on counting, and sees each counter
 * at about the same time.
 *
 * A slot takes 24 bytes for each possible CPU, hence MAX_SLOTS.
 */
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>
#include <linux/uaccess.h>

#include <asm/local64.h>

#include "histogram.h"
#include "internal.h"
#include "stats.h"

/* What can be defined; larger tables are allocated ones. */
#define MAX_SLOTS	HANDLER_TABLE_MAX_DEFINED
/* Bytes that may be written, as to dispatch: with room for some leading zeros. */
#define MAX_SWITCH	31

struct slot_counters {
	local64_t	handled;
	local64_t	empty;
	local64_t	swaps;
};

/* Those of one CPU. */
struct counters {
	local64_t		out_of_range;
	local64_t		last_swap;	/* when, 0: none */
	local64_t		ns_sum;
	local64_t		ns_min;
	local64_t		ns_max;
	local64_t		ns[HT_HISTOGRAM_BUCKETS];
	struct slot_counters	slots[];
};

struct handler_table_stats {
	struct rcu_head		 rcu;
	u64			 began;
	unsigned int		 nr;
	struct counters		*of_cpu[];	/* nr_cpu_ids of them */
};

static __always_inline struct counters *
counting_begins(struct handler_table_stats *stats)
{
	if (IS_ENABLED(CONFIG_GENERIC_ATOMIC64) && in_nmi())
		return NULL;
	preempt_disable_notrace();
	return stats->of_cpu[raw_smp_processor_id()];
}

static __always_inline void counting_ends(void)
{
	preempt_enable_notrace();
}

static __always_inline void count_ns(struct counters *c, u64 ns)
{
	s64 old, seen;

	local64_inc(&c->ns[ht_histogram_bucket(ns)]);
	local64_add(ns, &c->ns_sum);
	for (old = local64_read(&c->ns_min); (s64)ns < old; old = seen) {
		seen = local64_cmpxchg(&c->ns_min, old, ns);
		if (seen == old)
			break;
	}
	for (old = local64_read(&c->ns_max); (s64)ns > old; old = seen) {
		seen = local64_cmpxchg(&c->ns_max, old, ns);
		if (seen == old)
			break;
	}
}

void notrace __handler_table_stats_handled(struct handler_table_stats *stats,
					   unsigned int idx)
{
	struct counters *c = counting_begins(stats);

	if (!c)
		return;
	local64_inc(&c->slots[idx].handled);
	counting_ends();
}

void notrace __handler_table_stats_latency(struct handler_table_stats *stats, u64 ns)
{
	struct counters *c = counting_begins(stats);

	if (!c)
		return;
	count_ns(c, ns);
	counting_ends();
}

void notrace __handler_table_stats_empty(struct handler_table_stats *stats,
					 unsigned int idx)
{
	struct counters *c = counting_begins(stats);

	if (!c)
		return;
	if (idx < stats->nr)
		local64_inc(&c->slots[array_index_nospec(idx, stats->nr)].empty);
	else
		local64_inc(&c->out_of_range);
	counting_ends();
}

void __handler_table_stats_swap(struct handler_table_stats *stats,
				unsigned int idx)
{
	struct counters *c = counting_begins(stats);

	if (!c)
		return;
	local64_inc(&c->slots[idx].swaps);
	local64_set(&c->last_swap, ktime_get_mono_fast_ns());
	counting_ends();
}

static void free_stats(struct handler_table_stats *stats)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		kvfree(stats->of_cpu[cpu]);
	kfree(stats);
}

static void free_stats_rcu(struct rcu_head *head)
{
	free_stats(container_of(head, struct handler_table_stats, rcu));
}

static struct counters *alloc_counters(unsigned int cpu, unsigned int nr)
{
	struct counters *c;

	/* An operator's whim is not worth killing anybody for memory. */
	c = kvzalloc_node(struct_size(c, slots, nr),
			  GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN,
			  cpu_to_node(cpu));
	if (c)
		local64_set(&c->ns_min, S64_MAX);
	return c;
}

static struct handler_table_stats *alloc_stats(unsigned int nr)
{
	struct handler_table_stats *stats;
	unsigned int cpu;

	stats = kzalloc(struct_size(stats, of_cpu, nr_cpu_ids), GFP_KERNEL);
	if (!stats)
		return NULL;
	stats->nr = nr;
	for_each_possible_cpu(cpu) {
		stats->of_cpu[cpu] = alloc_counters(cpu, nr);
		if (!stats->of_cpu[cpu]) {
			free_stats(stats);
			return NULL;
		}
	}
	stats->began = ktime_get_mono_fast_ns();
	return stats;
}

static int start(struct handler_table_publication *pub)
{
	struct handler_table_stats *stats;
	int ret;

	lockdep_assert_held(&pub->stats_mutex);
	if (pub->stats)
		return 0;
	if (pub->table->nr > MAX_SLOTS)
		return -E2BIG;
	stats = alloc_stats(pub->table->nr);
	if (!stats)
		return -ENOMEM;
	ret = handler_table_watch_start();
	if (ret) {
		free_stats(stats);
		return ret;
	}
	/* Pairs with handler_table_stats_of(): stats-are-there.litmus */
	smp_store_release(&pub->stats, stats);
	return 0;
}

static void stop(struct handler_table_publication *pub, void (*watch_stop)(void))
{
	struct handler_table_stats *stats = pub->stats;

	lockdep_assert_held(&pub->stats_mutex);
	if (!stats)
		return;
	WRITE_ONCE(pub->stats, NULL);
	watch_stop();
	/* Dispatches may be about to count. */
	handler_table_call(pub->table, &stats->rcu, free_stats_rcu);
}

/* handler_table_stats_stop - the table is not published any more */
void handler_table_stats_stop(struct handler_table_publication *pub)
{
	mutex_lock(&pub->stats_mutex);
	stop(pub, handler_table_watch_stop_soon);
	mutex_unlock(&pub->stats_mutex);
}

struct totals {
	u64			handled, empty, out_of_range, swaps, last_swap;
	struct ht_histogram	ns;
};

static void add_slot(const struct handler_table_stats *stats, unsigned int idx,
		     u64 *handled, u64 *empty, u64 *swaps)
{
	unsigned int cpu;

	*handled = 0;
	*empty = 0;
	*swaps = 0;
	for_each_possible_cpu(cpu) {
		struct slot_counters *slot = &stats->of_cpu[cpu]->slots[idx];

		*handled += local64_read(&slot->handled);
		*empty += local64_read(&slot->empty);
		*swaps += local64_read(&slot->swaps);
	}
}

static void add_cpu(struct totals *totals, struct counters *c)
{
	struct ht_histogram *ns = &totals->ns;
	s64 least = local64_read(&c->ns_min);
	unsigned int i;

	totals->out_of_range += local64_read(&c->out_of_range);
	totals->last_swap = max_t(u64, totals->last_swap,
				  local64_read(&c->last_swap));
	for (i = 0; i < HT_HISTOGRAM_BUCKETS; i++) {
		u64 samples = local64_read(&c->ns[i]);

		ns->buckets[i] += samples;
		ns->count += samples;
	}
	ns->sum += local64_read(&c->ns_sum);
	ns->min = min_t(u64, ns->min, least);
	ns->max = max_t(u64, ns->max, local64_read(&c->ns_max));
}

/* Between two slots: there may be many, and waits for handlers wait for this, too. */
static int give_way(const struct handler_table_publication *pub)
{
	cond_resched_tasks_rcu_qs();
	if (READ_ONCE(pub->going))
		return -EIO;
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int add_all(const struct handler_table_publication *pub, struct totals *totals)
{
	const struct handler_table_stats *stats = pub->stats;
	u64 handled, empty, swaps;
	unsigned int i;
	int ret = 0;

	totals->ns.min = S64_MAX;
	for_each_possible_cpu(i)
		add_cpu(totals, stats->of_cpu[i]);
	/* A first one may have been counted and not yet compared. */
	totals->ns.min = min(totals->ns.min, totals->ns.max);
	for (i = 0; i < stats->nr && !ret; i++) {
		add_slot(stats, i, &handled, &empty, &swaps);
		totals->handled += handled;
		totals->empty += empty;
		totals->swaps += swaps;
		ret = give_way(pub);
	}
	totals->empty += totals->out_of_range;
	return ret;
}

static u64 ms_since(u64 when)
{
	u64 now = ktime_get_mono_fast_ns();

	return now > when ? div_u64(now - when, NSEC_PER_MSEC) : 0;
}

static void show_totals(struct seq_file *m,
			const struct handler_table_stats *stats,
			const struct totals *totals)
{
	struct ht_latency latency;

	seq_printf(m, "since_ms %llu\n", ms_since(stats->began));
	seq_printf(m, "dispatches %llu\n", totals->handled + totals->empty);
	seq_printf(m, "handled %llu\n", totals->handled);
	seq_printf(m, "empty %llu\n", totals->empty);
	seq_printf(m, "out_of_range %llu\n", totals->out_of_range);
	seq_printf(m, "swaps %llu\n", totals->swaps);
	if (totals->last_swap)
		seq_printf(m, "last_swap_ms %llu\n", ms_since(totals->last_swap));
	else
		seq_puts(m, "last_swap_ms -\n");
	ht_histogram_summarize(&totals->ns, &latency);
	ht_latency_show(m, &latency);
}

static int show_slots(struct seq_file *m, const struct handler_table_publication *pub)
{
	u64 handled, empty, swaps;
	unsigned int idx;
	int ret = 0;

	/* What does not fit is shown again from the beginning, with more room. */
	for (idx = 0; idx < pub->stats->nr && !ret && !seq_has_overflowed(m); idx++) {
		add_slot(pub->stats, idx, &handled, &empty, &swaps);
		if (handled || empty || swaps)
			seq_printf(m, "slot %u %llu %llu %llu\n", idx, handled,
				   empty, swaps);
		ret = give_way(pub);
	}
	return ret;
}

static int stats_show(struct seq_file *m, void *unused)
{
	struct handler_table_publication *pub = m->private;
	struct totals *totals;
	int ret = 0;

	totals = kvzalloc(sizeof(*totals), GFP_KERNEL);
	if (!totals)
		return -ENOMEM;
	mutex_lock(&pub->stats_mutex);
	if (pub->stats) {
		ret = add_all(pub, totals);
		if (!ret) {
			show_totals(m, pub->stats, totals);
			ret = show_slots(m, pub);
		}
	} else {
		seq_puts(m, "off\n");
	}
	mutex_unlock(&pub->stats_mutex);
	kvfree(totals);
	return ret;
}

/* kstrtouint_from_user() would cut a long number, and let a sign and a NUL pass. */
static int parse_switch(const char __user *buf, size_t len, unsigned int *on)
{
	char s[MAX_SWITCH + 1];
	int ret;

	if (len > MAX_SWITCH)
		return -EINVAL;
	if (copy_from_user(s, buf, len))
		return -EFAULT;
	s[len] = '\0';
	if (strlen(s) != len || !isdigit(*s))
		return -EINVAL;
	ret = kstrtouint(s, 10, on);
	if (ret)
		return ret;
	return *on <= 1 ? 0 : -EINVAL;
}

static ssize_t stats_write(struct file *file, const char __user *buf, size_t len,
			   loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	struct handler_table_publication *pub = m->private;
	unsigned int on;
	int ret;

	ret = parse_switch(buf, len, &on);
	if (ret)
		return ret;
	mutex_lock(&pub->stats_mutex);
	if (on)
		ret = start(pub);
	else
		stop(pub, handler_table_watch_stop);
	mutex_unlock(&pub->stats_mutex);
	return ret ?: len;
}

static int stats_open(struct inode *inode, struct file *file)
{
	return single_open(file, stats_show, inode->i_private);
}

const struct file_operations handler_table_stats_fops = {
	.owner		= THIS_MODULE,
	.open		= stats_open,
	.read		= seq_read,
	.write		= stats_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};
