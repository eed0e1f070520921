// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: how long a dispatch takes while another CPU changes handlers
 *
 * One CPU times each of its dispatches, another one changes something all the while, or
 * does something else. Windows without and with changes come by turns, so that what the
 * machine itself does to a dispatch is in all of them. To read the clock takes longer than
 * to dispatch, and some clocks go in steps of ten nanoseconds: "clock_alone" is that.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "bench.h"
#include "../../module/histogram.c"

#define WINDOW_MS	20
#define SLOT		0

static const struct config {
	const char	*name;
	unsigned int	slot;		/* that is swapped */
	bool		dispatches;
	const char	*changes;	/* a row of changes.c instead */
} configs[] = {
	{ "clock_alone" },
	{ "quiet", .dispatches = true },
	{ "swap_elsewhere", .dispatches = true, .slot = 32 },
	{ "swap_beside", .dispatches = true, .slot = 1 },
	{ "swap_same_slot", .dispatches = true, .slot = SLOT },
	{ "static_call_update", .dispatches = true, .changes = "static_call_update" },
	{ "static_key_on_off", .dispatches = true, .changes = "static_key_on_off" },
};

enum { QUIET_CONFIGS = 2 };

struct side {
	struct ht_thread	thread;
	const struct config	*config;
	struct bench_set	set;
	struct ht_histogram	histogram;
};

static void dispatch(struct ht_thread *thread)
{
	struct side *side = container_of(thread, struct side, thread);
	unsigned int i;

	while (bench_goes_on(thread)) {
		for (i = 0; i < 1000; i++) {
			u64 began = bench_now();

			if (side->config->dispatches)
				handler_table_dispatch(side->set.plain, SLOT, &side->set.arg);
			ht_histogram_add(&side->histogram,
					 div_u64(bench_ticks_to_ps(bench_now() - began), 1000));
		}
	}
}

/* Also where nothing is changed, the other CPU is awake. */
static void change(struct ht_thread *thread)
{
	struct side *side = container_of(thread, struct side, thread);
	const struct config *config = side->config;
	const struct bench_row *row = NULL;
	unsigned int i = 0;

	if (config->changes)
		row = bench_find(&bench_slow_changes, config->changes);
	while (bench_goes_on(thread)) {
		if (row)
			row->loop(&side->set, 1);
		else if (config - configs >= QUIET_CONFIGS)
			handler_table_swap(side->set.plain, config->slot,
					   i++ & 1 ? bench_empty : bench_other, NULL);
		else
			cpu_relax();
	}
}

static void one_window(const struct config *config, struct side *sides)
{
	struct ht_engine engine;
	int ret;

	ht_engine_init(&engine);
	sides[0].config = config;
	sides[1].config = config;
	/* This thread is on the first CPU, and so is the one that changes. */
	ret = ht_engine_start(&engine, &sides[1].thread, change, "ht_bench/%u");
	if (!ret)
		ret = ht_engine_start(&engine, &sides[0].thread, dispatch, "ht_bench/%u");
	if (!ret)
		msleep(WINDOW_MS);
	ht_engine_stop(&engine);
}

static void tell(const struct config *config, const struct ht_histogram *all,
		 s64 *p999, unsigned int rounds)
{
	struct ht_latency l;
	unsigned int i;
	const char *note = config->changes && IS_ENABLED(CONFIG_UML) ? "uml" : "-";
	s64 max, all_p999;

	ht_histogram_summarize(all, &l);
	for (i = 0; i < ARRAY_SIZE(all->buckets); i++) {
		if (all->buckets[i])
			bench_print("histogram\t%s\t%llu\t%llu\n", config->name,
				    upper_bound(i), all->buckets[i]);
	}
	max = l.max;
	all_p999 = l.p999;
	bench_tell("latency", config->name, "p99.9", p999, rounds, "ns", note);
	bench_tell("latency", config->name, "p99.9_of_all", &all_p999, 1, "ns", note);
	bench_tell("latency", config->name, "max", &max, 1, "ns", note);
}

void bench_run_latency(struct ht_thread *thread)
{
	unsigned int rounds = bench_rounds / 8 + 1, round, i;
	struct side *sides = kvcalloc(2, sizeof(*sides), GFP_KERNEL);
	struct ht_histogram *all = kvcalloc(ARRAY_SIZE(configs), sizeof(*all), GFP_KERNEL);
	s64 *p999 = kvcalloc(ARRAY_SIZE(configs) * rounds, sizeof(*p999), GFP_KERNEL);
	struct bench_set set;

	if (num_online_cpus() < 2 || !sides || !all || !p999 ||
	    bench_set_make(&set, 64, BENCH_NOTHING))
		goto out;
	sides[0].set = set;
	sides[1].set = set;
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < ARRAY_SIZE(configs); i++) {
			if (!bench_goes_on(thread))
				goto out_set;
			memset(&sides[0].histogram, 0, sizeof(sides[0].histogram));
			one_window(&configs[i], sides);
			p999[i * rounds + round] =
				ht_histogram_permille(&sides[0].histogram, 999);
			ht_histogram_merge(&all[i], &sides[0].histogram);
		}
	}
	for (i = 0; i < ARRAY_SIZE(configs); i++)
		tell(&configs[i], &all[i], &p999[i * rounds], rounds);
out_set:
	bench_set_free(&set);
out:
	kvfree(sides);
	kvfree(all);
	kvfree(p999);
}
