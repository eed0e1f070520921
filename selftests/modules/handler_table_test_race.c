// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_race: is each operation one atomic step?
 *
 * Two threads on two CPUs go for the same slot at the same time, with the
 * operation that the parameter "op" names. register, remove, replace and
 * unregister: in lockstep, slot by slot; one of the two has to succeed, the
 * other has to be told that it did not, and the slot has to hold what the
 * winner left. swap: each puts in one word after the other, as fast as it
 * can; every word has to come out exactly once.
 *
 * Nobody dispatches here, so what the slots hold need not be functions.
 *
 * The module loads if all of that is so. Else the log says what was not, and
 * the load fails: with -EIO, or with -ENODEV on a single CPU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/handler_table.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#define NR_RACERS	2
#define NR_ROUNDS	10000
#define NR_SWAPS	100000

static char *op = "register";
module_param(op, charp, 0444);
MODULE_PARM_DESC(op, "what to race with: register, remove, replace, unregister or swap");

static struct handler_table *table;
static atomic_t arrived;
static unsigned long *returned;		/* bitmap of the words that came out */

static struct racer {
	unsigned int	nr;
	unsigned int	doubles;
	bool		won[NR_ROUNDS];
} racers[NR_RACERS];

static handler_fn_t word(unsigned long nr)
{
	return (handler_fn_t)(nr + 1);
}

/* What a slot holds at the start, and what a racer puts in. */
#define COMMON		word(NR_RACERS)
#define own(_racer)	word((_racer)->nr)

static bool win_register(struct racer *racer, unsigned int idx)
{
	return !handler_table_register(table, idx, own(racer));
}

static bool win_remove(struct racer *racer, unsigned int idx)
{
	return !handler_table_remove(table, idx, COMMON);
}

static bool win_replace(struct racer *racer, unsigned int idx)
{
	return !handler_table_replace(table, idx, COMMON, own(racer));
}

static bool win_unregister(struct racer *racer, unsigned int idx)
{
	return handler_table_unregister(table, idx) == COMMON;
}

static const struct contest {
	const char	*name;
	bool		(*win)(struct racer *racer, unsigned int idx);
	bool		occupied;	/* at the start */
	bool		own_remains;	/* of the winner, or nothing does */
} contests[] = {
	{ "register",	win_register,	false,	true },
	{ "remove",	win_remove,	true,	false },
	{ "replace",	win_replace,	true,	true },
	{ "unregister",	win_unregister,	true,	false },
	{ "swap" },
};

static const struct contest *contest;

/* Returns when both racers have come as far as @round. */
static void meet(unsigned int round)
{
	atomic_inc(&arrived);
	while (atomic_read(&arrived) < (round + 1) * NR_RACERS) {
		cpu_relax();
		cond_resched();
	}
}

static void race_in_rounds(struct racer *racer)
{
	unsigned int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		meet(i);
		racer->won[i] = contest->win(racer, i);
	}
}

static void take(struct racer *racer, handler_fn_t fn)
{
	unsigned long nr = (unsigned long)fn - 1;

	if (nr >= NR_RACERS * NR_SWAPS || test_and_set_bit(nr, returned))
		racer->doubles++;
}

static void race_to_swap(struct racer *racer)
{
	handler_fn_t old;
	unsigned int i;

	meet(0);
	for (i = 0; i < NR_SWAPS; i++) {
		handler_table_swap(table, 0, word(racer->nr * NR_SWAPS + i),
				   &old);
		if (old)
			take(racer, old);
		if (!(i % 1024))
			cond_resched();
	}
}

static int race(void *data)
{
	struct racer *racer = data;

	if (contest->win)
		race_in_rounds(racer);
	else
		race_to_swap(racer);
	return 0;
}

static int run_racers(void)
{
	struct task_struct *tasks[NR_RACERS];
	unsigned int i, cpu;

	for (i = 0; i < NR_RACERS; i++) {
		cpu = i ? cpumask_last(cpu_online_mask) :
			  cpumask_first(cpu_online_mask);
		racers[i].nr = i;
		tasks[i] = kthread_create_on_cpu(race, &racers[i], cpu,
						 "race/%u");
		if (IS_ERR(tasks[i])) {
			/* The first one was not woken, and never runs. */
			if (i)
				kthread_stop(tasks[0]);
			return PTR_ERR(tasks[i]);
		}
	}

	for (i = 0; i < NR_RACERS; i++) {
		get_task_struct(tasks[i]);
		wake_up_process(tasks[i]);
	}
	/* A thread that is stopped before it has begun never begins. */
	while (atomic_read(&arrived) < NR_RACERS)
		cond_resched();
	for (i = 0; i < NR_RACERS; i++) {
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	return 0;
}

static int judge_rounds(void)
{
	handler_fn_t left;
	unsigned int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		if (racers[0].won[i] == racers[1].won[i]) {
			pr_err("%s: %s won slot %u\n", op,
			       racers[0].won[i] ? "both" : "nobody", i);
			return -EIO;
		}
		left = NULL;
		if (contest->own_remains)
			left = own(&racers[racers[1].won[i]]);
		if (handler_table_peek(table, i) != left) {
			pr_err("%s: the winner's word is not in slot %u\n",
			       op, i);
			return -EIO;
		}
	}
	return 0;
}

static int judge_swaps(void)
{
	unsigned int nr = NR_RACERS * NR_SWAPS, out;

	take(&racers[0], handler_table_unregister(table, 0));
	out = bitmap_weight(returned, nr);
	if (out == nr && !racers[0].doubles && !racers[1].doubles)
		return 0;
	pr_err("%s: of %u words %u came out, %u of them again\n", op, nr, out,
	       racers[0].doubles + racers[1].doubles);
	return -EIO;
}

static int run_contest(void)
{
	unsigned int i;
	int ret;

	for (i = 0; contest->occupied && i < NR_ROUNDS; i++) {
		ret = handler_table_register(table, i, COMMON);
		if (ret)
			return ret;
	}
	ret = run_racers();
	if (ret)
		return ret;
	return contest->win ? judge_rounds() : judge_swaps();
}

static const struct contest *find_contest(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(contests); i++) {
		if (!strcmp(contests[i].name, op))
			return &contests[i];
	}
	return NULL;
}

static int __init test_init(void)
{
	int ret = -ENOMEM;

	contest = find_contest();
	if (!contest) {
		pr_err("op=%s: there is no such operation\n", op);
		return -EINVAL;
	}
	if (num_online_cpus() < 2)
		return -ENODEV;

	table = handler_table_alloc("race", NR_ROUNDS, GFP_KERNEL);
	returned = bitmap_zalloc(NR_RACERS * NR_SWAPS, GFP_KERNEL);
	if (table && returned)
		ret = run_contest();
	bitmap_free(returned);
	handler_table_free(table);
	return ret;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: each operation is one atomic step");
MODULE_LICENSE("GPL");
