// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_bench: several CPUs at once
 *
 * Each has a thread that calls, all for the same time, through what they share or do
 * not share; what is told is how many calls there were in a millisecond, of all of
 * them together. A thread times its calls by the thousand, and the median counts: that
 * the machine beneath had something else to do meanwhile is in few of them. With a
 * writer, that has a CPU of its own, and swaps a slot all the time in which nobody
 * else has an interest: the neighbour of the one that is dispatched, or one that is on
 * another cache line.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "bench.h"

#define WINDOW_MS	10
#define BATCH		1000
#define MAX_BATCHES	8192
#define SLOTS		64
/* On another cache line than slot 0, and its neighbour. */
#define FAR_SLOT	32
#define NEAR_SLOT	1

enum sharing {
	SAME_SLOT,
	NEIGHBOURS,
	OWN_LINES,
};

static const struct config {
	const char	*name;
	const char	*row;
	bool		peer;
	enum sharing	sharing;
	unsigned int	writes;		/* the slot; 0: no writer */
	bool		uml;
} configs[] = {
	{ "private_pointers", "pointer" },
	{ "array", "array" },
	{ "dispatch_same_slot", "plain" },
	{ "dispatch_neighbours", "plain", .sharing = NEIGHBOURS },
	{ "dispatch_own_lines", "plain", .sharing = OWN_LINES },
	{ "handle_same_slot", "handle" },
	{ "swapped_beside", "plain", .writes = NEAR_SLOT },
	{ "swapped_elsewhere", "plain", .writes = FAR_SLOT },
	{ "array_swapped_beside", "array", .writes = NEAR_SLOT },
	{ "raw_notifier", "raw_notifier", .peer = true },
	{ "atomic_notifier", "atomic_notifier", .peer = true, .uml = true },
	{ "rcu_ops", "rcu_ops", .peer = true, .uml = true },
	{ "spinlock", "spinlock", .peer = true, .uml = true },
	{ "spinlock_model", "spinlock_model", .peer = true },
	{ "rcu_ops_model", "rcu_ops_model", .peer = true },
	{ "rwlock", "rwlock", .peer = true, .uml = true },
	{ "percpu_rwsem", "percpu_rwsem", .peer = true, .uml = true },
};

struct cpu {
	struct ht_thread	thread;
	const struct config	*config;
	void			(*loop)(struct bench_set *set, unsigned long n);
	struct bench_set	set;
	unsigned int		nr;
	u32			ticks[MAX_BATCHES];
};

static void call(struct ht_thread *thread)
{
	struct cpu *cpu = container_of(thread, struct cpu, thread);

	cpu->nr = 0;
	cpu->loop(&cpu->set, BATCH);
	/* One at least, however late it is. */
	do {
		u64 began = bench_now();

		cpu->loop(&cpu->set, BATCH);
		if (cpu->nr < MAX_BATCHES)
			cpu->ticks[cpu->nr++] = bench_now() - began;
	} while (bench_goes_on(thread));
}

static void write(struct ht_thread *thread)
{
	struct cpu *cpu = container_of(thread, struct cpu, thread);
	unsigned int i;

	while (bench_goes_on(thread)) {
		for (i = 0; i < 100; i++)
			handler_table_swap(cpu->set.plain, cpu->config->writes,
					   i & 1 ? bench_empty : bench_other, NULL);
	}
}

static int compare(const void *a, const void *b)
{
	const u32 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static s64 per_ms(struct cpu *cpu)
{
	if (!cpu->nr)
		return 0;
	sort(cpu->ticks, cpu->nr, sizeof(*cpu->ticks), compare, NULL);
	return div64_u64(BATCH * 1000000000ULL,
			 max_t(u64, bench_ticks_to_ps(cpu->ticks[cpu->nr / 2]), 1));
}

/* How many calls a millisecond, of all callers together. */
static s64 calls_per_ms(const struct config *config, struct cpu *cpus, unsigned int callers,
			const struct bench_set *set)
{
	const struct bench_rows *rows = config->peer ? &bench_peers[BENCH_FIXED] :
						       &bench_calls[BENCH_FIXED];
	struct ht_engine engine;
	unsigned int i, nr = callers + !!config->writes;
	s64 sum = 0;
	int ret = 0;

	ht_engine_init(&engine);
	for (i = 0; i < nr && !ret; i++) {
		struct cpu *cpu = &cpus[i];

		cpu->config = config;
		cpu->set = *set;
		cpu->set.as_x86 = (struct as_x86 *)cpu->set.model;
		cpu->set.idx = config->sharing == NEIGHBOURS ? i % SLOTS :
			       config->sharing == OWN_LINES ? i * 8 % SLOTS : 0;
		cpu->loop = bench_find(rows, config->row)->loop;
		ret = ht_engine_start(&engine, &cpu->thread, i < callers ? call : write,
				      "ht_bench/%u");
	}
	if (!ret)
		msleep(WINDOW_MS);
	ht_engine_stop(&engine);
	for (i = 0; i < callers && !ret; i++)
		sum += per_ms(&cpus[i]);
	return sum;
}

void bench_run_cpus(struct ht_thread *thread)
{
	unsigned int nr = min(num_online_cpus(), 64U), rounds = bench_rounds / 8 + 1;
	unsigned int round, i, callers;
	struct cpu *cpus = kvcalloc(nr, sizeof(*cpus), GFP_KERNEL);
	s64 *sums = kvcalloc(ARRAY_SIZE(configs) * nr * rounds, sizeof(*sums), GFP_KERNEL);
	struct bench_set set;
	char mode[16];

	if (!cpus || !sums || bench_set_make(&set, SLOTS, BENCH_NOTHING))
		goto out;
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < ARRAY_SIZE(configs) * nr; i++) {
			unsigned int at = (i + round) % (ARRAY_SIZE(configs) * nr);

			callers = at % nr + 1;
			if (!bench_goes_on(thread))
				goto out_set;
			if (callers + !!configs[at / nr].writes <= nr)
				sums[at * rounds + round] =
					calls_per_ms(&configs[at / nr], cpus, callers, &set);
		}
	}
	for (i = 0; i < ARRAY_SIZE(configs) * nr; i++) {
		const struct config *config = &configs[i / nr];

		callers = i % nr + 1;
		if (callers + !!config->writes > nr)
			continue;
		snprintf(mode, sizeof(mode), "%u", callers);
		bench_tell("cpus", mode, config->name, &sums[i * rounds], rounds,
			   "calls/ms", config->uml && IS_ENABLED(CONFIG_UML) ? "uml" : "-");
	}
out_set:
	bench_set_free(&set);
out:
	kvfree(cpus);
	kvfree(sums);
}
